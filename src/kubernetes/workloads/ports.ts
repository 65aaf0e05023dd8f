import { UserError } from '../apimachinery/errors.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { longRunning } from './containers.ts';
import { isReady, type Pod } from './pods.ts';

/** A reachable port: a number or, for a Service, the name or number of the target port. */
export interface OfferedPort {
  /** The name its owner gives it, if any. */
  name: string | undefined;
  port: number;
  /** The port in the pod. */
  target: number | string;
}

type ServiceSpec = { clusterIP?: unknown };

/** The TCP ports an object declares: those of a Service, else those of the containers of its pods. */
export function offeredPorts(object: KubernetesObject, pods: readonly Pod[]): OfferedPort[] {
  const { spec } = object;
  if (object.kind === 'Service' && isObject(spec) && Array.isArray(spec.ports)) {
    return spec.ports.filter(isTcp).map((one) => {
      const target = targetOf(spec, one);
      const port = Number(one.port);
      return { name: text(one.name), port, target: typeof target === 'string' ? target : Number(target ?? port) };
    });
  }
  const ports = pods.flatMap((pod) =>
    containerPorts(pod).map(({ name, containerPort }) => ({ name, port: containerPort, target: containerPort })),
  );
  return [...new Map(ports.map((one) => [one.port, one])).values()];
}

/** Where a port of a Service leads in its pods, by number or name. */
export function targetOf<P, T>(
  spec: ServiceSpec,
  { port, targetPort }: { port?: P; targetPort?: T },
): P | T | undefined {
  return isHeadless(spec) ? port : (targetPort ?? port);
}

/** Does nothing stand between clients and pods? Whoever connects to its name reaches the same port of a pod. */
export function isHeadless({ clusterIP }: ServiceSpec): boolean {
  return clusterIP === 'None';
}

/** The pod to connect to: a ready one, else a running one. @throws UserError when there is none. */
export function reachablePod(pods: readonly Pod[], what: string): Pod {
  const found =
    pods.find((pod) => isReady(pod) && !pod.metadata?.deletionTimestamp) ??
    pods.find(({ status }) => status?.phase === 'Running');
  if (!found) throw new UserError(`${what} has no pod that runs.`);
  return found;
}

/** The number of a port, which may be given by its name in the pod. @throws UserError when the pod has no such port. */
export function portInPod(pod: Pod, target: number | string): number {
  if (typeof target === 'number') return target;
  const found = containerPorts(pod).find(({ name }) => name === target);
  if (!found) throw new UserError(`Pod "${pod.metadata?.name}" has no port named "${target}".`);
  return found.containerPort;
}

function containerPorts({ spec = {} }: Pod): { name: string | undefined; containerPort: number }[] {
  const containers: unknown[] = longRunning(spec);
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
