import { isObject, type KubernetesObject } from '../../apimachinery/objects.ts';
import { conditionOf } from '../facts/conditions.ts';
import { type Finding, merged, type Report, someOf, symptom } from '../facts/finding.ts';
import { kinds } from '../facts/kinds.ts';
import { countText, type Lookup, members } from '../facts/lookup.ts';
import { isHealthy, podState } from '../facts/pod-state.ts';
import type { Claim, EndpointSlice, Pod, Service, Workload } from '../facts/types.ts';
import { type Quota, quotaReport, refusalText } from './quotas.ts';
import { claimFindings } from './volumes.ts';
import { podsReport } from './workloads.ts';

const SAMPLES = 8;
const CLAIMS = 3;

/** What is wrong in a namespace: a line for each workload that fails, its claims, Services and quotas. */
export async function namespaceReport({ metadata }: KubernetesObject, lookup: Lookup): Promise<Report> {
  const name = metadata?.name;
  const [list, deployments, ...others] = await Promise.all([
    lookup.list<Pod>(kinds.pods, name),
    lookup.list<Workload>(kinds.deployments, name),
    claimsOf(name, lookup),
    servicesOf(name, lookup),
    quotasOf(name, lookup),
  ]);
  const pods = members(list);
  const { findings } = await podsReport(pods, lookup, { samples: SAMPLES, kind: failureOf });
  const failing = pods.filter((pod) => !isHealthy(pod)).length;
  return merged(list === 'unknown' ? 'pods unknown' : `${countText(pods)} pods, ${failing} not ready`, [
    { findings },
    { findings: refusals(members(deployments)) },
    ...others.map((found) => ({ findings: found })),
  ]);
}

// Pods of one workload that fail in the same way are one line.
function failureOf(pod: Pod): string {
  const owners = Array.isArray(pod.metadata?.ownerReferences) ? pod.metadata.ownerReferences : [];
  const [owner] = owners.filter(isObject);
  return `${String(owner?.uid ?? pod.metadata?.uid)} ${podState(pod)}`;
}

function refusals(deployments: readonly Workload[]): Finding[] {
  return deployments.flatMap((deployment) => {
    const failure = conditionOf(deployment, 'ReplicaFailure');
    if (failure?.status !== 'True') return [];
    return [{ level: 'cause', text: `Deployment ${deployment.metadata?.name}: ${refusalText(failure.message ?? '')}` }];
  });
}

async function claimsOf(namespace: string | undefined, lookup: Lookup): Promise<Finding[]> {
  const claims = members(await lookup.list<Claim>(kinds.claims, namespace));
  const waiting = claims.filter(({ status }) => status?.phase !== 'Bound').slice(0, CLAIMS);
  const found = await Promise.all(waiting.map((claim) => claimFindings(claim, lookup)));
  return found.flatMap((findings, index) =>
    prefixed(`PersistentVolumeClaim ${waiting[index]?.metadata?.name}`, findings),
  );
}

async function servicesOf(namespace: string | undefined, lookup: Lookup): Promise<Finding[]> {
  const [services, slices] = await Promise.all([
    lookup.list<Service>(kinds.services, namespace),
    lookup.list<EndpointSlice>(kinds.endpointSlices, namespace),
  ]);
  if (slices === 'unknown') return [];
  const served = slices
    .filter(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready !== false))
    .map(({ metadata }) => metadata?.labels?.['kubernetes.io/service-name']);
  const dead = members(services).filter(({ spec, metadata }) => spec?.selector && !served.includes(metadata?.name));
  if (dead.length === 0) return [];
  return [
    symptom(
      `Services without ready endpoints: ${someOf(
        dead.map(({ metadata }) => metadata?.name ?? ''),
        5,
      )}`,
    ),
  ];
}

async function quotasOf(namespace: string | undefined, lookup: Lookup): Promise<Finding[]> {
  const quotas = members(await lookup.list<Quota>(kinds.quotas, namespace));
  return quotas.flatMap((quota) => prefixed(`ResourceQuota ${quota.metadata?.name}`, quotaReport(quota).findings));
}

function prefixed(what: string, findings: readonly Finding[]): Finding[] {
  return findings.map(({ level, text }) => ({ level, text: `${what}: ${text}` }));
}
