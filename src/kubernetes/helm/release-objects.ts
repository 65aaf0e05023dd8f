import { pathOf } from '../apimachinery/api-resource.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import { mapUnhurried } from '../apimachinery/unhurried.ts';
import type { ApiClient } from '../client/client.ts';
import { readManifests } from '../text/reading.ts';
import { redact } from '../text/redact.ts';
import { renderRows } from '../text/table.ts';
import { toYaml } from '../text/yaml.ts';
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

/** The manifest of a release, its hooks after the rest, as text in which secret values are redacted. */
export async function redactedManifest(release: Release): Promise<string> {
  const { objects, hooks } = await objectsOf(release);
  return manifestText([...objects, ...hooks]);
}

/** The same of a manifest that was rendered. */
export async function redactedText(manifest: string): Promise<string> {
  return manifestText(await readManifests(manifest));
}

// In an order that does not depend on who wrote it, so that two of them can be compared.
async function manifestText(objects: readonly KubernetesObject[]): Promise<string> {
  const key = ({ kind, metadata }: KubernetesObject) => `${kind}/${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
  const sorted = [...objects].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const texts = await mapUnhurried(sorted, (object) => toYaml(redact(object)));
  return texts.join('---\n');
}
