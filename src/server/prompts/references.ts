import { isObject, type KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';

/** An object that another one needs. */
export interface Reference {
  /** Plural name with group. */
  resource: string;
  kind: string;
  name: string;
}

type Rule = (value: unknown) => Reference[];

const named = (resource: string, kind: string, ...keys: string[]): Rule => {
  return (value) => {
    if (typeof value === 'string') return value === '' ? [] : [{ resource, kind, name: value }];
    if (Array.isArray(value)) return value.flatMap(named(resource, kind, ...keys));
    if (!isObject(value) || value.optional === true) return [];
    const name = keys.map((key) => value[key]).find((found) => typeof found === 'string' && found !== '');
    return typeof name === 'string' ? [{ resource, kind, name }] : [];
  };
};

const configMap = named('configmaps', 'ConfigMap', 'name');
const secret = named('secrets', 'Secret', 'secretName', 'name');
/** The fields, wherever they stand in a specification, that name another object. */
const RULES: Record<string, Rule> = {
  configMap,
  configMapRef: configMap,
  configMapKeyRef: configMap,
  secret,
  secretRef: secret,
  secretKeyRef: secret,
  imagePullSecrets: secret,
  tls: secret,
  serviceAccountName: named('serviceaccounts', 'ServiceAccount'),
  persistentVolumeClaim: named('persistentvolumeclaims', 'PersistentVolumeClaim', 'claimName'),
  ingressClassName: named('ingressclasses.networking.k8s.io', 'IngressClass'),
  storageClassName: named('storageclasses.storage.k8s.io', 'StorageClass'),
  priorityClassName: named('priorityclasses.scheduling.k8s.io', 'PriorityClass'),
  runtimeClassName: named('runtimeclasses.node.k8s.io', 'RuntimeClass'),
};

/** What an object of a built-in or another kind refers to by name, each once. */
export function referencesOf({ kind, spec }: KubernetesObject): Reference[] {
  const found = new Map<string, Reference>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, item] of Object.entries(value)) {
      for (const reference of rule(kind, key)?.(item) ?? [])
        found.set(`${reference.resource}/${reference.name}`, reference);
      visit(item);
    }
  };
  visit(spec);
  return [...found.values()];
}

function rule(kind: string | undefined, key: string): Rule | undefined {
  // Elsewhere a `service` may be one outside of the cluster or in another namespace.
  if (kind === 'Ingress' && key === 'service') return named('services', 'Service', 'name');
  return Object.hasOwn(RULES, key) ? RULES[key] : undefined;
}
