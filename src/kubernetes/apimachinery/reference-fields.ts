import { isObject } from './objects.ts';
import { type Kind, kinds } from './well-known-kinds.ts';

/** A field that names another object, in a pod and wherever else people keep to the same words. */
export interface ReferenceField {
  kind: string;
  resource: Kind;
  /** Where in its value the name stands; nowhere: the value itself is a name. */
  members: readonly string[];
  /** Only in objects of this kind. */
  within?: string;
  /**
   * Is what it names needed, in the same namespace or cluster-scoped? In which objects, if not in all. Elsewhere it may be
   * somewhere else, or made later.
   */
  needed: boolean | readonly string[];
}

const configMap = { kind: 'ConfigMap', resource: kinds.configMaps, members: ['name'], needed: true };
const secret = { kind: 'Secret', resource: kinds.secrets, members: ['name'], needed: true };
const secretVolume = { ...secret, members: ['secretName', 'name'] };
const claim = { kind: 'PersistentVolumeClaim', resource: kinds.claims };

/** What fields refer to, by their names. */
const REFERENCE_FIELDS: Readonly<Record<string, ReferenceField>> = {
  configMap,
  configMapRef: configMap,
  configMapKeyRef: configMap,
  secret: secretVolume,
  secretRef: secret,
  secretKeyRef: secret,
  imagePullSecrets: secret,
  tls: { ...secret, members: ['secretName'] },
  secrets: { ...secret, needed: false },
  secretName: { ...secret, members: [], needed: false },
  persistentVolumeClaim: { ...claim, members: ['claimName'], needed: true },
  claimName: { ...claim, members: [], needed: false },
  claimRef: { ...claim, members: ['name'], needed: false },
  serviceAccountName: { kind: 'ServiceAccount', resource: kinds.serviceAccounts, members: [], needed: true },
  nodeName: { kind: 'Node', resource: kinds.nodes, members: [], needed: false },
  ingressClassName: { kind: 'IngressClass', resource: kinds.ingressClasses, members: [], needed: true },
  storageClassName: { kind: 'StorageClass', resource: kinds.storageClasses, members: [], needed: true },
  priorityClassName: { kind: 'PriorityClass', resource: kinds.priorityClasses, members: [], needed: true },
  runtimeClassName: { kind: 'RuntimeClass', resource: kinds.runtimeClasses, members: [], needed: true },
  // Of a webhook it may be in another namespace.
  service: { kind: 'Service', resource: kinds.services, members: ['name'], needed: ['Ingress'] },
  serviceName: { kind: 'Service', resource: kinds.services, members: [], within: 'StatefulSet', needed: false },
  volumeName: {
    ...{ kind: 'PersistentVolume', resource: kinds.volumes, members: [] },
    ...{ within: 'PersistentVolumeClaim', needed: false },
  },
};

/** What a field of an object of some kind refers to. */
export function referenceField(name: string, within: string | undefined): ReferenceField | undefined {
  const field = Object.hasOwn(REFERENCE_FIELDS, name) ? REFERENCE_FIELDS[name] : undefined;
  return field?.within === undefined || field.within === within ? field : undefined;
}

/** Does an object of some kind need what its field names? */
export function isNeeded({ needed }: ReferenceField, by: string | undefined): boolean {
  return typeof needed === 'boolean' ? needed : by !== undefined && needed.includes(by);
}

/** The names in the value of a field; what is optional is left out. */
export function namesIn(field: ReferenceField, value: unknown): string[] {
  if (typeof value === 'string') return value === '' || field.members.length > 0 ? [] : [value];
  if (Array.isArray(value)) return value.flatMap((item) => namesIn(field, item));
  if (!isObject(value) || value.optional === true) return [];
  const name = field.members.map((member) => value[member]).find((one) => typeof one === 'string' && one !== '');
  return typeof name === 'string' ? [name] : [];
}
