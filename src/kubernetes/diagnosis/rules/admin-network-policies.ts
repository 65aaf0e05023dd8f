import { selectorText } from '../../apimachinery/label-selector.ts';
import { isEmpty, type LabelSelector, matches } from '../../apimachinery/labels.ts';
import type { KubernetesObject } from '../../apimachinery/objects.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { type Finding, type Report, risk, type Section, someOf } from '../facts/finding.ts';
import { members, namesOf } from '../facts/lookup.ts';
import { type Message, say } from '../facts/message.ts';
import { type Peer, peerText } from '../facts/network.ts';
import { rule } from '../facts/rule.ts';
import type { Pod } from '../facts/types.ts';

const MAX_SHOWN = 6;

interface Pods {
  namespaceSelector?: LabelSelector;
  podSelector?: LabelSelector;
}

interface AdminPeer {
  namespaces?: LabelSelector;
  pods?: Pods;
  nodes?: LabelSelector;
  networks?: string[];
  domainNames?: string[];
}

interface AdminRule {
  name?: string;
  action?: string;
  from?: AdminPeer[];
  to?: AdminPeer[];
}

interface AdminNetworkPolicy extends KubernetesObject {
  spec?: {
    tier?: string;
    priority?: number;
    subject?: { namespaces?: LabelSelector; pods?: Pods };
    ingress?: AdminRule[];
    egress?: AdminRule[];
  };
}

/**
 * An AdminNetworkPolicy, a BaselineAdminNetworkPolicy, or their successor ClusterNetworkPolicy: its subjects, and what
 * it denies before, or leaves open after, the NetworkPolicies of namespaces.
 */
export const adminNetworkPolicyRule = rule<AdminNetworkPolicy>(
  [kinds.pods, kinds.namespaces],
  async ({ kind, spec }, lookup): Promise<Report> => {
    const [namespaces, pods] = await Promise.all([
      lookup.names(kinds.namespaces, undefined),
      lookup.list<Pod>(kinds.pods, undefined),
    ]);
    const subject = asPods(spec?.subject ?? {});
    const places = new Set(namesOf(members(namespaces).filter(({ metadata }) => isIn(subject, metadata?.labels))));
    const covered = members(pods).filter(
      ({ metadata }) => places.has(metadata?.namespace ?? '') && matches(subject.podSelector ?? {}, metadata?.labels),
    );
    const isKnown = namespaces !== 'unknown' && pods !== 'unknown';
    const findings: Finding[] = [];
    if (namespaces !== 'unknown' && places.size === 0)
      findings.push(risk(say`it is about no namespace, so it does nothing`));
    else if (isKnown && covered.length === 0) findings.push(risk(say`it is about no pod, so it does nothing`));
    for (const [rules, way] of [
      [spec?.ingress, 'in'],
      [spec?.egress, 'out'],
    ] as const) {
      findings.push(...shadowed(rules ?? [], way));
      for (const peer of peersOf(rules ?? [])) {
        const peers = asPods(peer);
        if (namespaces === 'unknown' || !(peer.namespaces || peer.pods)) continue;
        if (!members(namespaces).some(({ metadata }) => isIn(peers, metadata?.labels)))
          findings.push(risk(say`a rule is about ${adminPeerText(peer)}, but no namespace has these labels`));
      }
    }
    const isBaseline = kind === 'BaselineAdminNetworkPolicy' || spec?.tier === 'Baseline';
    const order = isBaseline
      ? 'counts where no NetworkPolicy selects the pod'
      : `priority ${spec?.priority ?? 'unknown'}, the lowest first, before NetworkPolicies`;
    const count = isKnown ? `${covered.length} pods of ${places.size} namespaces` : 'pods unknown';
    return {
      summary: `about ${adminPeerText(spec?.subject ?? {})} (${count}); ${order}; only where the network plugin knows it`,
      findings,
      children: [section(spec?.ingress, 'in'), section(spec?.egress, 'out')],
    };
  },
);

function asPods({ namespaces, pods }: Pick<AdminPeer, 'namespaces' | 'pods'>): Pods {
  return pods ?? (namespaces ? { namespaceSelector: namespaces } : {});
}

function isIn({ namespaceSelector }: Pods, labels: Record<string, string> | undefined): boolean {
  return namespaceSelector !== undefined && matches(namespaceSelector, labels);
}

function peersOf(rules: readonly AdminRule[]): AdminPeer[] {
  return rules.flatMap(({ from = [], to = [] }) => [...from, ...to]);
}

/** Rules after one that matches all traffic: the first match decides. */
function shadowed(rules: readonly AdminRule[], way: 'in' | 'out'): Finding[] {
  const last = rules.findIndex((one) => !('ports' in one) && !('protocols' in one) && peersOf([one]).some(isEverybody));
  const rest = last < 0 ? [] : rules.slice(last + 1);
  if (rest.length === 0) return [];
  const names = rest.map(({ name }, index) => name ?? say`number ${last + 2 + index}`);
  return [
    way === 'in'
      ? risk(say`rules in that never count, as the one before them is about everybody: ${someOf(names)}`)
      : risk(say`rules out that never count, as the one before them is about everybody: ${someOf(names)}`),
  ];
}

function isEverybody({ namespaces, pods, networks }: AdminPeer): boolean {
  const { namespaceSelector, podSelector = {} } = asPods({ ...(namespaces && { namespaces }), ...(pods && { pods }) });
  if (networks?.includes('0.0.0.0/0') && networks.includes('::/0')) return true;
  return namespaceSelector !== undefined && isEmpty(namespaceSelector) && isEmpty(podSelector);
}

function section(rules: readonly AdminRule[] = [], way: string): Section {
  const lines = rules.slice(0, MAX_SHOWN).map(({ name, action, from = [], to = [] }) => {
    return `${action} ${[...from, ...to].map(adminPeerText).join('; ')}${name ? ` (${name})` : ''}`;
  });
  const rest = rules.length - MAX_SHOWN;
  return {
    title: `Traffic ${way}, the first rule that matches`,
    lines: [...lines, ...(rest > 0 ? [`and ${rest} more rules`] : [])],
  };
}

function adminPeerText({ namespaces, pods, nodes, networks, domainNames }: AdminPeer): Message {
  if (nodes) return isEmpty(nodes) ? say`all nodes` : say`nodes ${selectorText(nodes)}`;
  if (networks) return say`networks ${someOf(networks)}`;
  if (domainNames) return say`names ${someOf(domainNames)}`;
  const peer: Peer = asPods({ ...(namespaces && { namespaces }), ...(pods && { pods }) });
  return peer.namespaceSelector ? peerText(peer) : say`nobody`;
}
