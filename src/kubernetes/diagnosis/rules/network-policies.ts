import { isEmpty, matches } from '../../apimachinery/labels.ts';
import type { KubernetesObject } from '../../apimachinery/objects.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { targetOf } from '../../workloads/ports.ts';
import { cause, type Finding, type Report, risk, type Section, someOf } from '../facts/finding.ts';
import { type Lookup, members, namesOf } from '../facts/lookup.ts';
import { say } from '../facts/message.ts';
import {
  admitsPort,
  DEFAULT_PROTOCOL,
  type Direction,
  type NetworkPolicy,
  type Opening,
  openingsOf,
  openingText,
  type Peer,
  type Port,
  peerText,
  policiesOn,
  portNumbers,
  restricts,
} from '../facts/network.ts';
import { rule } from '../facts/rule.ts';
import type { Pod, Service, ServicePort } from '../facts/types.ts';

const MAX_SHOWN = 6;
/** Of a DNS Service, and of the pods behind that of OpenShift. */
const DNS_PORTS = [53, 5353];
/** Resolvers ask by TCP only for what is too long for this. */
const DNS_PROTOCOL = 'UDP';
const WAYS: Record<Direction, string> = { Ingress: 'in', Egress: 'out' };

/** A NetworkPolicy: its pods, who reaches them and whom they reach. */
export const networkPolicyRule = rule<NetworkPolicy>(
  [kinds.pods, kinds.networkPolicies],
  async (policy, lookup): Promise<Report> => {
    const { spec, metadata } = policy;
    const [pods, all, namespaces] = await Promise.all([
      lookup.list<Pod>(kinds.pods, metadata?.namespace),
      lookup.list<NetworkPolicy>(kinds.networkPolicies, metadata?.namespace),
      peersOf(policy).some(({ namespaceSelector }) => namespaceSelector)
        ? lookup.names(kinds.namespaces, undefined)
        : [],
    ]);
    const covered = members(pods).filter((pod) => matches(spec?.podSelector ?? {}, pod.metadata?.labels));
    const findings: Finding[] = [];
    if (pods !== 'unknown' && covered.length === 0)
      findings.push(risk(say`its podSelector matches no pod, so it does nothing`));
    findings.push(...peersOf(policy).flatMap((peer) => peerFindings(peer, members(pods), pods, namespaces)));
    for (const direction of ['Ingress', 'Egress'] as const) {
      if (!restricts(policy, direction) || covered.length === 0) continue;
      findings.push(...directionFindings(direction, covered, all));
    }
    findings.push(...portFindings(policy, covered));
    const others = members(all).filter(
      (other) =>
        other.metadata?.uid !== metadata?.uid &&
        covered.some((pod) => matches(other.spec?.podSelector ?? {}, pod.metadata?.labels)),
    );
    const whom = isEmpty(spec?.podSelector ?? {}) ? 'all pods of the namespace' : 'the pods that it selects';
    return {
      summary: `about ${whom} (${pods === 'unknown' ? 'unknown' : covered.length}); it counts only where the network plugin enforces policies`,
      findings,
      children: [
        ...(['Ingress', 'Egress'] as const).map((direction) => openingsSection([policy], direction)),
        {
          title: 'Policies on the same pods, which may open more',
          lines: others.length > 0 ? [String(someOf(namesOf(others), MAX_SHOWN))] : [],
        },
      ],
    };
  },
);

/** Who reaches pods with these labels, and whom they reach; empty where no policy applies. */
export async function networkSections(
  namespace: string | undefined,
  labels: Record<string, string> | undefined,
  lookup: Lookup,
): Promise<Section[]> {
  const policies = members(await lookup.list<NetworkPolicy>(kinds.networkPolicies, namespace));
  return (['Ingress', 'Egress'] as const).map((direction) => {
    const on = policiesOn(policies, labels, direction);
    return on.length > 0 ? openingsSection(on, direction) : { title: '', lines: [] };
  });
}

/** Why nothing reaches the pods of a Service although they are ready. */
export async function blockedFindings(
  spec: NonNullable<Service['spec']>,
  pods: readonly Pod[],
  namespace: string | undefined,
  lookup: Lookup,
): Promise<{ findings: Finding[]; sections: Section[] }> {
  const policies = members(await lookup.list<NetworkPolicy>(kinds.networkPolicies, namespace));
  const blocked = pods
    .map((pod) => policiesOn(policies, pod.metadata?.labels, 'Ingress'))
    .filter((on) => on.length > 0);
  const [first] = blocked;
  if (!first || blocked.length < pods.length) return { findings: [], sections: [] };
  const on = [...new Set(blocked.flat())];
  const openings = openingsOf(on, 'Ingress');
  const which = say`NetworkPolicy ${someOf(namesOf(on))}`;
  if (openings.length === 0) {
    return {
      findings: [cause(say`${which} lets nobody reach its pods, where the network plugin enforces policies`)],
      sections: [],
    };
  }
  const closed = (spec.ports ?? []).filter((port) => {
    const behind = portsBehind(spec, port, pods);
    return behind.length > 0 && !behind.some((one) => openings.some((opening) => admitsPort(opening, one, pods)));
  });
  const findings = closed.map((port) =>
    cause(
      say`${which} lets nobody reach ${port.protocol ?? DEFAULT_PROTOCOL} ${targetOf(spec, port)} of its pods, where the network plugin enforces policies`,
    ),
  );
  return { findings, sections: [openingsSection(on, 'Ingress')] };
}

/** The ports of the pods to which a Service leads: a headless one by its name and by its endpoints. */
function portsBehind(spec: object, servicePort: ServicePort, pods: readonly Pod[]): Port[] {
  const { protocol = DEFAULT_PROTOCOL, port, targetPort = port } = servicePort;
  const numbers = [targetOf(spec, servicePort), targetPort].flatMap((target) =>
    typeof target === 'string' ? pods.flatMap((pod) => portNumbers(pod, target, protocol)) : [target],
  );
  return numbers.flatMap((number) => (number === undefined ? [] : { protocol, number }));
}

function openingsSection(policies: readonly NetworkPolicy[], direction: Direction): Section {
  const restricting = policies.filter((policy) => restricts(policy, direction));
  const openings = openingsOf(restricting, direction);
  const lines = openings.slice(0, MAX_SHOWN).map((opening) => `${openingText(opening)} (${opening.policy})`);
  const rest = openings.length - MAX_SHOWN;
  const nobody = restricting.length > 0 && openings.length === 0 ? [`nobody (${someOf(namesOf(restricting))})`] : [];
  return {
    title: `NetworkPolicies let ${WAYS[direction]}`,
    lines: [...lines, ...nobody, ...(rest > 0 ? [`and ${rest} more rules`] : [])],
  };
}

function directionFindings(direction: Direction, covered: readonly Pod[], all: NetworkPolicy[] | 'unknown'): Finding[] {
  if (all === 'unknown') return [];
  const openings = covered.map((pod) => openingsOf(policiesOn(all, pod.metadata?.labels, direction), direction));
  const shut = openings.filter((own) => own.length === 0).length;
  const some = shut < covered.length ? say`${shut} of its ${covered.length} pods` : say`its ${covered.length} pods`;
  if (direction === 'Ingress') {
    return shut > 0 ? [risk(say`nobody reaches ${some}: no policy lets anybody in`)] : [];
  }
  if (shut > 0) return [risk(say`${some} reach nobody, DNS not either: no policy lets them out`)];
  const nameless = openings.filter((own) => !own.some(mayAdmitNames)).length;
  return nameless > 0 ? [risk(say`its pods cannot resolve names: no policy lets them out to UDP 53`)] : [];
}

// What a name stands for is known only by the pods at the other end.
function mayAdmitNames(opening: Opening): boolean {
  return (
    opening.ports.some(({ protocol, port }) => protocol === DNS_PROTOCOL && typeof port === 'string') ||
    DNS_PORTS.some((number) => admitsPort(opening, { protocol: DNS_PROTOCOL, number }, []))
  );
}

function peersOf({ spec }: NetworkPolicy): Peer[] {
  return [
    ...(spec?.ingress ?? []).flatMap(({ from = [] }) => from),
    ...(spec?.egress ?? []).flatMap(({ to = [] }) => to),
  ];
}

function peerFindings(
  peer: Peer,
  pods: readonly Pod[],
  known: Pod[] | 'unknown',
  namespaces: KubernetesObject[] | 'unknown',
): Finding[] {
  const { podSelector, namespaceSelector } = peer;
  if (namespaceSelector) {
    if (namespaces === 'unknown' || namespaces.some(({ metadata }) => matches(namespaceSelector, metadata?.labels)))
      return [];
    return [risk(say`a rule is about ${peerText(peer)}, but no namespace has these labels`)];
  }
  if (!podSelector || known === 'unknown' || pods.some(({ metadata }) => matches(podSelector, metadata?.labels)))
    return [];
  return [risk(say`a rule is about ${peerText(peer)}, but no pod has these labels`)];
}

function portFindings({ spec }: NetworkPolicy, covered: readonly Pod[]): Finding[] {
  const opened = (spec?.ingress ?? [])
    .flatMap(({ ports = [] }) => ports)
    .flatMap(({ protocol = DEFAULT_PROTOCOL, port }) => (typeof port === 'string' ? { protocol, name: port } : []));
  return opened
    .filter(
      ({ protocol, name }) => covered.length > 0 && !covered.some((pod) => portNumbers(pod, name, protocol).length > 0),
    )
    .map(({ protocol, name }) =>
      cause(say`a rule opens ${protocol} port "${name}", which no container of its pods has`),
    );
}
