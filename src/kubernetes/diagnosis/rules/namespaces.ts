import { conditionOf, isConditionTrue } from '../../apimachinery/conditions.ts';
import { matches } from '../../apimachinery/labels.ts';
import type { KubernetesObject } from '../../apimachinery/objects.ts';
import { ownerReferencesOf } from '../../apimachinery/ownership.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { type ClusterEvent, foldEvents } from '../../workloads/events.ts';
import { absentPort, absentService, hasPort, isReady } from '../facts/endpoints.ts';
import {
  cause,
  type Finding,
  firstOf,
  merged,
  moreAbout,
  type Report,
  risk,
  someOf,
  symptom,
  within,
} from '../facts/finding.ts';
import { type Lookup, members, namesOf } from '../facts/lookup.ts';
import { say } from '../facts/message.ts';
import { type NetworkPolicy, openingsOf, policiesOn } from '../facts/network.ts';
import { isHealthy, podState } from '../facts/pod-state.ts';
import type { Claim, EndpointSlice, Pod, Service, Workload } from '../facts/types.ts';
import { newestByReason } from '../facts/warnings.ts';
import type { Budget } from './budgets.ts';
import { type Ingress, routesOf } from './ingresses.ts';
import { settledJobs } from './jobs.ts';
import { objectFindings } from './namespace-objects.ts';
import { type Quota, quotaReport, refusalText } from './quotas.ts';
import { missingReferences } from './references.ts';
import { expiringCertificates } from './secrets.ts';
import { plainFindings } from './services.ts';
import { changeFindings, claimFindings } from './volumes.ts';
import { endOf, isReplaced, podsReport, replacedRisks } from './workloads.ts';

const SAMPLES = 8;
const CLAIMS = 3;
const SERVICES = 4;
const EVENTS_READ = 1_000;

/** The problems in a namespace: failing workloads, missing objects, claims, Services, Ingresses and quotas. */
export async function namespaceReport({ metadata }: KubernetesObject, lookup: Lookup): Promise<Report> {
  const name = metadata?.name ?? '';
  const [list, deployments, services, slices, events] = await Promise.all([
    lookup.list<Pod>(kinds.pods, name),
    lookup.list<Workload>(kinds.deployments, name),
    lookup.list<Service>(kinds.services, name),
    lookup.list<EndpointSlice>(kinds.endpointSlices, name),
    lookup.list<ClusterEvent>(kinds.events, name, { fieldSelector: 'type=Warning' }, EVENTS_READ),
  ]);
  const pods = members(list);
  const others = await Promise.all([
    missingFindings(name, members(deployments), lookup),
    ingressFindings(name, services, lookup),
    claimsOf(name, lookup),
    serviceFindings(members(services), slices, list),
    networkFindings(name, members(services), pods, lookup),
    quotasOf(name, lookup),
    budgetFindings(name, lookup),
    expiringCertificates(name, lookup),
    objectFindings(name, lookup),
  ]);
  const settled = await settledIn(name, lookup);
  const replaced = pods.filter((pod) => pod.status?.phase === 'Failed' && isReplaced(pod, settled));
  const ofPods = await podsReport(
    pods.filter((pod) => !replaced.includes(pod)),
    lookup,
    { samples: SAMPLES, kind: failureOf },
  );
  const failing = new Set(pods.filter((pod) => !isHealthy(pod)).map(({ metadata }) => metadata?.name));
  const report = merged(list === 'unknown' ? 'pods unknown' : `${lookup.count(list)} pods, ${failing.size} not ready`, [
    { findings: ofPods.findings },
    { findings: refusals(members(deployments)) },
    ...others.map((found) => ({ findings: found })),
    { findings: replacedRisks(replaced.map(endOf)) },
  ]);
  // What failing pods have to say is among the findings.
  const further = members(events).filter(
    ({ involvedObject: about }) => about?.kind !== 'Pod' || !failing.has(about.name),
  );
  const warnings = newestByReason(foldEvents(further)).map(({ warning }) => warning);
  return { ...report, warnings, unseen: LOOKED_AT };
}

const LOOKED_AT = say`looked at: pods, workloads and what they need, Jobs, autoscalers, Ingresses, claims, Services, NetworkPolicies, quotas, budgets, TLS certificates, role bindings, objects of well-known operators and events; other kinds were not`;

async function settledIn(namespace: string, lookup: Lookup): Promise<ReadonlySet<unknown>> {
  const [jobs, cronJobs] = await Promise.all([
    lookup.list<Workload>(kinds.jobs, namespace),
    lookup.list<Workload>(kinds.cronJobs, namespace),
  ]);
  return settledJobs(
    members(jobs),
    (job) => isConditionTrue(job, 'Complete'),
    (name) => members(cronJobs).find(({ metadata }) => metadata?.name === name)?.status?.lastSuccessfulTime,
  );
}

// Pods of one workload that fail in the same way are one line.
function failureOf(pod: Pod): string {
  const [owner] = ownerReferencesOf(pod);
  return `${String(owner?.uid ?? pod.metadata?.uid)} ${podState(pod)}`;
}

/** Deployments whose pods are rejected. */
export function refusals(deployments: readonly Workload[]): Finding[] {
  return deployments.flatMap((deployment) => {
    const failure = conditionOf(deployment, 'ReplicaFailure');
    if (failure?.status !== 'True') return [];
    return [cause(say`Deployment ${deployment.metadata?.name}: ${refusalText(failure.message ?? '')}`)];
  });
}

async function missingFindings(
  namespace: string,
  deployments: readonly Workload[],
  lookup: Lookup,
): Promise<Finding[]> {
  const [statefulSets, daemonSets, cronJobs] = await Promise.all([
    lookup.list<Workload>(kinds.statefulSets, namespace),
    lookup.list<Workload>(kinds.daemonSets, namespace),
    lookup.list<Workload>(kinds.cronJobs, namespace),
  ]);
  const workloads = (kind: string, list: readonly Workload[]) =>
    list.map(({ metadata, spec }) => ({
      what: `${kind} ${metadata?.name}`,
      spec: spec?.jobTemplate?.spec?.template?.spec ?? spec?.template?.spec ?? {},
    }));
  const all = [
    ...workloads('Deployment', deployments),
    ...workloads('StatefulSet', members(statefulSets)),
    ...workloads('DaemonSet', members(daemonSets)),
    ...workloads('CronJob', members(cronJobs)),
  ];
  return missingReferences(all, namespace, lookup);
}

async function ingressFindings(namespace: string, services: Service[] | 'unknown', lookup: Lookup): Promise<Finding[]> {
  const ingresses = members(await lookup.list<Ingress>(kinds.ingresses, namespace));
  const secretNames = [
    ...new Set(ingresses.flatMap(({ spec }) => spec?.tls ?? []).flatMap(({ secretName }) => secretName ?? [])),
  ];
  const secrets = secretNames.length > 0 ? await lookup.names(kinds.secrets, namespace) : [];
  return ingresses.flatMap((ingress) => {
    const backends = routesOf(ingress).flatMap(({ route, backend }): Finding[] => {
      if (!backend.service || services === 'unknown') return [];
      const to = { namespace, name: backend.service.name, port: backend.service.port };
      const service = services.find(({ metadata }) => metadata?.name === to.name);
      const whence = say`${route} leads to`;
      if (!service) return [absentService(to, namesOf(services), whence)];
      return hasPort(service, to.port) ? [] : [absentPort(to, service, whence)];
    });
    const names = (ingress.spec?.tls ?? []).flatMap(({ secretName }) => secretName ?? []);
    const missing = secrets === 'unknown' ? [] : names.filter((name) => !namesOf(secrets).includes(name));
    const certificates = missing.map((name) =>
      cause(say`the Secret "${name}" with its TLS certificate does not exist`),
    );
    return prefixed(`Ingress ${ingress.metadata?.name}`, [...backends, ...certificates]);
  });
}

async function claimsOf(namespace: string | undefined, lookup: Lookup): Promise<Finding[]> {
  const claims = members(await lookup.list<Claim>(kinds.claims, namespace));
  const waiting = claims.filter(({ status }) => status?.phase !== 'Bound');
  const shown = waiting.slice(0, CLAIMS);
  const found = await Promise.all(shown.map((claim) => claimFindings(claim, lookup)));
  const rest = waiting.length - shown.length;
  const changes = claims
    .filter(({ status }) => status?.phase === 'Bound')
    .flatMap((claim) => prefixed(`PersistentVolumeClaim ${claim.metadata?.name}`, changeFindings(claim)));
  return [
    ...found.flatMap((findings, index) => prefixed(`PersistentVolumeClaim ${shown[index]?.metadata?.name}`, findings)),
    ...firstOf(changes, CLAIMS, moreAbout(kinds.claims.name)),
    ...(rest > 0 ? [symptom(say`${rest} more PersistentVolumeClaims are not bound`)] : []),
  ];
}

function serviceFindings(
  services: readonly Service[],
  slices: EndpointSlice[] | 'unknown',
  pods: Pod[] | 'unknown',
): Finding[] {
  if (slices === 'unknown') return [];
  const serviceOf = ({ metadata }: EndpointSlice) => metadata?.labels?.['kubernetes.io/service-name'];
  const served = new Set(slices.filter(isReady).map(serviceOf));
  const filled = new Set(slices.filter(({ endpoints }) => endpoints?.length).map(serviceOf));
  const dead = services.filter(
    ({ spec, metadata }) => spec?.selector && spec.type !== 'ExternalName' && !served.has(metadata?.name),
  );
  const others = services.flatMap((service) => {
    const { name = '' } = service.metadata ?? {};
    return prefixed(`Service ${name}`, plainFindings(service, podsOf(service, members(pods)), filled.has(name)));
  });
  return [
    ...(dead.length > 0 ? [symptom(say`Services without ready endpoints: ${someOf(namesOf(dead), 5)}`)] : []),
    ...firstOf(others, SERVICES, moreAbout(kinds.services.name)),
  ];
}

async function networkFindings(
  namespace: string,
  services: readonly Service[],
  pods: readonly Pod[],
  lookup: Lookup,
): Promise<Finding[]> {
  const policies = members(await lookup.list<NetworkPolicy>(kinds.networkPolicies, namespace));
  if (policies.length === 0) return [];
  const shut = services.filter((service) => {
    const own = podsOf(service, pods);
    return (
      own.length > 0 &&
      own.every(({ metadata }) => {
        const on = policiesOn(policies, metadata?.labels, 'Ingress');
        return on.length > 0 && openingsOf(on, 'Ingress').length === 0;
      })
    );
  });
  if (shut.length === 0) return [];
  return [symptom(say`NetworkPolicies let nobody reach the pods of Services: ${someOf(namesOf(shut), 5)}`)];
}

async function quotasOf(namespace: string | undefined, lookup: Lookup): Promise<Finding[]> {
  const quotas = members(await lookup.list<Quota>(kinds.quotas, namespace));
  return quotas.flatMap((quota) => prefixed(`ResourceQuota ${quota.metadata?.name}`, quotaReport(quota).findings));
}

async function budgetFindings(namespace: string, lookup: Lookup): Promise<Finding[]> {
  const budgets = members(await lookup.list<Budget>(kinds.budgets, namespace));
  const shut = budgets.filter(({ status }) => (status?.expectedPods ?? 0) > 0 && status?.disruptionsAllowed === 0);
  const idle = budgets.filter(({ status }) => status?.expectedPods === 0);
  return [
    ...(shut.length > 0 ? [risk(say`PodDisruptionBudgets that allow 0 disruptions: ${someOf(namesOf(shut), 5)}`)] : []),
    ...(idle.length > 0 ? [risk(say`PodDisruptionBudgets that protect no pod: ${someOf(namesOf(idle), 5)}`)] : []),
  ];
}

function prefixed(what: string, findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => within(what, finding));
}

function podsOf({ spec }: Service, pods: readonly Pod[]): Pod[] {
  const selector = spec?.selector;
  return selector ? pods.filter(({ metadata }) => matches({ matchLabels: selector }, metadata?.labels)) : [];
}
