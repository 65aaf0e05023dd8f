import { nearest } from '../../apimachinery/nearest.ts';
import { isObject } from '../../apimachinery/objects.ts';
import { type Kind, kinds } from '../../apimachinery/well-known-kinds.ts';
import { cause, type Finding, risk, someOf } from '../facts/finding.ts';
import { type Lookup, members, namesOf } from '../facts/lookup.ts';
import type { Claim, Container, PodSpec } from '../facts/types.ts';
import { claimFindings } from './volumes.ts';

/** One use of another object by a pod. */
export interface Reference {
  kind: 'ConfigMap' | 'Secret' | 'PersistentVolumeClaim' | 'ServiceAccount';
  name: string;
  /** Undefined: the whole object. */
  key?: string | undefined;
  /** "env DB_PASSWORD of container api". */
  use: string;
}

const KINDS: Record<Reference['kind'], Kind> = {
  ConfigMap: kinds.configMaps,
  Secret: kinds.secrets,
  PersistentVolumeClaim: kinds.claims,
  ServiceAccount: kinds.serviceAccounts,
};

/** Everything in its namespace without which a pod of this spec does not start; what is optional is left out. */
export function referencesOf(spec: PodSpec): Reference[] {
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  const account = spec.serviceAccountName;
  return [
    ...containers.flatMap(environmentReferences),
    ...volumeReferences(spec),
    ...(account && account !== 'default'
      ? [{ kind: 'ServiceAccount' as const, name: account, use: 'service account' }]
      : []),
  ];
}

/** In words, what the spec refers to that does not exist or is not usable. */
export async function brokenReferences(spec: PodSpec, namespace: string, lookup: Lookup): Promise<string[]> {
  const byObject = Object.groupBy(referencesOf(spec), ({ kind, name }) => `${kind}/${name}`);
  const problems = await Promise.all(
    Object.values(byObject).map((references = []) => problemsOf(references, namespace, lookup)),
  );
  return problems.flat();
}

/** What pods of several workloads need that does not exist, by one list for each kind; keys are not looked at. */
export async function missingReferences(
  workloads: readonly { what: string; spec: PodSpec }[],
  namespace: string,
  lookup: Lookup,
): Promise<Finding[]> {
  const needed = workloads.flatMap(({ what, spec }) => referencesOf(spec).map((reference) => ({ what, reference })));
  const found = await Promise.all(
    [...Map.groupBy(needed, ({ reference }) => reference.kind)].map(async ([kind, uses]) => {
      const all = await lookup.names(KINDS[kind], namespace);
      if (all === 'unknown') return [];
      const names = namesOf(all);
      const missing = uses.filter(({ reference }) => !names.includes(reference.name));
      return [...Map.groupBy(missing, ({ reference }) => reference.name)].map(([name, users]) => {
        const close = nearest(name, names, 2);
        const advice = close.length > 0 ? `; nearest: ${close.join(', ')}` : '';
        return cause(
          `${kind} "${name}" does not exist, needed by ${someOf([...new Set(users.map(({ what }) => what))])}${advice}`,
        );
      });
    }),
  );
  return found.flat();
}

/** Image pull secrets that do not exist: pods start without them, but a private image is then not pulled. */
export async function pullSecretRisks(
  { imagePullSecrets = [] }: PodSpec,
  namespace: string,
  lookup: Lookup,
): Promise<Finding[]> {
  const names = imagePullSecrets.flatMap(({ name }) => name ?? []);
  const found = await Promise.all(names.map((name) => lookup.get(kinds.secrets, namespace, name)));
  return names.flatMap((name, index) =>
    found[index] === 'absent' ? [risk(`its image pull Secret "${name}" does not exist in namespace ${namespace}`)] : [],
  );
}

async function problemsOf(references: readonly Reference[], namespace: string, lookup: Lookup): Promise<string[]> {
  const [first] = references;
  if (!first) return [];
  const { kind, name } = first;
  const found = await lookup.get(KINDS[kind], namespace, name);
  const uses = someOf([...new Set(references.map(({ use }) => use))]);
  if (found === 'unknown') return [];
  if (found === 'absent') {
    const others = members(await lookup.names(KINDS[kind], namespace)).map((other) => other.metadata?.name ?? '');
    const close = nearest(name, others, 2);
    const advice = close.length > 0 ? `; nearest: ${close.join(', ')}` : '';
    return [`${kind} "${name}" does not exist in namespace ${namespace}, needed by ${uses}${advice}`];
  }
  if (kind === 'PersistentVolumeClaim') {
    const findings = await claimFindings(found as Claim, lookup);
    return findings
      .filter(({ level }) => level !== 'risk')
      .map(({ text }) => `PersistentVolumeClaim "${name}": ${text}`);
  }
  const keys = [found.data, found.binaryData].flatMap((part) => (isObject(part) ? Object.keys(part) : []));
  return references
    .filter(({ key }) => key !== undefined && !keys.includes(key))
    .map(
      ({ key, use }) =>
        `${kind} "${name}" has no key "${key}", needed by ${use}; its keys: ${someOf(keys, 8) || 'none'}`,
    );
}

function environmentReferences({ name: container, env = [], envFrom = [] }: Container): Reference[] {
  const reference = (
    kind: Reference['kind'],
    from: { name?: string; key?: string; optional?: boolean } | undefined,
    use: string,
  ) =>
    from?.name && !from.optional
      ? [{ kind, name: from.name, key: from.key, use: `${use} of container ${container}` }]
      : [];
  return [
    ...envFrom.flatMap(({ configMapRef, secretRef }) => [
      ...reference('ConfigMap', configMapRef, 'envFrom'),
      ...reference('Secret', secretRef, 'envFrom'),
    ]),
    ...env.flatMap(({ name, valueFrom }) => [
      ...reference('ConfigMap', valueFrom?.configMapKeyRef, `env ${name}`),
      ...reference('Secret', valueFrom?.secretKeyRef, `env ${name}`),
    ]),
  ];
}

function volumeReferences({ volumes = [] }: PodSpec): Reference[] {
  const reference = (
    kind: Reference['kind'],
    name: string | undefined,
    from: { optional?: boolean; items?: { key?: string }[] },
    volume: string,
  ): Reference[] => {
    if (!name || from.optional) return [];
    const use = `volume ${volume}`;
    return from.items?.length ? from.items.map(({ key }) => ({ kind, name, key, use })) : [{ kind, name, use }];
  };
  return volumes.flatMap(({ name: volume, configMap, secret, projected, persistentVolumeClaim }) => [
    ...(configMap ? reference('ConfigMap', configMap.name, configMap, volume) : []),
    ...(secret ? reference('Secret', secret.secretName, secret, volume) : []),
    ...(projected?.sources ?? []).flatMap((source) => [
      ...(source.configMap ? reference('ConfigMap', source.configMap.name, source.configMap, volume) : []),
      ...(source.secret ? reference('Secret', source.secret.name, source.secret, volume) : []),
    ]),
    ...reference('PersistentVolumeClaim', persistentVolumeClaim?.claimName, {}, volume),
  ]);
}
