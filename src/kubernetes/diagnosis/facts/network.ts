import { selectorText } from '../../apimachinery/label-selector.ts';
import { isEmpty, type LabelSelector, matches } from '../../apimachinery/labels.ts';
import type { KubernetesObject } from '../../apimachinery/objects.ts';
import { longRunning } from '../../workloads/containers.ts';
import { type Message, say } from './message.ts';
import type { Pod } from './types.ts';

export interface Peer {
  podSelector?: LabelSelector;
  namespaceSelector?: LabelSelector;
  ipBlock?: { cidr?: string; except?: string[] };
}

export interface PolicyPort {
  protocol?: string;
  port?: number | string;
  endPort?: number;
}

export interface NetworkPolicy extends KubernetesObject {
  spec?: {
    podSelector?: LabelSelector;
    policyTypes?: string[];
    ingress?: { from?: Peer[]; ports?: PolicyPort[] }[];
    egress?: { to?: Peer[]; ports?: PolicyPort[] }[];
  };
}

export type Direction = 'Ingress' | 'Egress';

/** The peers and ports that one rule of a policy allows. */
export interface Opening {
  policy: string;
  /** Empty: all peers. */
  peers: readonly Peer[];
  /** Empty: all ports. */
  ports: readonly PolicyPort[];
}

/** Does the policy restrict this direction? */
export function restricts({ spec }: NetworkPolicy, direction: Direction): boolean {
  const types = spec?.policyTypes ?? (spec?.egress ? ['Ingress', 'Egress'] : ['Ingress']);
  return types.includes(direction);
}

/** The policies that restrict traffic of pods with these labels, in this direction. Without one, all is allowed. */
export function policiesOn(
  policies: readonly NetworkPolicy[],
  labels: Record<string, string> | undefined,
  direction: Direction,
): NetworkPolicy[] {
  return policies.filter(
    (policy) => restricts(policy, direction) && matches(policy.spec?.podSelector ?? {}, labels ?? {}),
  );
}

/** Everything the policies together allow. */
export function openingsOf(policies: readonly NetworkPolicy[], direction: Direction): Opening[] {
  return policies.flatMap(({ spec, metadata }) => {
    const policy = metadata?.name ?? '';
    return direction === 'Ingress'
      ? (spec?.ingress ?? []).map(({ from = [], ports = [] }) => ({ policy, peers: from, ports }))
      : (spec?.egress ?? []).map(({ to = [], ports = [] }) => ({ policy, peers: to, ports }));
  });
}

/** A port as traffic meets it. */
export interface Port {
  protocol: string;
  number: number;
}

/** What a port of a policy, a Service or a container means without a protocol, by the API. */
export const DEFAULT_PROTOCOL = 'TCP';

/** Does the opening include this port of the pods? */
export function admitsPort({ ports }: Opening, wanted: Port, pods: readonly Pod[]): boolean {
  const { number } = wanted;
  return (
    ports.length === 0 ||
    ports.some(({ protocol = DEFAULT_PROTOCOL, port, endPort }) => {
      if (protocol !== wanted.protocol) return false;
      if (port === undefined) return true;
      if (typeof port === 'string') return pods.some((pod) => portNumbers(pod, port, protocol).includes(number));
      return endPort === undefined ? port === number : port <= number && number <= endPort;
    })
  );
}

/** The numbers of a pod's ports with this name and protocol. */
export function portNumbers({ spec = {} }: Pod, name: string, protocol: string): number[] {
  return longRunning(spec)
    .flatMap(({ ports = [] }) => ports)
    .filter((port) => port.name === name && (port.protocol ?? DEFAULT_PROTOCOL) === protocol)
    .flatMap(({ containerPort }) => containerPort ?? []);
}

/** `pods app=web, namespaces team=a on TCP 80`. */
export function openingText({ peers, ports }: Opening): string {
  const who = peers.length === 0 ? 'everybody' : peers.map(peerText).join(', ');
  return `${who}${ports.length > 0 ? ` on ${ports.map(portText).join(', ')}` : ''}`;
}

/** `pods app=web of namespaces team=a`. */
export function peerText({ podSelector, namespaceSelector, ipBlock }: Peer): Message {
  if (ipBlock) {
    const except = ipBlock.except?.length ? say` but ${ipBlock.except.join(', ')}` : '';
    return say`${ipBlock.cidr ?? '?'}${except}`;
  }
  const pods = !podSelector || isEmpty(podSelector) ? say`all pods` : say`pods ${selectorText(podSelector)}`;
  if (!namespaceSelector) return say`${pods} of this namespace`;
  if (isEmpty(namespaceSelector)) return say`${pods} of all namespaces`;
  return say`${pods} of namespaces ${selectorText(namespaceSelector)}`;
}

function portText({ protocol = DEFAULT_PROTOCOL, port, endPort }: PolicyPort): string {
  return port === undefined ? protocol : `${protocol} ${port}${endPort ? `-${endPort}` : ''}`;
}
