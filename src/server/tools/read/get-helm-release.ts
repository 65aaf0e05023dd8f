import * as z from 'zod';
import { age } from '../../../kubernetes/apimachinery/age.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { isObject, type JsonObject, type KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import { giveWay, mapUnhurried } from '../../../kubernetes/apimachinery/unhurried.ts';
import type { Connection } from '../../../kubernetes/client/cluster.ts';
import { type FoundRelease, findRelease, revisionIn } from '../../../kubernetes/helm/find-release.ts';
import type { Release } from '../../../kubernetes/helm/release.ts';
import { readableObjectsOf, selectObjects, summaryByKind, witness } from '../../../kubernetes/helm/release-objects.ts';
import { ReleaseStorage } from '../../../kubernetes/helm/release-storage.ts';
import { mergedValues, shownValues } from '../../../kubernetes/helm/values.ts';
import { objectDiff } from '../../../kubernetes/text/diff.ts';
import { renderRows } from '../../../kubernetes/text/table.ts';
import { bounded, renderObject } from '../../core/response.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';

const SECTIONS = ['summary', 'values', 'allValues', 'manifest', 'notes', 'history', 'diff'] as const;
/** In characters; for more, ask for single objects. */
const MAX_MANIFEST = 20_000;
const MAX_HISTORY = 50;

/** The input of a section. */
interface Asked {
  connection: Connection;
  found: FoundRelease;
  storage: ReleaseStorage;
  /** The requested revision. */
  release: Release;
  object: string | undefined;
  compareTo: number | undefined;
}

export const getHelmRelease = defineTool({
  name: 'get_helm_release',
  title: 'Get Helm Release',
  description:
    'Get a Helm release: what it is, values, manifest, notes, history, or the diff of two revisions. Why one fails: diagnose_resource kind=helmrelease.',
  access: 'read',
  switch: 'helmReleaseGet',
  toolset: 'helm',
  input: {
    name: parameters.name,
    namespace: parameters.namespace,
    section: z.enum(SECTIONS).default('summary'),
    revision: z.int().min(1).optional(),
    compareTo: z.int().min(1).optional().describe('For diff; default: the one before'),
    object: z.string().optional().describe('Only this of manifest or diff: Deployment/web, Service'),
  },
  async run({ name, namespace, section, revision, compareTo, object }, { connection, signal }) {
    const storage = new ReleaseStorage(connection.client, 'helmReleaseGet', signal);
    const found = await findRelease(connection, storage, name, namespace || undefined);
    if (section === 'history') return { text: await history(found, storage) };
    const release = await storage.read(revisionIn(found, revision));
    await witness(connection.client, release);
    const asked = { connection, found, storage, release, object, compareTo };
    return RENDERERS[section](asked);
  },
});

type Rendered = Promise<{ text: string; isRedacted?: true }>;

const RENDERERS: Record<Exclude<(typeof SECTIONS)[number], 'history'>, (asked: Asked) => Rendered> = {
  summary,
  values: async ({ release }) => values(release.config, 'No values are set: the chart decides all of them.'),
  allValues: async ({ release }) => values(mergedValues(release.defaults, release.config), 'There are no values.'),
  manifest,
  notes: async ({ release }) => ({ text: release.notes ? bounded(release.notes, '') : 'The chart has no notes.' }),
  diff,
};

async function summary({ connection, release, found }: Asked): Rendered {
  const { chart, revision, status, description, lastDeployed, firstDeployed, config, hooks } = release;
  const readable = await readableObjectsOf(release, connection).catch(() => undefined);
  const shownHooks = hooks.filter((hook) =>
    readable?.hooks.some(({ kind, metadata }) => kind === hook.kind && metadata?.name === hook.name),
  );
  const newest = found.revisions[0].revision;
  const keys = Object.keys(config);
  return {
    text: [
      `Release ${release.name} in namespace ${found.namespace}: ${status}, revision ${revision}${revision === newest ? '' : ` (newest: ${newest})`}`,
      `chart ${chart.name}-${chart.version}${chart.appVersion ? `, app version ${chart.appVersion}` : ''}`,
      `last deployed ${age(lastDeployed)} ago, first ${age(firstDeployed)} ago; revisions kept: ${found.revisions.map((one) => one.revision).join(', ')}`,
      ...(description ? [`description: ${description}`] : []),
      keys.length > 0 ? `values set: ${keys.join(', ')}` : 'no values set',
      readable
        ? bounded(summaryByKind(readable.objects), 'section=manifest has all.', 6_000)
        : 'The manifest cannot be read.',
      ...closedText(readable?.closed ?? []),
      ...(shownHooks.length > 0
        ? [
            `hooks: ${shownHooks.map(({ kind, name, phase }) => `${kind} ${name}${phase ? ` (${phase})` : ''}`).join(', ')}`,
          ]
        : []),
    ].join('\n'),
  };
}

async function values(shown: JsonObject, none: string): Rendered {
  if (Object.keys(shown).length === 0) return { text: none };
  const text = shownValues(shown);
  return {
    text: bounded(text, 'Ask for section=values, which has only what was set.', MAX_MANIFEST),
    isRedacted: true,
  };
}

async function manifest({ connection, release, object }: Asked): Rendered {
  const { objects, hooks, closed } = await readableObjectsOf(release, connection);
  const all = [...objects, ...hooks];
  const chosen = object ? selectObjects(all, object) : objects;
  if (chosen.length === 0 && object)
    throw new UserError(
      [`The manifest has no ${object}. It has:`, bounded(summaryByKind(all), '', 3_000), ...closedText(closed)].join(
        '\n',
      ),
    );
  const texts = await mapUnhurried(chosen, (one) => renderObject(one).trimEnd());
  const text = [texts.join('\n---\n'), ...closedText(object ? [] : closed).map((line) => `# ${line}`)].join('\n');
  if (text.length > MAX_MANIFEST && !object)
    return {
      text: `${chosen.length} objects, ${text.length} characters: ask for some with object, such as object=Deployment/web.\n${bounded(summaryByKind(chosen), '', MAX_MANIFEST)}`,
    };
  return { text: bounded(text, 'Ask for one object by kind and name.', MAX_MANIFEST), isRedacted: true };
}

async function diff({ connection, found, storage, release, object, compareTo }: Asked): Rendered {
  const earlier = compareTo ?? found.revisions.find(({ revision }) => revision < release.revision)?.revision;
  if (earlier === undefined)
    throw new UserError(`Release "${release.name}" has no revision before ${release.revision}.`);
  const other = await storage.read(revisionIn(found, earlier));
  const head = `Release ${release.name} in namespace ${found.namespace}: from revision ${other.revision} (${other.status}, ${other.chart.name}-${other.chart.version}) to ${release.revision} (${release.status}, ${release.chart.name}-${release.chart.version})`;
  const parts: string[] = [];
  if (!object) {
    const changed = objectDiff(
      { values: other.config } as KubernetesObject,
      { values: release.config } as KubernetesObject,
    );
    if (changed) parts.push(`values:\n${body(changed)}`);
  }
  const [before, after] = await Promise.all([other, release].map((one) => readableObjectsOf(one, connection)));
  const [from, to] = [before, after].map((one) => {
    const all = one ? [...one.objects, ...one.hooks] : [];
    return byIdentity(object ? selectObjects(all, object) : all);
  });
  for (const key of new Set([...(from?.keys() ?? []), ...(to?.keys() ?? [])])) {
    const [old, fresh] = [from?.get(key), to?.get(key)];
    const text = old && fresh ? body(objectDiff(old, fresh)) : '';
    if (!old) parts.push(`added: ${key}`);
    else if (!fresh) parts.push(`removed: ${key}`);
    else if (text) parts.push(`${key}:\n${text}`);
    await giveWay();
  }
  const closed = closedText([...new Set([...(before?.closed ?? []), ...(after?.closed ?? [])])]);
  const text = [...(parts.length > 0 ? parts : ['They do not differ.']), ...(object ? [] : closed)].join('\n');
  return { text: `${head}\n${bounded(text, 'Ask for one object with object.', MAX_MANIFEST)}`, isRedacted: true };
}

function closedText(closed: readonly string[]): string[] {
  return closed.length > 0 ? [`Left out, as it is closed to agents here: ${closed.join(', ')}.`] : [];
}

function byIdentity(objects: readonly KubernetesObject[]): Map<string, KubernetesObject> {
  return new Map(
    objects.map((one) => {
      const place = isObject(one.metadata) && one.metadata.namespace ? `${one.metadata.namespace}/` : '';
      return [`${one.kind} ${place}${one.metadata?.name ?? ''}`, one];
    }),
  );
}

// The two file names would repeat for each object.
function body(diff: string): string {
  return diff.replace(/^---[^\n]*\n\+\+\+[^\n]*\n/, '').trimEnd();
}

async function history({ name, namespace, revisions }: FoundRelease, storage: ReleaseStorage): Promise<string> {
  const shown = revisions.slice(0, MAX_HISTORY);
  const rows: string[][] = [];
  for (const one of shown) {
    const head = [String(one.revision), one.status, age(one.modified)];
    const tail = await storage.read(one).then(
      ({ chart, description }) => [
        `${chart.name}-${chart.version}`,
        chart.appVersion || '-',
        description.slice(0, 500),
      ],
      (error: Error) => ['-', '-', error.message],
    );
    rows.push([...head, ...tail]);
    await giveWay();
  }
  const more = revisions.length > shown.length ? [`${revisions.length - shown.length} older ones are left out.`] : [];
  const lines = [
    `History of release ${name} in namespace ${namespace}`,
    'REVISION\tSTATUS\tUPDATED\tCHART\tAPP VERSION\tDESCRIPTION',
    ...renderRows(rows),
    ...more,
  ];
  return bounded(lines.join('\n'), '', MAX_MANIFEST);
}
