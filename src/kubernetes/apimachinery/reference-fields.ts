import { isObject } from './objects.ts';
import { type Kind, kinds } from './well-known-kinds.ts';

/** A field that names another object, in pods and in other kinds with the same field names. */
export interface ReferenceField {
  kind: string;
  resource: Kind;
  /** Path of the name inside the field's value; empty if the value itself is the name. */
  members: readonly string[];
  /** Only in objects of this kind. */
  within?: string;
  /**
   * Must the named object exist, in the same namespace or cluster-scoped? A list: only in these kinds. Otherwise it may
   * be elsewhere, or be created later.
   */
  needed: boolean | readonly string[];
}

const configMap = { kind: 'ConfigMap', resource: kinds.configMaps, members: ['name'], needed: true };
const secret = { kind: 'Secret', resource: kinds.secrets, members: ['name'], needed: true };
const secretVolume = { ...secret, members: ['secretName', 'name'] };
const claim = { kind: 'PersistentVolumeClaim', resource: kinds.claims };

/** Reference fields, by field name. */
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
  resourceClaimName: { kind: 'ResourceClaim', resource: kinds.resourceClaims, members: [], needed: true },
  resourceClaimTemplateName: {
    ...{ kind: 'ResourceClaimTemplate', resource: kinds.resourceClaimTemplates, members: [] },
    needed: true,
  },
  // A webhook's service may be in another namespace.
  service: { kind: 'Service', resource: kinds.services, members: ['name'], needed: ['Ingress'] },
  serviceName: { kind: 'Service', resource: kinds.services, members: [], within: 'StatefulSet', needed: false },
  volumeName: {
    ...{ kind: 'PersistentVolume', resource: kinds.volumes, members: [] },
    ...{ within: 'PersistentVolumeClaim', needed: false },
  },
};

/** What a field refers to in objects of a kind. */
export function referenceField(name: string, within: string | undefined): ReferenceField | undefined {
  const field = Object.hasOwn(REFERENCE_FIELDS, name) ? REFERENCE_FIELDS[name] : undefined;
  return field?.within === undefined || field.within === within ? field : undefined;
}

/** Does an object of this kind need the object that its field names? */
export function isNeeded({ needed }: ReferenceField, by: string | undefined): boolean {
  return typeof needed === 'boolean' ? needed : by !== undefined && needed.includes(by);
}

/** The names in a field's value, without optional ones. */
export function namesIn(field: ReferenceField, value: unknown): string[] {
  if (typeof value === 'string') return value === '' || field.members.length > 0 ? [] : [value];
  if (Array.isArray(value)) return value.flatMap((item) => namesIn(field, item));
  if (!isObject(value) || value.optional === true) return [];
  const name = field.members.map((member) => value[member]).find((one) => typeof one === 'string' && one !== '');
  return typeof name === 'string' ? [name] : [];
}
