import type { KubernetesObject } from '../../apimachinery/objects.ts';
import { controllerOf, isOwnedBy, ownerReferencesOf } from '../../apimachinery/ownership.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { type Finding, merged, type Report, risk } from '../facts/finding.ts';
import { type Lookup, members } from '../facts/lookup.ts';
import type { Pod, Workload } from '../facts/types.ts';
import { deploymentReport, podsReport, podsSection, replicasReport } from './workloads.ts';

const GENERATIONS = 4;
const MAX_SHOWN = 6;

/** The owners of the object, from its controller up: `ReplicaSet web-5d, Deployment web`. */
export async function ownersOf(
  object: KubernetesObject,
  lookup: Lookup,
): Promise<{ names: string[]; findings: Finding[] }> {
  const names: string[] = [];
  let current: KubernetesObject = object;
  for (let left = GENERATIONS; left > 0; left -= 1) {
    const { namespace } = current.metadata ?? {};
    const owner = controllerOf(current) ?? ownerReferencesOf(current)[0];
    if (!owner) break;
    const { kind, apiVersion, name, uid } = owner;
    names.push(`${String(kind)} ${String(name)}`);
    const resource = await lookup.kindOf(String(kind), String(apiVersion));
    if (!resource) break;
    const found = await lookup.get(resource, resource.namespaced ? namespace : undefined, String(name));
    if (found === 'unknown') break;
    if (found === 'absent' || found.metadata?.uid !== uid) {
      return {
        names,
        findings: [
          risk(`its owner ${String(kind)} "${String(name)}" no longer exists: garbage collection will delete it`),
        ],
      };
    }
    current = found;
  }
  return { names, findings: [] };
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
      findings: findings.map((finding) => ({ ...finding, text: `${what}: ${finding.text}` })),
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
