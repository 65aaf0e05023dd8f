import { type ApiResource, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import type { Lookup } from '../../kubernetes/diagnosis/facts/lookup.ts';

/** An object that a text may name, and where. */
export interface Mention {
  resource: ApiResource;
  name: string;
  start: number;
  end: number;
}

/** A kind and a name: `ConfigMap "app"`, `ConfigMap“app”`, `pod web-5d`, `Node/kwok-1`. The name may be a kind, too. */
const NAMED = /(?<![A-Za-z])([A-Za-z]+)(?=([ /]"?|“)([a-z0-9][-a-z0-9.]*))/g;
/** How many are looked up: each may cost a request. */
const MAX_LOOKED_UP = 12;
/** Kinds that are meant before others of that name. */
const OWN_GROUPS = ['', 'apps', 'batch', 'networking.k8s.io'];

/** What a text may name: names that are quoted, or that no plain word looks like. */
export function mentionsIn(text: string, served: readonly ApiResource[]): Mention[] {
  return [...text.matchAll(NAMED)].flatMap(({ 1: word = '', 2: between = '', 3: found = '', index }) => {
    const name = withoutEnd(found);
    const resource = servedKind(word, served);
    if (!resource || name === '' || (!/["“]/.test(between) && !/[-.\d]/.test(name))) return [];
    const start = index + word.length + between.length;
    return [{ resource, name, start, end: start + name.length }];
  });
}

/** Which of the mentioned objects there are in this namespace, or in none. */
export async function existing(
  mentions: readonly Mention[],
  namespace: string | undefined,
  lookup: Lookup,
): Promise<(mention: Mention) => boolean> {
  const byKey = new Map(mentions.map((mention) => [keyOf(mention), mention]));
  const found = await Promise.all(
    [...byKey].slice(0, MAX_LOOKED_UP).map(async ([key, { resource, name }]) => {
      if (resource.namespaced && namespace === undefined) return [];
      const object = await lookup.get(resource, resource.namespaced ? namespace : undefined, name);
      return typeof object === 'string' ? [] : [key];
    }),
  );
  const keys = new Set(found.flat());
  return (mention) => keys.has(keyOf(mention));
}

/** Cuts a text at the mentions: texts, and mentions in between. */
export function cutAt(text: string, mentions: readonly Mention[]): (string | Mention)[] {
  let from = 0;
  const parts = mentions.flatMap((mention): (string | Mention)[] => {
    const before = text.slice(from, mention.start);
    from = mention.end;
    return before === '' ? [mention] : [before, mention];
  });
  const rest = text.slice(from);
  return rest === '' && parts.length > 0 ? parts : [...parts, rest];
}

// A name ends with a letter or digit; what follows belongs to the sentence.
function withoutEnd(found: string): string {
  let end = found.length;
  while (end > 0 && /[-.]/.test(found[end - 1] ?? '')) end -= 1;
  return found.slice(0, end);
}

function keyOf({ resource, name }: Mention): string {
  return `${resourceNameOf(resource)}/${name}`;
}

/** The served kind of this name, in any case: Kubernetes' own before others. */
export function servedKind(word: string, served: readonly ApiResource[]): ApiResource | undefined {
  const wanted = word.toLowerCase();
  const alike = served.filter(({ kind }) => kind.toLowerCase() === wanted);
  return OWN_GROUPS.map((group) => alike.find((one) => one.group === group)).find(Boolean) ?? alike[0];
}
