import { nearest } from '../../apimachinery/nearest.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { cause, type Finding, nearestText } from './finding.ts';
import { type Lookup, members, namesOf } from './lookup.ts';
import { type Filling, say } from './message.ts';
import type { EndpointSlice, Service } from './types.ts';

/** A Service port as another object refers to it. */
export interface Destination {
  namespace: string;
  name: string;
  port?: { name?: string; number?: number } | undefined;
}

/** Does the Service have a port with this name or number? */
export function hasPort({ spec }: Service, port: Destination['port']): boolean {
  if (port?.name === undefined && port?.number === undefined) return true;
  return (spec?.ports ?? []).some((own) =>
    port.name === undefined ? own.port === port.number : own.name === port.name,
  );
}

/** Reports a missing Service, and the existing ones. */
export function absentService({ namespace, name }: Destination, others: readonly string[], whence: Filling): Finding {
  const advice = nearestText(nearest(name, others, 3));
  return cause(say`${whence} Service "${name}", which does not exist in namespace ${namespace}${advice}`);
}

/** Reports a missing port of a Service, and the existing ones. */
export function absentPort({ name, port }: Destination, service: Service, whence: Filling): Finding {
  const ports = (service.spec?.ports ?? []).map((own) => `${own.name ?? '(unnamed)'} ${own.port}`);
  return cause(
    say`${whence} port ${port?.name ?? port?.number} of Service ${name}, which it does not have; it has: ${ports.join(', ')}`,
  );
}

/** Why the destination named in `whence` leads nowhere: the Service, its port or its endpoints are missing. */
export async function destinationFindings(to: Destination, whence: Filling, lookup: Lookup): Promise<Finding[]> {
  const service = await lookup.get<Service>(kinds.services, to.namespace, to.name);
  if (service === 'unknown') return [];
  if (service === 'absent') {
    return [absentService(to, namesOf(members(await lookup.names(kinds.services, to.namespace))), whence)];
  }
  if (!hasPort(service, to.port)) return [absentPort(to, service, whence)];
  if (service.spec?.type === 'ExternalName') return [];
  const slices = await lookup.list<EndpointSlice>(kinds.endpointSlices, to.namespace, {
    labelSelector: `kubernetes.io/service-name=${to.name}`,
  });
  if (slices === 'unknown' || slices.some(isReady)) return [];
  return [cause(say`${whence} Service ${to.namespace}/${to.name}, which has no ready endpoints`)];
}

/** Does the slice have a serving endpoint? */
export function isReady({ endpoints }: EndpointSlice): boolean {
  return endpoints?.some(({ conditions }) => conditions?.ready !== false) ?? false;
}
