import type { PolicyRule } from '../../access/rbac.ts';
import type { ApiResource } from '../../apimachinery/api-resource.ts';
import { nearest } from '../../apimachinery/nearest.ts';
import { cause, type Finding, nearestText, someOf } from './finding.ts';
import type { Lookup } from './lookup.ts';
import { type Message, say } from './message.ts';

const MAX_SHOWN = 6;

/** What rules allow, one line each: `get, list pods, services`. */
export function ruleLines(rules: readonly PolicyRule[]): string[] {
  const lines = [...new Set(rules.map(ruleText))];
  const rest = lines.length - MAX_SHOWN;
  return [...lines.slice(0, MAX_SHOWN), ...(rest > 0 ? [`and ${rest} more rules`] : [])];
}

function ruleText({
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
  verbs = [],
}: PolicyRule) {
  const groups = apiGroups.filter(Boolean);
  const of = groups.length > 0 && resources.length > 0 ? ` of ${someOf(groups)}` : '';
  const only = resourceNames.length > 0 ? ` named ${someOf(resourceNames)}` : '';
  return `${someOf(verbs, 8)} ${someOf([...resources, ...nonResourceURLs], 8)}${of}${only}`;
}

/** Rules that name resources the cluster does not serve in these groups, such as `pod` for `pods`. */
export async function unservedFindings(rules: readonly PolicyRule[], lookup: Lookup): Promise<Finding[]> {
  const served = await lookup.servedKinds();
  const groups = new Set(served.map(({ group }) => group));
  return rules.flatMap(({ apiGroups = [], resources = [] }) =>
    resources.flatMap((resource) => {
      // Rules for groups that are not installed, or no longer, do no harm.
      const known = apiGroups.filter((group) => groups.has(group));
      if (known.length === 0 || apiGroups.includes('*') || isServed(resource, known, served)) return [];
      return [cause(unservedText(resource, known, served))];
    }),
  );
}

function isServed(resource: string, groups: readonly string[], served: readonly ApiResource[]): boolean {
  if (resource.includes('*')) return true;
  const [name = '', subresource] = resource.split('/');
  return served.some(
    (one) =>
      groups.includes(one.group) &&
      one.name === name &&
      (subresource === undefined || one.subresources.includes(subresource)),
  );
}

function unservedText(resource: string, groups: readonly string[], served: readonly ApiResource[]): Message {
  const where = groups.map((group) => `"${group}"`).join(', ');
  const text = say`a rule allows "${resource}" in API group ${where}, which serves no such resource`;
  const elsewhere = served.find(({ name, group }) => name === resource && !groups.includes(group));
  if (elsewhere) return say`${text}; it is in group "${elsewhere.group}"`;
  const own = served.filter(({ group }) => groups.includes(group));
  const byKind = own.find(({ kind, singularName, shortNames }) =>
    [kind.toLowerCase(), singularName, ...shortNames].includes(resource.toLowerCase()),
  );
  const close = byKind
    ? [byKind.name]
    : nearest(
        resource,
        own.map(({ name }) => name),
        3,
      );
  return say`${text}${nearestText(close)}`;
}
