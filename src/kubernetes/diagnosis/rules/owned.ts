import type { ApiResource } from '../../apimachinery/api-resource.ts';
import type { KubernetesObject } from '../../apimachinery/objects.ts';
import { controllerOf, isOwnedBy, ownerReferencesOf } from '../../apimachinery/ownership.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { type Finding, merged, type Report, risk, within } from '../facts/finding.ts';
import { type Lookup, members } from '../facts/lookup.ts';
import { say } from '../facts/message.ts';
import type { Pod, Workload } from '../facts/types.ts';
import { deploymentReport, podsReport, podsSection, replicasReport } from './workloads.ts';

const GENERATIONS = 4;
const MAX_SHOWN = 6;

/** An owner of an object, as its reference names it. */
export interface Owner {
  kind: string;
  name: string;
  /** Undefined for a kind that the cluster does not serve. */
  resource: ApiResource | undefined;
  /** Undefined for a cluster-scoped owner. */
  namespace: string | undefined;
  /** Is there none with its uid any more? */
  isGone: boolean;
}

/** The owners of the object, from its controller up, as far as they can be read. */
export async function ownerChain(object: KubernetesObject, lookup: Lookup): Promise<Owner[]> {
  const chain: Owner[] = [];
  let current: KubernetesObject = object;
  while (chain.length < GENERATIONS) {
    const owner = controllerOf(current) ?? ownerReferencesOf(current)[0];
    if (!owner) break;
    const [kind, name] = [String(owner.kind), String(owner.name)];
    const resource = await lookup.kindOf(kind, String(owner.apiVersion));
    const namespace = resource?.namespaced ? current.metadata?.namespace : undefined;
    const found = resource ? await lookup.get(resource, namespace, name) : 'unknown';
    const isGone = found !== 'unknown' && (found === 'absent' || found.metadata?.uid !== owner.uid);
    chain.push({ kind, name, resource, namespace, isGone });
    if (isGone || typeof found === 'string') break;
    current = found;
  }
  return chain;
}

/** The owners of the object by name, `ReplicaSet web-5d, Deployment web`, and what is wrong with them. */
export async function ownersOf(
  object: KubernetesObject,
  lookup: Lookup,
): Promise<{ names: string[]; findings: Finding[] }> {
  const chain = await ownerChain(object, lookup);
  return {
    names: chain.map(({ kind, name }) => `${kind} ${name}`),
    findings: chain
      .filter(({ isGone }) => isGone)
      .map(({ kind, name }) =>
        risk(say`its owner ${kind} "${name}" no longer exists: garbage collection will delete it`),
      ),
  };
}

/** The problems of the workloads and pods that an object of any kind owns, such as an operator's. */
export async function ownedReport(owner: KubernetesObject, lookup: Lookup): Promise<Omit<Report, 'summary'>> {
  const namespace = owner.metadata?.namespace;
  if (!namespace) return { findings: [] };
  const owned = async <T extends KubernetesObject>(kind: (typeof kinds)[keyof typeof kinds]) =>
    members(await lookup.list<T>(kind, namespace)).filter((object) => isOwnedBy(object, owner.metadata?.uid));
  const [deployments, statefulSets, daemonSets, pods] = await Promise.all([
    owned<Workload>(kinds.deployments),
    owned<Workload>(kinds.statefulSets),
    owned<Workload>(kinds.daemonSets),
    owned<Pod>(kinds.pods),
  ]);
  const named = async (kind: string, workload: Workload, report: Promise<Report>) => {
    const what = `${kind} ${workload.metadata?.name}`;
    const { summary, findings, evidence, warnings } = await report;
    return {
      findings: findings.map((finding) => within(what, finding)),
      ...(evidence ? { evidence } : {}),
      ...(warnings ? { warnings } : {}),
      children: [{ title: what, lines: [summary] }],
    };
  };
  // Failing ones first: the others are only counted.
  const lists = [deployments, statefulSets, daemonSets];
  for (const list of lists) list.sort((a, b) => Number(isReady(a)) - Number(isReady(b)));
  const rest = lists.reduce((sum, list) => sum + Math.max(0, list.length - MAX_SHOWN), 0);
  const reports = await Promise.all([
    ...deployments.slice(0, MAX_SHOWN).map((one) => named('Deployment', one, deploymentReport(one, lookup))),
    ...statefulSets
      .slice(0, MAX_SHOWN)
      .map((one) => named('StatefulSet', one, replicasReport(one, 'StatefulSet', lookup))),
    ...daemonSets.slice(0, MAX_SHOWN).map((one) => named('DaemonSet', one, replicasReport(one, 'DaemonSet', lookup))),
    podsReport(pods, lookup),
  ]);
  const section = pods.length > 0 ? [podsSection(pods)] : [];
  const more = rest > 0 ? [{ title: 'Not looked into', lines: [`${rest} more workloads that it owns`] }] : [];
  return merged('', [...reports, { findings: [], children: [...section, ...more] }]);
}

function isReady({ spec, status }: Workload): boolean {
  const wanted = status?.desiredNumberScheduled ?? spec?.replicas ?? 1;
  return (status?.numberReady ?? status?.readyReplicas ?? 0) >= wanted;
}
