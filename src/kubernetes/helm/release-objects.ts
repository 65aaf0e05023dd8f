import { pathOf } from '../apimachinery/api-resource.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import type { ApiClient } from '../client/client.ts';
import { readManifests } from '../text/reading.ts';
import { renderRows } from '../text/table.ts';
import type { Release } from './release.ts';
import { mergedValues } from './values.ts';

/** What an operation makes of a release's objects: those of the manifest, and those of its hooks. */
export interface ReleaseObjects {
  objects: KubernetesObject[];
  hooks: KubernetesObject[];
}

/** The objects that a release describes. @throws UserError for a manifest that cannot be read. */
export async function objectsOf({ manifest, hooks }: Pick<Release, 'manifest' | 'hooks'>): Promise<ReleaseObjects> {
  const objects = await readManifests(manifest);
  const hookTexts = hooks.map((hook) => hook.manifest).join('\n---\n');
  return { objects, hooks: await readManifests(hookTexts) };
}

/** Has whoever watches what is read see what a release holds, so that a secret of its manifest is one in its notes, too. */
export async function witness(client: ApiClient, release: Release): Promise<void> {
  const { objects, hooks } = await objectsOf(release).catch(() => ({ objects: [], hooks: [] }));
  const values = { kind: 'Values', values: mergedValues(release.defaults, release.config) };
  const path = pathOf({ group: '', version: 'v1', name: 'secrets', namespaced: true }, release.namespace || 'default');
  client.witness({ path }, { kind: 'List', items: [...objects, ...hooks, values] });
}

/** What there is, a row a kind: the kind, how many, and their names. */
export function summaryByKind(objects: readonly KubernetesObject[], mostNames = 12): string {
  const kinds = Map.groupBy(objects, ({ kind = '?' }) => kind);
  const rows = [...kinds].map(([kind, of]) => {
    const names = of.slice(0, mostNames).map(({ metadata }) => metadata?.name ?? metadata?.generateName ?? '?');
    return [kind, String(of.length), `${names.join(', ')}${of.length > mostNames ? ', …' : ''}`];
  });
  return renderRows([['KIND', 'COUNT', 'NAMES'], ...rows]).join('\n');
}

/** Those that a word names: `Deployment`, `Deployment/web` or `web`, whatever the case. */
export function selectObjects(objects: readonly KubernetesObject[], wanted: string): KubernetesObject[] {
  const [first = '', second] = wanted.toLowerCase().split('/');
  return objects.filter(({ kind = '', metadata }) => {
    const name = String(metadata?.name ?? '').toLowerCase();
    const isKind = kind.toLowerCase() === first || `${kind.toLowerCase()}s` === first;
    return second === undefined ? isKind || name === first : isKind && name === second;
  });
}
