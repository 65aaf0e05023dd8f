import {
  defined,
  jobWithoutAssigned,
  podWithoutAssigned,
  withoutIdentity,
  withoutMarks,
  withoutOwnFinalizers,
} from './assigned-values.ts';
import { isObject, type JsonObject, type KubernetesObject } from './objects.ts';
import { withoutDefaults } from './server-defaults.ts';

/** Metadata set by a person; the rest is set by the server. */
const OWN_METADATA = ['name', 'namespace', 'labels', 'annotations', 'finalizers'];

/** The part of an object that belongs in git: no status, nothing set by the server or a controller. */
export function cleanManifest(object: KubernetesObject): KubernetesObject {
  const { status: _, metadata = {}, ...rest } = object;
  const own = Object.fromEntries(Object.entries(metadata).filter(([key]) => OWN_METADATA.includes(key)));
  const { apiVersion, kind, ...content } = withoutDefaults({
    ...rest,
    metadata: withoutMarks(withoutOwnFinalizers(own)),
  });
  const { metadata: kept, ...body } = content as { metadata?: JsonObject };
  return withoutAssigned({ apiVersion, kind, metadata: kept ?? {}, ...body } as KubernetesObject, isBound(object));
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
    case 'v1/Pod':
      return { ...object, spec: podWithoutAssigned(spec) };
    case 'batch/v1/Job':
      return { ...object, spec: jobWithoutAssigned(spec) };
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
