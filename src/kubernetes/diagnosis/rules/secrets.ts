import { parseJson } from '../../apimachinery/json.ts';
import { isObject, type KubernetesObject, ownValue } from '../../apimachinery/objects.ts';
import { counted } from '../../apimachinery/texts.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { certificateReport } from '../facts/certificates.ts';
import { about, cause, type Finding, type Report, risk, someOf } from '../facts/finding.ts';
import { type Lookup, members } from '../facts/lookup.ts';
import { say } from '../facts/message.ts';
import { rule } from '../facts/rule.ts';
import type { Pod } from '../facts/types.ts';
import type { Ingress } from './ingresses.ts';
import { type Reference, referencesOf } from './references.ts';

/** The most Secrets read: certificates are large. */
const MAX_SECRETS = 1_000;
/** The keys that a Secret of a type must have. */
const REQUIRED: Record<string, readonly string[]> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
};

/** A Secret: its certificate, and the keys its users need. Its values are never shown. */
export const secretRule = rule([kinds.pods], async (secret, lookup): Promise<Report> => {
  const type = typeof secret.type === 'string' ? secret.type : 'Opaque';
  const keys = keysOf(secret);
  const data = isObject(secret.data) ? secret.data : {};
  const { name, namespace } = secret.metadata ?? {};
  const [users, ingresses] = await Promise.all([
    usersOf(secret, 'Secret', lookup),
    keys.includes('tls.crt') ? lookup.list<Ingress>(kinds.ingresses, namespace) : [],
  ]);
  const entries = members<Ingress>(ingresses)
    .flatMap(({ spec }) => spec?.tls ?? [])
    .filter(({ secretName }) => secretName === name);
  const hosts = [...new Set(entries.flatMap(({ hosts: some = [] }) => some))];
  const certificate = keys.includes('tls.crt') ? certificateReport(data['tls.crt'], 'tls.crt', { hosts }) : undefined;
  const authority = keys.includes('ca.crt') ? certificateReport(data['ca.crt'], 'ca.crt', { bundle: true }) : undefined;
  const missing = (ownValue(REQUIRED, type) ?? []).filter((key) => !keys.includes(key));
  const findings = [
    ...(namesRegistry(secret)
      ? []
      : [cause(say`its .dockerconfigjson has no login for any registry: pods pull without it`)]),
    ...missing.map((key) => cause(say`it has no key ${key}, which its type ${type} needs`)),
    ...(certificate?.findings ?? []),
    ...(authority?.findings ?? []),
    ...users.findings,
  ];
  const facts = [
    type,
    `keys ${someOf(keys, 8) || 'none'}`,
    ...(certificate?.summary ? [certificate.summary] : []),
    users.text,
  ];
  return { summary: facts.join(', '), findings };
});

/** Does the registry login name any registry? One with a credential helper counts too. */
function namesRegistry({ type, data }: KubernetesObject): boolean {
  const text = isObject(data) ? data['.dockerconfigjson'] : undefined;
  if (type !== 'kubernetes.io/dockerconfigjson' || typeof text !== 'string') return true;
  try {
    const config: unknown = parseJson(Buffer.from(text, 'base64').toString());
    return ['auths', 'credHelpers'].some(
      (key) => isObject(config) && isObject(config[key]) && Object.keys(config[key]).length > 0,
    );
  } catch {
    return false;
  }
}

/** A ConfigMap: the keys its users need. */
export const configMapRule = rule([kinds.pods], async (configMap, lookup): Promise<Report> => {
  const users = await usersOf(configMap, 'ConfigMap', lookup);
  return { summary: `keys ${someOf(keysOf(configMap), 8) || 'none'}, ${users.text}`, findings: users.findings };
});

/** Certificates in TLS Secrets that are broken, expired or about to expire, in all namespaces unless one is given. */
export async function expiringCertificates(namespace: string | undefined, lookup: Lookup): Promise<Finding[]> {
  const secrets = members(
    await lookup.list(kinds.secrets, namespace, { fieldSelector: 'type=kubernetes.io/tls' }, MAX_SECRETS),
  );
  return secrets.flatMap(({ metadata, data }) => {
    const { name = '', namespace: own } = metadata ?? {};
    const what = `Secret ${namespace ? '' : `${own}/`}${name}`;
    const { findings } = certificateReport(isObject(data) ? data['tls.crt'] : undefined, what);
    return findings.map((finding) => about(kinds.secrets, { namespace: own, name }, finding));
  });
}

async function usersOf(
  object: KubernetesObject,
  kind: Reference['kind'],
  lookup: Lookup,
): Promise<{ text: string; findings: Finding[] }> {
  const { name, namespace } = object.metadata ?? {};
  const pods = await lookup.list<Pod>(kinds.pods, namespace);
  if (pods === 'unknown') return { text: 'users unknown', findings: [] };
  const keys = keysOf(object);
  const uses = pods.map((pod) => ({
    pod: pod.metadata?.name ?? '',
    references: referencesOf(pod.spec ?? {}).filter((one) => one.kind === kind && one.name === name),
  }));
  const users = uses.filter(({ references }) => references.length > 0);
  const missing = users.flatMap(({ pod, references }) =>
    references.flatMap(({ key, use }) => (key === undefined || keys.includes(key) ? [] : [{ key, use, pod }])),
  );
  const findings = [...Map.groupBy(missing, ({ key, use }) => `${key} ${use}`).values()].flatMap((all) => {
    const [first] = all;
    if (!first) return [];
    const pods = someOf(
      all.map(({ pod }) => pod),
      2,
    );
    return [risk(say`it has no key "${first.key}", needed by ${first.use} of pod ${pods}`)];
  });
  return { text: users.length > 0 ? `used by ${counted(users.length, 'pod')}` : 'used by no pod', findings };
}

function keysOf({ data, binaryData }: KubernetesObject): string[] {
  return [data, binaryData].flatMap((part) => (isObject(part) ? Object.keys(part) : []));
}
