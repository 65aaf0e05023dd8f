import { type ApiResource, resourceNameOf } from '../apimachinery/api-resource.ts';
import { RefusedError, UserError } from '../apimachinery/errors.ts';
import { fieldAt, textAt } from '../apimachinery/fields.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import type { Connection } from '../client/cluster.ts';
import { type Pod, podsOf } from './pods.ts';
import { type OfferedPort, offeredPorts, portInPod, reachablePod } from './ports.ts';

/** A pod that answers for an object, and how the object is called. */
export interface Endpoint {
  pod: Pod;
  /** In the pod. */
  port: number;
  isTls: boolean;
  /** As a client in the cluster would name it, with the port where it is not the scheme's own. */
  host: string;
  /** The names under which it is reached. */
  names: string[];
}

/**
 * Finds the pod and port behind an object. Only what runs in this cluster's pods is reached.
 * @param port by number or name; undefined: the only one.
 * @param https undefined: by the port.
 * @throws RefusedError for what leads elsewhere; UserError with the ports that there are.
 */
export async function endpointOf(
  connection: Pick<Connection, 'client'>,
  { resource, object }: { resource: ApiResource; object: KubernetesObject },
  port: string | undefined,
  https: boolean | undefined,
  signal: AbortSignal,
): Promise<Endpoint> {
  const what = `${resource.kind} "${object.metadata?.name}"`;
  const isService = resourceNameOf(resource) === 'services';
  if (isService) refuseOutside(what, object);
  const pods = await podsOf(connection, resource, object, signal);
  if (!pods) throw new UserError(`${what} has no pods to send a request to.`);
  const pod = reachablePod(pods, what);
  const offered = offeredPorts(object, pods);
  const chosen = choosePort(what, offered, port, !isService && pod.spec?.hostNetwork !== true);
  const inPod = portInPod(pod, chosen.target);
  const isTls = https ?? (/https|tls/.test(chosen.name ?? '') || [443, 6443, 8443].includes(chosen.port));
  const names = isService ? serviceNames(object) : [textAt(pod, 'status', 'podIP') ?? 'localhost'];
  const [name = ''] = names;
  const plain = name.includes(':') ? `[${name}]` : name;
  const isDefault = chosen.port === (isTls ? 443 : 80);
  return { pod, port: inPod, isTls, host: isDefault ? plain : `${plain}:${chosen.port}`, names };
}

function refuseOutside(what: string, service: KubernetesObject): void {
  const external = textAt(service, 'spec', 'externalName');
  if (fieldAt(service, 'spec', 'type') === 'ExternalName')
    throw new RefusedError(
      `${what} is only another name for ${external}: requests are sent to pods of this cluster alone.`,
    );
  if (!isObject(fieldAt(service, 'spec', 'selector')))
    throw new RefusedError(
      `${what} has no selector: its endpoints are kept by hand and may be anywhere. Requests are sent to pods of this cluster alone; name a pod.`,
    );
}

/** @param isFree other ports than the declared ones may be asked too: they are the pod's own. */
function choosePort(
  what: string,
  offered: readonly OfferedPort[],
  port: string | undefined,
  isFree: boolean,
): OfferedPort {
  const texts = offered.map((one) => (one.name ? `${one.port} (${one.name})` : String(one.port))).join(', ');
  const known = texts ? `It has: ${texts}.` : 'It declares none.';
  const [first, ...rest] = offered;
  if (port === undefined) {
    if (first && rest.length === 0) return first;
    throw new UserError(`Say which port of ${what}. ${known}`);
  }
  const found = offered.find((one) => one.name === port || String(one.port) === port);
  if (found) return found;
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (isFree && number > 0 && number < 65_536) return { name: undefined, port: number, target: number };
  throw new UserError(`${what} has no TCP port "${port}". ${known}`);
}

function serviceNames({ metadata }: KubernetesObject): string[] {
  const { name = '', namespace = '' } = metadata ?? {};
  return [`${name}.${namespace}.svc`, `${name}.${namespace}`, name, `${name}.${namespace}.svc.cluster.local`];
}
