import { groupIn, pathOf } from '../apimachinery/api-resource.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import { mapUnhurried } from '../apimachinery/unhurried.ts';
import type { ApiClient } from '../client/client.ts';
import type { Connection } from '../client/cluster.ts';
import { readManifests } from '../text/reading.ts';
import { redact } from '../text/redact.ts';
import { renderRows } from '../text/table.ts';
import { toYaml } from '../text/yaml.ts';
import type { Release } from './release.ts';
import { mergedValues } from './values.ts';

/** The objects of a release: those of the manifest, and those of its hooks. */
export interface ReleaseObjects {
  objects: KubernetesObject[];
  hooks: KubernetesObject[];
}

/** The objects a release describes. @throws UserError for an unreadable manifest. */
export async function objectsOf({ manifest, hooks }: Pick<Release, 'manifest' | 'hooks'>): Promise<ReleaseObjects> {
  const objects = await readManifests(manifest);
  const hookTexts = hooks.map((hook) => hook.manifest).join('\n---\n');
  return { objects, hooks: await readManifests(hookTexts) };
}

/** The objects that may be read here by themselves, and the kinds of the others, with how many there are of each. */
export interface ReadableObjects extends ReleaseObjects {
  closed: string[];
}

/** What of a release may be shown: its storage is open where its objects' kinds or namespaces may be closed. */
export async function readableObjectsOf(release: Release, { client, discovery }: Connection): Promise<ReadableObjects> {
  const { objects, hooks } = await objectsOf(release);
  const { resources } = await discovery.kinds();
  const isReadable = ({ apiVersion = '', kind, metadata }: KubernetesObject) => {
    // Rules name no version. A kind that the cluster does not serve has no objects to close.
    const resource = resources.find((one) => one.kind === kind && one.group === groupIn(apiVersion));
    if (!resource) return true;
    const namespace = typeof metadata?.namespace === 'string' ? metadata.namespace : release.namespace;
    return client.permits({ path: pathOf(resource, namespace || 'default', String(metadata?.name ?? 'unnamed')) });
  };
  const closed = new Set([...objects, ...hooks].filter((object) => !isReadable(object)));
  const counts = Map.groupBy(closed, ({ kind = '?' }) => kind);
  return {
    objects: objects.filter((object) => !closed.has(object)),
    hooks: hooks.filter((hook) => !closed.has(hook)),
    closed: [...counts].map(([kind, of]) => `${kind} (${of.length})`),
  };
}

/** Shows the release to the client's witness, so that secrets in its manifest are also redacted in its notes. */
export async function witness(client: ApiClient, release: Release): Promise<void> {
  const { objects, hooks } = await objectsOf(release).catch(() => ({ objects: [], hooks: [] }));
  const values = { kind: 'Values', values: mergedValues(release.defaults, release.config) };
  const path = pathOf({ group: '', version: 'v1', name: 'secrets', namespaced: true }, release.namespace || 'default');
  client.witness({ path }, { kind: 'List', items: [...objects, ...hooks, values] });
}

/** One row per kind: the kind, the count, and the names. */
export function summaryByKind(objects: readonly KubernetesObject[], mostNames = 12): string {
  const kinds = Map.groupBy(objects, ({ kind = '?' }) => kind);
  const rows = [...kinds].map(([kind, of]) => {
    const names = of.slice(0, mostNames).map(({ metadata }) => metadata?.name ?? metadata?.generateName ?? '?');
    return [kind, String(of.length), `${names.join(', ')}${of.length > mostNames ? ', …' : ''}`];
  });
  return renderRows([['KIND', 'COUNT', 'NAMES'], ...rows]).join('\n');
}

/** The objects matching `Deployment`, `Deployment/web` or `web`, in any case. */
export function selectObjects(objects: readonly KubernetesObject[], wanted: string): KubernetesObject[] {
  const [first = '', second] = wanted.toLowerCase().split('/');
  return objects.filter(({ kind = '', metadata }) => {
    const name = String(metadata?.name ?? '').toLowerCase();
    const isKind = kind.toLowerCase() === first || `${kind.toLowerCase()}s` === first;
    return second === undefined ? isKind || name === first : isKind && name === second;
  });
}

/** The manifest of a release, hooks last, as text with secret values redacted. */
export async function redactedManifest(release: Release): Promise<string> {
  const { objects, hooks } = await objectsOf(release);
  return manifestText([...objects, ...hooks]);
}

/** The same for a rendered manifest. */
export async function redactedText(manifest: string): Promise<string> {
  return manifestText(await readManifests(manifest));
}

// In a canonical order, so that two of them can be compared.
async function manifestText(objects: readonly KubernetesObject[]): Promise<string> {
  const key = ({ kind, metadata }: KubernetesObject) => `${kind}/${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
  const sorted = [...objects].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const texts = await mapUnhurried(sorted, (object) => toYaml(redact(object)));
  return texts.join('---\n');
}
