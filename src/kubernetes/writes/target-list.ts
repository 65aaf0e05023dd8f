import { resourceNameOf } from '../apimachinery/api-resource.ts';
import { describeTarget, type Target } from './target.ts';

/** Up to this many are listed one by one. */
const MAX_LINES = 6;

type Named = Pick<Target, 'resource' | 'namespace' | 'name' | 'object'>;

/** One line per object if few; else one per kind and group of similar names, with all their namespaces. */
export function describeTargets(targets: readonly Named[]): string[] {
  if (targets.length <= MAX_LINES) return targets.map(describeTarget);
  const kinds = Map.groupBy(targets, ({ resource }) => resourceNameOf(resource));
  return [...kinds].flatMap(([kind, ofKind]) => {
    const places = Map.groupBy(ofKind, ({ namespace = '' }) => namespace);
    const alike = Map.groupBy(places, ([, some]) => some.map(labelOf).join(', '));
    return [...alike].map(([names, all]) => `${kind} ${names}${placesText(all.map(([place]) => place))}`);
  });
}

function labelOf({ name, object }: Named): string {
  return name ? `"${name}"` : `"${object.metadata?.generateName ?? ''}…"`;
}

function placesText(namespaces: readonly string[]): string {
  const named = namespaces.filter(Boolean);
  if (named.length === 0) return '';
  return named.length === 1 ? ` in namespace ${named[0]}` : ` in each of namespaces ${named.join(', ')}`;
}
