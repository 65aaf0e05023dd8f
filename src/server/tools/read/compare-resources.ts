import * as z from 'zod';
import { resourceNameOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { cleanManifest } from '../../../kubernetes/apimachinery/clean-manifest.ts';
import { ApiError, isApiError, messageOf, RefusedError, UserError } from '../../../kubernetes/apimachinery/errors.ts';
import type { KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import { counted } from '../../../kubernetes/apimachinery/texts.ts';
import { giveWay } from '../../../kubernetes/apimachinery/unhurried.ts';
import {
  isPartlyRedacted,
  type NamedDifferences,
  namedDifferences,
  resultDifferences,
} from '../../../kubernetes/changes/named-differences.ts';
import type { ApiClient } from '../../../kubernetes/client/client.ts';
import type { Connection } from '../../../kubernetes/client/cluster.ts';
import { locate, readObject } from '../../../kubernetes/client/read-object.ts';
import { objectDiff } from '../../../kubernetes/text/diff.ts';
import { oneLine } from '../../../kubernetes/text/one-line.ts';
import { readManifests } from '../../../kubernetes/text/reading.ts';
import { redactText } from '../../../kubernetes/text/redact-text.ts';
import { describeRevisions, type Revision, revisionsOf } from '../../../kubernetes/workloads/revisions.ts';
import { workloadKind } from '../../../kubernetes/workloads/workload-kinds.ts';
import { type Trial, tryApply } from '../../../kubernetes/writes/apply-trial.ts';
import { describeTarget, type Target, targetOf, targetPath, withoutReport } from '../../../kubernetes/writes/target.ts';
import { bounded, fromOutside } from '../../core/response.ts';
import { defineTool, type ToolContext } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { type ManifestSource, manifestOf } from '../parts/manifest-source.ts';

const MAX_DOCUMENTS = 100;
const MAX_LINES = 30;
const MAX_REMARKS = 3;
/** In characters, of all documents together: each has its summary line. */
const MAX_DETAILS = 20_000;

const input = {
  manifest: z.string().optional().describe('YAML'),
  path: parameters.path,
  kind: z.string().optional(),
  name: z.string().optional(),
  namespace: parameters.namespace,
  toName: z.string().optional(),
  toNamespace: z.string().optional(),
  toContext: z.string().optional(),
  toRevision: z.int().optional(),
};
type Input = z.infer<z.ZodObject<typeof input>>;

export const compareResources = defineTool({
  name: 'compare_resources',
  title: 'Compare Resources',
  description: 'Diff a manifest with what is live, or an object with another or with a revision of its own.',
  access: 'read',
  input,
  async run(asked, call) {
    const { manifest, path, kind, name } = asked;
    if (manifest !== undefined || path !== undefined) {
      if (name) throw new UserError('compare_resources takes a manifest, or kind and name, not both.');
      const source = await manifestOf({ manifest, path }, call);
      return { text: await manifestText(asked, source, call), isRedacted: true };
    }
    if (!kind || !name) throw new UserError('compare_resources needs a manifest, a path, or kind and name.');
    const text =
      asked.toRevision === undefined
        ? await objectsText({ ...asked, kind, name }, call)
        : await revisionText({ ...asked, kind, name }, asked.toRevision, call);
    return { text, isRedacted: true };
  },
});

type Named = Input & { kind: string; name: string };

/** The result for one document: its summary line and its differences. */
interface Compared {
  state: 'same' | 'differs' | 'missing' | 'failed';
  line: string;
  details: string[];
}

async function manifestText(
  asked: Input,
  { text: manifest, origin }: ManifestSource,
  { connection, connectTo, signal }: ToolContext,
): Promise<string> {
  if (asked.toName || asked.toRevision !== undefined)
    throw new UserError('A manifest names its objects: it is compared in toNamespace and toContext only.');
  const objects = await readManifests(manifest, asked.kind ? { kind: asked.kind, apiVersion: '' } : undefined);
  if (objects.length === 0) throw new UserError('The manifest holds no object.');
  if (objects.length > MAX_DOCUMENTS) throw new UserError(`One call compares at most ${MAX_DOCUMENTS} objects.`);
  const there = asked.toContext ? await connectTo(asked.toContext) : connection;
  const compared: Compared[] = [];
  for (const object of objects) {
    compared.push(await document(object, asked, there, signal, objects.length));
    await giveWay();
  }
  const count = (state: Compared['state']) => compared.filter((one) => one.state === state).length;
  const counts = (['differs', 'missing', 'same', 'failed'] as const).flatMap((state) =>
    count(state) > 0 ? `${count(state)} ${state === 'differs' && count(state) > 1 ? 'differ' : state}` : [],
  );
  const place = `(context ${there.context.name}${origin})`;
  const head = objects.length > 1 ? [`${objects.length} objects ${place}: ${counts.join(', ')}`] : [];
  const lines = compared.flatMap(({ line, details }) => [objects.length > 1 ? line : `${line} ${place}`, ...details]);
  return bounded([...head, ...lines].join('\n'), 'Compare fewer objects.');
}

async function document(
  object: KubernetesObject,
  { namespace, toNamespace }: Input,
  there: Connection,
  signal: AbortSignal,
  count: number,
): Promise<Compared> {
  const alone = count === 1;
  const what = `${object.kind} "${object.metadata?.name ?? ''}"`;
  try {
    const { namespace: own, ...metadata } = object.metadata ?? {};
    const moved = toNamespace ? { ...object, metadata } : object;
    const target = await targetOf(moved, toNamespace || (own ? undefined : namespace), there);
    const label = describeTarget(target);
    if (!target.name) return { state: 'missing', line: `missing: ${label} has no name yet`, details: [] };
    try {
      const live = await readObject(there.client, target.resource, target.namespace, target.name, signal);
      return await compared(target, live, there, signal, Math.floor(MAX_DETAILS / count));
    } catch (error) {
      const isMissing = error instanceof UserError && /^There is no /.test(error.message);
      if (!isMissing) throw error;
      // Where else it exists is worth telling only for a single object.
      return { state: 'missing', line: `missing: ${label}`, details: alone ? [redactText(error.message)] : [] };
    }
  } catch (error) {
    if (alone || !(error instanceof UserError || error instanceof RefusedError || isApiError(error, 403))) throw error;
    return { state: 'failed', line: `failed: ${what}: ${redactText(messageOf(error))}`, details: [] };
  }
}

/**
 * With the server's dry run where writing is allowed, which knows defaults, webhooks and what the last apply set.
 * Without it where a value is redacted: what the server says of it could confirm a guess.
 */
async function compared(
  target: Target,
  live: KubernetesObject,
  { client }: Connection,
  signal: AbortSignal,
  room: number,
): Promise<Compared> {
  const label = describeTarget(target);
  const named = namedDifferences(target.object, live);
  const { name } = target;
  const secretive = named.unsaid.length > 0 || [target.object, live].some(isPartlyRedacted);
  if (name === undefined || secretive || !mayTry(client, target, name))
    return differences(label, named, room, 'manifest');
  try {
    const { object, warnings } = await tryBoth(client, { ...target, name }, live, signal);
    const found = resultDifferences(withoutReport(target, live), withoutReport(target, object));
    return differences(label, { differences: found, unsaid: [] }, room, 'applied', warnings);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const refused = isApiError(error, 400) || isApiError(error, 422);
    return differences(label, named, room, 'manifest', refused ? [`The server would refuse it: ${error.message}`] : []);
  }
}

// A part of a manifest is no manifest to apply, but says what it would change.
async function tryBoth(
  client: ApiClient,
  target: Target & { name: string },
  live: KubernetesObject,
  signal: AbortSignal,
): Promise<Trial> {
  try {
    return await tryApply(client, target, live, signal);
  } catch (error) {
    if (!isApiError(error, 422)) throw error;
    const partly = await tryApply(client, target, live, signal, false).catch(() => undefined);
    if (!partly) throw error;
    const remark = 'Only what the manifest names: an apply would also remove what it leaves out, and be refused.';
    return { ...partly, warnings: [remark, ...partly.warnings] };
  }
}

function mayTry(client: ApiClient, target: Target, name: string): boolean {
  return client.permits({ method: 'PATCH', path: targetPath(target, name) });
}

async function differences(
  label: string,
  { differences: found, unsaid }: NamedDifferences,
  room: number,
  to: 'manifest' | 'applied',
  remarks: readonly string[] = [],
): Promise<Compared> {
  const details: string[] = [];
  for (const { path, live, manifest, owners } of found.slice(0, MAX_LINES)) {
    details.push(
      `  ${path}: ${redactText(live)} -> ${redactText(manifest)}${owners.length > 0 ? ` (owned by ${owners.join(', ')})` : ''}`,
    );
    if (details.join('\n').length > room) break;
  }
  if (found.length > details.length) details.push(`  … and ${found.length - details.length} other fields`);
  if (unsaid.length > 0)
    details.push(
      `  Not compared, values are redacted: ${unsaid.slice(0, 10).join(', ')}${unsaid.length > 10 ? ', …' : ''}`,
    );
  const said = await fromOutside(remarks.slice(0, MAX_REMARKS));
  details.push(...said.map((remark) => `  ${oneLine(remark).slice(0, 500)}`));
  if (found.length === 0) return { state: 'same', line: `same: ${label}`, details };
  return { state: 'differs', line: `differs: ${label}, ${counted(found.length, 'field')} (live -> ${to})`, details };
}

async function objectsText(asked: Named, { connection, connectTo, signal }: ToolContext): Promise<string> {
  const { toName, toNamespace, toContext } = asked;
  if (!toName && !toNamespace && !toContext)
    throw new UserError('Say what to compare with: toName, toNamespace, toContext, toRevision, or a manifest.');
  const here = await locate(connection, asked, signal);
  const there = toContext ? await connectTo(toContext) : connection;
  if (!here.resource.namespaced && toNamespace)
    throw new UserError(`${resourceNameOf(here.resource)} live in no namespace.`);
  const other = await locate(
    there,
    { kind: resourceNameOf(here.resource), name: toName || asked.name, namespace: toNamespace || here.namespace },
    signal,
  );
  const label = (one: typeof here, { context }: Connection) =>
    `${resourceNameOf(one.resource)} "${one.shown.name}"${one.namespace ? ` in namespace ${one.namespace}` : ''} (context ${context.name})`;
  return diffText(label(here, connection), placeless(here.object), label(other, there), placeless(other.object));
}

/** The object without what is specific to its cluster or namespace. */
function placeless(object: KubernetesObject): KubernetesObject {
  const clean = cleanManifest(object);
  const { name: _, namespace: _namespace, ...kept } = clean.metadata ?? {};
  return { ...clean, metadata: kept };
}

async function revisionText(asked: Named, number: number, { connection, signal }: ToolContext): Promise<string> {
  const { resource, object, namespace } = await locate(connection, asked, signal);
  const kind = resourceNameOf(resource);
  if (!workloadKind(resource)?.hasRollouts)
    throw new UserError(`${kind} have no revisions; Deployments, StatefulSets and DaemonSets have.`);
  const revisions = await revisionsOf(connection.client, resource, object, signal);
  const revision = number > 0 ? revisions.find((one) => one.number === number) : backFrom(revisions, -number);
  if (!revision)
    throw new UserError(
      `There is no revision ${number > 0 ? number : `${-number} before the current one`}. There are: ${describeRevisions(revisions) || 'none'}.`,
    );
  const { apiVersion, kind: type } = object;
  const of = (template: unknown) =>
    placeless({ ...(apiVersion && { apiVersion }), ...(type && { kind: type }), spec: { template } });
  const template = (object.spec as { template?: unknown } | undefined)?.template;
  const label = `${kind} "${asked.name}"${namespace ? ` in namespace ${namespace}` : ''}`;
  return diffText(
    `the pod template of ${label}, revision ${revision.number}`,
    of(revision.template),
    'as it is now',
    of(template),
  );
}

/** The one so many steps before the current one; they come newest first. */
function backFrom(revisions: readonly Revision[], steps: number): Revision | undefined {
  return revisions[
    Math.max(
      0,
      revisions.findIndex(({ current }) => current),
    ) + steps
  ];
}

function diffText(from: string, before: KubernetesObject, to: string, after: KubernetesObject): string {
  // Without the header lines that name the two sides: the answer does.
  const diff = objectDiff(before, after)
    .replace(/^--- .*\n\+\+\+ .*\n/, '')
    .trimEnd();
  if (diff === '') return `Same: ${from} and ${to}, leaving aside status, defaults and what the server assigns.`;
  return bounded(`- ${from}\n+ ${to}\n${diff}`, 'get_resource with fields shows a part.');
}
