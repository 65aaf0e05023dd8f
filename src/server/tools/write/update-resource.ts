import * as z from 'zod';
import { apiVersionOf, resourceNameOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { isApiError, UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { deepEqual, isObject, type KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import type { Connection } from '../../../kubernetes/client/cluster.ts';
import type { Named } from '../../../kubernetes/client/read-object.ts';
import { objectDiff } from '../../../kubernetes/text/diff.ts';
import { readManifests } from '../../../kubernetes/text/reading.ts';
import { type PatchType, patchObject } from '../../../kubernetes/writes/patch.ts';
import { type Outcome, readLive, type Update } from '../../../kubernetes/writes/planned-update.ts';
import { describeTarget, type Target, targetOf } from '../../../kubernetes/writes/target.ts';
import { applyFields, replaceObject } from '../../../kubernetes/writes/update.ts';
import type { Writer } from '../../../kubernetes/writes/writer.ts';
import { formatError } from '../../core/error-text.ts';
import { bounded, fromOutside } from '../../core/response.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { forEach } from '../parts/several.ts';
import { assertWritable } from '../subresources.ts';

export const updateResource = defineTool({
  name: 'update_resource',
  title: 'Update Resource',
  description:
    'Change an existing object and show the diff. Send only the fields to change (server-side apply), or all that get_resource returned (replaces the object), or a patch.',
  access: 'update',
  input: {
    kind: parameters.kind.optional(),
    name: parameters.name.optional(),
    names: parameters.names,
    labelSelector: parameters.labelSelector,
    namespace: parameters.namespace,
    subresource: z.string().min(1).optional().describe('status, scale, resize or approval'),
    manifest: z.string().optional().describe('YAML or JSON; with metadata.resourceVersion it replaces the object'),
    patch: z.string().optional().describe('YAML or JSON, instead of manifest; needs kind and name'),
    patchType: z
      .enum(['merge', 'strategic', 'json'])
      .optional()
      .describe('Default: strategic where the kind has it, else merge'),
    force: parameters.force,
    dryRun: parameters.dryRun,
  },
  async run(input, call) {
    const { connection } = call;
    if ((input.manifest === undefined) === (input.patch === undefined)) {
      throw new UserError('update_resource takes either manifest or patch.');
    }
    if (input.names !== undefined || input.labelSelector !== undefined) {
      if (input.patch === undefined || input.kind === undefined)
        throw new UserError('names and labelSelector go with kind and patch: a manifest is of one object.');
      const choice = { ...input, kind: input.kind };
      const patch = (named: Named, writer: Writer) => updateOne({ ...input, ...named }, connection, writer);
      return { text: await forEach(choice, call, patch, reportText), isRedacted: true };
    }
    const updated = await updateOne(input, connection, call.writer);
    return { text: await reportText(updated, ` (context ${connection.context.name})`), isRedacted: true };
  },
});

type Input = Partial<Named> & {
  subresource?: string | undefined;
  manifest?: string | undefined;
  patch?: string | undefined;
  patchType?: PatchType | undefined;
  force: boolean;
  dryRun: boolean;
};

/** What an update was to do, and what it did. */
interface Updated {
  update: Update;
  outcome: Outcome;
}

async function updateOne(input: Input, connection: Connection, writer: Writer): Promise<Updated> {
  const { subresource, dryRun, force } = input;
  const submitted =
    input.manifest === undefined ? undefined : await singleObject(input.manifest, input.kind, connection);
  const target = await targetOf(identify(submitted, input), input.namespace, connection);
  if (submitted && input.kind) await assertSameKind(target, input.kind, connection);
  if (subresource !== undefined) assertWritable(target.resource, subresource, input.manifest !== undefined);
  const whole: Update = { target, name: String(target.name), dryRun, force, writer };
  const parent = subresource === 'scale' ? await readLive(whole) : undefined;
  const update = { ...whole, subresource, parent };
  const live = await readLive(update);
  const outcome = await carryOut(update, live, input).catch((error: unknown) => {
    throw resourceNameOf(target.resource) === 'pods' && isApiError(error, 422) && subresource === undefined
      ? new UserError(`${formatError(error)} ${POD_ADVICE}`)
      : error;
  });
  return { update, outcome };
}

const POD_ADVICE =
  'Most of a pod is fixed: subresource: resize changes its cpu and memory, and the rest is changed in what owns it.';

async function carryOut(
  update: Update,
  live: KubernetesObject,
  { patch, patchType }: Pick<Input, 'patch' | 'patchType'>,
): Promise<Outcome> {
  const { target, subresource } = update;
  if (patch !== undefined) return patchObject(update, live, patch, patchType);
  if (target.object.metadata?.resourceVersion) return replaceObject(update, live, target.object);
  if (subresource === undefined) refuseOtherStatus(target, live);
  return applyFields(update, live, target.object);
}

// The API server would silently ignore it.
function refuseOtherStatus({ resource, object }: Target, live: KubernetesObject): void {
  if (!resource.subresources.includes('status') || (object.status ?? undefined) === undefined) return;
  if (holds(live.status, object.status)) return;
  throw new UserError(
    `The status of ${resourceNameOf(resource)} is written by itself, with subresource: status (a controller may set it back at once). Leave it out here.`,
  );
}

function holds(live: unknown, part: unknown): boolean {
  if (!isObject(live) || !isObject(part)) return deepEqual(live, part);
  return Object.entries(part).every(([key, value]) => holds(live[key], value));
}

async function singleObject(
  manifest: string,
  kind: string | undefined,
  connection: Connection,
): Promise<KubernetesObject> {
  // Placeholders stand for missing fields that only the cluster knows.
  const [object, ...more] = await readManifests(manifest, kind === undefined ? {} : { kind, apiVersion: '' });
  if (!object || more.length > 0)
    throw new UserError(
      `update_resource takes one object at a time; the manifest holds ${object ? more.length + 1 : 0}.`,
    );
  if (object.apiVersion) return object;
  const resource = await connection.discovery.resolve(String(object.kind));
  return { ...object, apiVersion: apiVersionOf(resource), kind: resource.kind };
}

async function assertSameKind({ resource, object }: Target, kind: string, { discovery }: Connection): Promise<void> {
  const named = await discovery.resolve(kind, object.apiVersion);
  if (resourceNameOf(named) !== resourceNameOf(resource))
    throw new UserError(`The manifest is of a ${resource.kind}, the call says ${named.kind}. Make them agree.`);
}

// The call and the manifest must name the same object.
function identify(
  submitted: KubernetesObject | undefined,
  { kind, name }: Pick<Input, 'kind' | 'name'>,
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

async function reportText(
  { update: { target, subresource, dryRun }, outcome }: Updated,
  place: string,
): Promise<string> {
  const { before, after, submitted } = outcome;
  const notes = await fromOutside(outcome.notes);
  const what = `${subresource ? `${subresource} of ` : ''}${describeTarget(target)}${place}`;
  if (!after) return [`No change: ${what} is already as submitted. Nothing was sent.`, ...notes].join('\n');
  const diff = objectDiff(before, after, submitted) || 'Only fields that are not shown differ.\n';
  const head = dryRun ? `Dry run, nothing was changed: ${what} would become` : `Updated ${what}`;
  return bounded([`${head}:`, ...notes, diff.trimEnd()].join('\n'), 'get_resource shows the object as it is now.');
}
