import { objectsAt, textAt } from '../../apimachinery/fields.ts';
import { nearest } from '../../apimachinery/nearest.ts';
import { isObject } from '../../apimachinery/objects.ts';
import { namesIn, referenceField } from '../../apimachinery/reference-fields.ts';
import { type Kind, kinds } from '../../apimachinery/well-known-kinds.ts';
import { cause, type Finding, nearestText, risk, someOf, withRemedies } from '../facts/finding.ts';
import { type Lookup, members, namesOf } from '../facts/lookup.ts';
import { type Message, say } from '../facts/message.ts';
import type { Claim, PodSpec } from '../facts/types.ts';
import { claimFindings } from './volumes.ts';

/** A pod's use of another object. */
export interface Reference {
  kind: string;
  resource: Kind;
  name: string;
  /** Undefined: the whole object. */
  key?: string | undefined;
  /** "env DB_PASSWORD of container api". */
  use: Message;
}

/** Everything in its namespace that a pod of this spec needs to start; optional references are omitted. */
export function referencesOf(spec: PodSpec): Reference[] {
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  const { volumes = [], serviceAccountName, resourceClaims = [] } = spec;
  return [
    ...containers.flatMap(({ name, env = [], envFrom = [] }) => [
      ...envFrom.flatMap((source) => referencesIn(source, say`envFrom of container ${name}`)),
      ...env.flatMap((one) => referencesIn(one.valueFrom ?? {}, say`env ${one.name} of container ${name}`)),
    ]),
    ...volumes.flatMap(({ name, projected, ...sources }) =>
      [sources, ...(projected?.sources ?? [])].flatMap((source) => referencesIn(source, say`volume ${name}`)),
    ),
    ...resourceClaims.flatMap(({ name, ...source }) => referencesIn(source, say`resource claim ${name}`)),
    ...(serviceAccountName === 'default' ? [] : referencesIn({ serviceAccountName }, say`service account`)),
  ];
}

/** The references of the spec that do not exist or are unusable. */
export async function brokenReferences(spec: PodSpec, namespace: string, lookup: Lookup): Promise<Finding[]> {
  const byObject = Object.groupBy(referencesOf(spec), ({ kind, name }) => `${kind}/${name}`);
  const problems = await Promise.all(
    Object.values(byObject).map((references = []) => problemsOf(references, namespace, lookup)),
  );
  return problems.flat();
}

/** What the pods of several workloads need that does not exist, with one list per kind; keys are not checked. */
export async function missingReferences(
  workloads: readonly { what: string; spec: PodSpec }[],
  namespace: string,
  lookup: Lookup,
): Promise<Finding[]> {
  const needed = workloads.flatMap(({ what, spec }) => referencesOf(spec).map((reference) => ({ what, reference })));
  const found = await Promise.all(
    [...Map.groupBy(needed, ({ reference }) => reference.resource)].map(async ([resource, uses]) => {
      const all = await lookup.names(resource, namespace);
      if (all === 'unknown') return [];
      const names = namesOf(all);
      const kind = uses[0]?.reference.kind;
      const missing = uses.filter(({ reference }) => !names.includes(reference.name));
      return [...Map.groupBy(missing, ({ reference }) => reference.name)].map(([name, users]) => {
        const advice = nearestText(nearest(name, names, 2));
        const needed = someOf([...new Set(users.map(({ what }) => what))]);
        const finding = cause(say`${kind} "${name}" does not exist, needed by ${needed}${advice}`);
        return withRemedies(finding, { kind: resource, namespace, name }, 'create');
      });
    }),
  );
  return found.flat();
}

/** Image pull secrets that do not exist: pods start without them, but private images cannot be pulled. */
export async function pullSecretRisks(
  { imagePullSecrets = [] }: PodSpec,
  namespace: string,
  lookup: Lookup,
): Promise<Finding[]> {
  const names = imagePullSecrets.flatMap(({ name }) => name ?? []);
  const found = await Promise.all(names.map((name) => lookup.get(kinds.secrets, namespace, name)));
  return names.flatMap((name, index) =>
    found[index] === 'absent'
      ? [risk(say`its image pull Secret "${name}" does not exist in namespace ${namespace}`)]
      : [],
  );
}

async function problemsOf(references: readonly Reference[], namespace: string, lookup: Lookup): Promise<Finding[]> {
  const [first] = references;
  if (!first) return [];
  const { kind, resource, name } = first;
  const found = await lookup.get(resource, namespace, name);
  const uses = someOf([...new Map(references.map(({ use }) => [String(use), use])).values()]);
  if (found === 'unknown') return [];
  if (found === 'absent') {
    const others = members(await lookup.names(resource, namespace)).map((other) => other.metadata?.name ?? '');
    const advice = nearestText(nearest(name, others, 2));
    const finding = cause(say`${kind} "${name}" does not exist in namespace ${namespace}, needed by ${uses}${advice}`);
    return [withRemedies(finding, { kind: resource, namespace, name }, 'create')];
  }
  if (kind === 'PersistentVolumeClaim') {
    const findings = await claimFindings(found as Claim, lookup);
    return findings
      .filter(({ level }) => level !== 'risk')
      .map(({ message }) => cause(say`PersistentVolumeClaim "${name}": ${message}`));
  }
  const keys = [found.data, found.binaryData].flatMap((part) => (isObject(part) ? Object.keys(part) : []));
  return references
    .filter(({ key }) => key !== undefined && !keys.includes(key))
    .map(({ key, use }) =>
      cause(say`${kind} "${name}" has no key "${key}", needed by ${use}; its keys: ${someOf(keys, 8) || say`none`}`),
    );
}

/** The references in fields, one for each key used. */
function referencesIn(fields: object, use: Message): Reference[] {
  return Object.entries(fields).flatMap(([key, value]) => {
    const field = referenceField(key, 'Pod');
    if (!field) return [];
    const { kind, resource } = field;
    const keys = [textAt(value, 'key'), ...objectsAt(value, 'items').map((item) => textAt(item, 'key'))];
    const used = keys.filter((one) => one !== undefined);
    return namesIn(field, value).flatMap((name) =>
      used.length > 0 ? used.map((one) => ({ kind, resource, name, key: one, use })) : [{ kind, resource, name, use }],
    );
  });
}
