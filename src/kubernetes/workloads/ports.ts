import { UserError } from '../apimachinery/errors.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { isReady, type Pod } from './pods.ts';

/** A port that can be reached: a number or, of a Service, the name or number of the pods' port behind it. */
export interface OfferedPort {
  /** As its owner names it, if it does. */
  name: string | undefined;
  port: number;
  /** What it is in the pod. */
  target: number | string;
}

/** The ports that an object declares: those of a Service, else those of the containers of its pods. TCP only. */
export function offeredPorts(object: KubernetesObject, pods: readonly Pod[]): OfferedPort[] {
  const { spec } = object;
  if (object.kind === 'Service' && isObject(spec) && Array.isArray(spec.ports)) {
    return spec.ports.filter(isTcp).map(({ name, port, targetPort }) => ({
      ...{ name: text(name), port: Number(port) },
      target: typeof targetPort === 'string' || typeof targetPort === 'number' ? targetPort : Number(port),
    }));
  }
  const ports = pods.flatMap((pod) =>
    containerPorts(pod).map(({ name, containerPort }) => ({ name, port: containerPort, target: containerPort })),
  );
  return [...new Map(ports.map((one) => [one.port, one])).values()];
}

/** The pod to reach: one that is ready, else one that runs. @throws UserError when none does. */
export function reachablePod(pods: readonly Pod[], what: string): Pod {
  const found =
    pods.find((pod) => isReady(pod) && !pod.metadata?.deletionTimestamp) ??
    pods.find(({ status }) => status?.phase === 'Running');
  if (!found) throw new UserError(`${what} has no pod that runs.`);
  return found;
}

/** The number of a port in a pod, which may have given it a name. @throws UserError when the pod has no such port. */
export function portInPod(pod: Pod, target: number | string): number {
  if (typeof target === 'number') return target;
  const found = containerPorts(pod).find(({ name }) => name === target);
  if (!found) throw new UserError(`Pod "${pod.metadata?.name}" has no port named "${target}".`);
  return found.containerPort;
}

function containerPorts({ spec }: Pod): { name: string | undefined; containerPort: number }[] {
  const containers: unknown[] = spec?.containers ?? [];
  return containers
    .flatMap((container) => (isObject(container) && Array.isArray(container.ports) ? container.ports : []))
    .filter(isTcp)
    .map(({ name, containerPort }) => ({ name: text(name), containerPort: Number(containerPort) }));
}

function isTcp(port: unknown): port is Record<string, unknown> {
  return isObject(port) && (port.protocol === undefined || port.protocol === 'TCP');
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
