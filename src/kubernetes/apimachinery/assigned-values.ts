import { isObject, type JsonObject } from './objects.ts';

/** Labels and annotations that controllers set, and use to find their own objects. */
const CONTROLLERS =
  /^(pod-template-(hash|generation)|controller-revision-hash|(batch\.kubernetes\.io\/)?(controller-uid|job-name)|batch\.kubernetes\.io\/job-completion-index|kubernetes\.io\/metadata\.name|statefulset\.kubernetes\.io\/pod-name|apps\.kubernetes\.io\/pod-index|deployment\.kubernetes\.io\/.*|deprecated\.daemonset\.template\.generation|pv\.kubernetes\.io\/.*|volume\.(beta\.)?kubernetes\.io\/(selected-node|storage-provisioner)|control-plane\.alpha\.kubernetes\.io\/leader|endpoints\.kubernetes\.io\/last-change-trigger-time|autoscaling\.alpha\.kubernetes\.io\/(conditions|current-metrics)|kubectl\.kubernetes\.io\/last-applied-configuration)$/;
const CONTROLLERS_FINALIZERS = /^(foregroundDeletion|orphan|kubernetes\.io\/(pvc|pv)-protection)$/;
const TOKEN_VOLUME = /^kube-api-access-\w+$/;

/** Metadata without the labels and annotations of controllers. */
export function withoutMarks(metadata: JsonObject): JsonObject {
  const marks = (value: unknown) =>
    isObject(value)
      ? nonEmpty(Object.fromEntries(Object.entries(value).filter(([key]) => !CONTROLLERS.test(key))))
      : value;
  return defined({ ...metadata, labels: marks(metadata.labels), annotations: marks(metadata.annotations) });
}

/** Metadata without the finalizers that Kubernetes itself sets. */
export function withoutOwnFinalizers(metadata: JsonObject): JsonObject {
  const finalizers = Array.isArray(metadata.finalizers)
    ? metadata.finalizers.filter((one) => !CONTROLLERS_FINALIZERS.test(String(one)))
    : [];
  return defined({ ...metadata, finalizers: finalizers.length > 0 ? finalizers : undefined });
}

/** A reference to whatever has the name. */
export function withoutIdentity(reference: unknown): unknown {
  if (!isObject(reference)) return reference;
  const { uid: _, resourceVersion: _version, ...kept } = reference;
  return kept;
}

/** A Job selects its pods by its own uid, and another Job gets another. */
export function jobWithoutAssigned(spec: JsonObject): JsonObject {
  if (spec.manualSelector === true) return spec;
  const { selector: _, template, ...kept } = spec;
  const metadata = isObject(template) && isObject(template.metadata) ? withoutMarks(template.metadata) : {};
  return { ...kept, template: { ...(isObject(template) ? template : {}), metadata } };
}

/** A pod's spec without what the scheduler and admission added, and what no new pod may have. */
export function podWithoutAssigned({ nodeName: _, ephemeralContainers: _debugging, ...spec }: JsonObject): JsonObject {
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

/** The fields that have a value. */
export function defined(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined));
}

function nonEmpty(value: JsonObject): JsonObject | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}
