import * as z from 'zod';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import type { KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import { objectDiff } from '../../../kubernetes/text/diff.ts';
import { readManifests } from '../../../kubernetes/text/reading.ts';
import { describeTarget, type Target, targetOf } from '../../../kubernetes/writes/target.ts';
import {
  applyFields,
  type Outcome,
  patchObject,
  readLive,
  replaceObject,
  type Update,
} from '../../../kubernetes/writes/update.ts';
import { bounded } from '../../core/response.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';

export const updateResource = defineTool({
  name: 'update_resource',
  title: 'Update Resource',
  description:
    'Change an existing object and show the diff. Send only the fields to change (server-side apply), or all that get_resource returned (replaces the object), or a patch.',
  access: 'update',
  input: {
    kind: parameters.kind.optional(),
    name: parameters.name.optional(),
    namespace: parameters.namespace,
    manifest: z.string().optional().describe('YAML or JSON; with metadata.resourceVersion it replaces the object'),
    patch: z.string().optional().describe('YAML or JSON, instead of manifest; needs kind and name'),
    patchType: z.enum(['merge', 'strategic', 'json']).default('merge'),
    force: z.boolean().default(false).describe('Take over fields that a controller, Helm or GitOps owns'),
    dryRun: parameters.dryRun,
  },
  async run(input, call) {
    const { connection } = call;
    if ((input.manifest === undefined) === (input.patch === undefined)) {
      throw new UserError('update_resource takes either manifest or patch.');
    }
    const submitted = input.manifest === undefined ? undefined : await singleObject(input.manifest);
    const target = await targetOf(identify(submitted, input), input.namespace, connection);
    const update: Update = {
      target,
      name: String(target.name),
      dryRun: input.dryRun,
      force: input.force,
      writer: call,
    };
    const live = await readLive(update);
    const outcome =
      input.patch !== undefined
        ? await patchObject(update, live, input.patch, input.patchType)
        : target.object.metadata?.resourceVersion
          ? await replaceObject(update, live, target.object)
          : await applyFields(update, live, target.object);
    return { text: report(target, connection.context.name, outcome, input.dryRun) };
  },
});

async function singleObject(manifest: string): Promise<KubernetesObject> {
  const [object, ...more] = await readManifests(manifest);
  if (!object || more.length > 0)
    throw new UserError(
      `update_resource takes one object at a time; the manifest holds ${object ? more.length + 1 : 0}.`,
    );
  return object;
}

// What the call names and what the manifest says must be the same object.
function identify(
  submitted: KubernetesObject | undefined,
  { kind, name }: { kind?: string | undefined; name?: string | undefined },
): KubernetesObject {
  const own = submitted?.metadata?.name;
  if (own && name && own !== name)
    throw new UserError(`The manifest is of "${own}", the call names "${name}". Make them agree.`);
  const found = own ?? name;
  if (!found || (!submitted && !kind))
    throw new UserError('update_resource needs kind and name, in the manifest or as parameters.');
  return submitted
    ? { ...submitted, metadata: { ...submitted.metadata, name: found } }
    : { kind, metadata: { name: found } };
}

function report(target: Target, context: string, { before, after, notes }: Outcome, dryRun: boolean): string {
  const what = `${describeTarget(target)} (context ${context})`;
  if (!after) return [`No change: ${what} is already as submitted. Nothing was sent.`, ...notes].join('\n');
  const diff = objectDiff(before, after) || 'Only fields that are not shown differ.\n';
  const head = dryRun ? `Dry run, nothing was changed: ${what} would become` : `Updated ${what}`;
  return bounded([`${head}:`, ...notes, diff.trimEnd()].join('\n'), 'get_resource shows the object as it is now.');
}
