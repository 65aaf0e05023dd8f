import { isObject, type JsonObject, type KubernetesObject } from './objects.ts';
import { withoutDefaults } from './server-defaults.ts';

/** Metadata set by a person; the rest is set by the server. */
const OWN_METADATA = ['name', 'namespace', 'labels', 'annotations', 'finalizers'];
/** Labels and annotations that controllers set, and use to find their own objects. */
const CONTROLLERS =
  /^(pod-template-(hash|generation)|controller-revision-hash|(batch\.kubernetes\.io\/)?(controller-uid|job-name)|batch\.kubernetes\.io\/job-completion-index|kubernetes\.io\/metadata\.name|statefulset\.kubernetes\.io\/pod-name|apps\.kubernetes\.io\/pod-index|deployment\.kubernetes\.io\/.*|deprecated\.daemonset\.template\.generation|pv\.kubernetes\.io\/.*|volume\.(beta\.)?kubernetes\.io\/(selected-node|storage-provisioner)|control-plane\.alpha\.kubernetes\.io\/leader|endpoints\.kubernetes\.io\/last-change-trigger-time|autoscaling\.alpha\.kubernetes\.io\/(conditions|current-metrics)|kubectl\.kubernetes\.io\/last-applied-configuration)$/;
const CONTROLLERS_FINALIZERS = /^(foregroundDeletion|orphan|kubernetes\.io\/(pvc|pv)-protection)$/;
const TOKEN_VOLUME = /^kube-api-access-\w+$/;

/** The part of an object that belongs in git: no status, nothing set by the server or a controller. */
export function cleanManifest(object: KubernetesObject): KubernetesObject {
  const { status: _, metadata = {}, ...rest } = object;
  const own = Object.fromEntries(Object.entries(metadata).filter(([key]) => OWN_METADATA.includes(key)));
  const { apiVersion, kind, ...content } = withoutDefaults({ ...rest, metadata: withoutMarks(own) });
  const { metadata: kept, ...body } = content as { metadata?: JsonObject };
  return withoutAssigned({ apiVersion, kind, metadata: kept ?? {}, ...body } as KubernetesObject, isBound(object));
}

function withoutMarks(metadata: JsonObject): JsonObject {
  const marks = (value: unknown) =>
    isObject(value)
      ? nonEmpty(Object.fromEntries(Object.entries(value).filter(([key]) => !CONTROLLERS.test(key))))
      : value;
  const finalizers = Array.isArray(metadata.finalizers)
    ? metadata.finalizers.filter((one) => !CONTROLLERS_FINALIZERS.test(String(one)))
    : [];
  return defined({
    ...metadata,
    labels: marks(metadata.labels),
    annotations: marks(metadata.annotations),
    finalizers: finalizers.length > 0 ? finalizers : undefined,
  });
}

function nonEmpty(value: JsonObject): JsonObject | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}

function defined(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined));
}

/** Did a controller, and not who made it, choose the volume of the claim or the claim of the volume? */
function isBound({ metadata }: KubernetesObject): boolean {
  return metadata?.annotations?.['pv.kubernetes.io/bound-by-controller'] !== undefined;
}

/** Removes what was assigned to this object alone: another object from the same manifest would get other values. */
function withoutAssigned(object: KubernetesObject, bound: boolean): KubernetesObject {
  const { spec } = object;
  if (object.kind === 'ServiceAccount') {
    const { secrets: _, ...rest } = object;
    return rest;
  }
  if (!isObject(spec)) return object;
  switch (`${object.apiVersion}/${object.kind}`) {
    case 'v1/Namespace': {
      const { spec: _, ...rest } = object;
      return rest;
    }
    case 'v1/Service':
      return { ...object, spec: serviceWithoutAssigned(spec) };
    case 'v1/PersistentVolumeClaim': {
      const { volumeName, ...kept } = spec;
      return { ...object, spec: bound ? kept : defined({ ...kept, volumeName }) };
    }
    case 'v1/PersistentVolume': {
      const { claimRef, ...kept } = spec;
      return { ...object, spec: bound ? kept : defined({ ...kept, claimRef: withoutIdentity(claimRef) }) };
    }
    case 'v1/Pod': {
      const { nodeName: _, ...kept } = spec;
      return { ...object, spec: podWithoutAssigned(kept) };
    }
    case 'batch/v1/Job': {
      if (spec.manualSelector === true) return object;
      const { selector: _, template, ...kept } = spec;
      const metadata = isObject(template) && isObject(template.metadata) ? withoutMarks(template.metadata) : {};
      return { ...object, spec: { ...kept, template: { ...(isObject(template) ? template : {}), metadata } } };
    }
    default:
      return object;
  }
}

function serviceWithoutAssigned(spec: JsonObject): JsonObject {
  const { clusterIP, clusterIPs: _, ipFamilies, healthCheckNodePort: _port, ...kept } = spec;
  // Where IPv4 comes first it is what most clusters assign; where IPv6 does, somebody may have chosen it.
  const isUsual = !Array.isArray(ipFamilies) || ipFamilies[0] === 'IPv4';
  return { ...kept, ...(clusterIP === 'None' ? { clusterIP } : {}), ...(isUsual ? {} : { ipFamilies }) };
}

/** A reference to whatever has the name. */
function withoutIdentity(reference: unknown): unknown {
  if (!isObject(reference)) return reference;
  const { uid: _, resourceVersion: _version, ...kept } = reference;
  return kept;
}

function podWithoutAssigned(spec: JsonObject): JsonObject {
  const isOwn = (one: unknown) => !isObject(one) || !TOKEN_VOLUME.test(String(one.name));
  const list = (value: unknown, keep: (one: unknown) => boolean) => {
    const kept = Array.isArray(value) ? value.filter(keep) : [];
    return kept.length > 0 ? kept : undefined;
  };
  const containers = (value: unknown) =>
    Array.isArray(value)
      ? value.map((one) => (isObject(one) ? defined({ ...one, volumeMounts: list(one.volumeMounts, isOwn) }) : one))
      : undefined;
  const isUsual = (one: unknown) =>
    isObject(one) &&
    one.tolerationSeconds === 300 &&
    /^node\.kubernetes\.io\/(not-ready|unreachable)$/.test(String(one.key));
  return defined({
    ...spec,
    priority: undefined,
    containers: containers(spec.containers),
    initContainers: containers(spec.initContainers),
    volumes: list(spec.volumes, isOwn),
    tolerations: list(spec.tolerations, (one) => !isUsual(one)),
  });
}
