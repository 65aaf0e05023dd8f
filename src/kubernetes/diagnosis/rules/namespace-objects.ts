import { conditionOf, isConditionTrue } from '../../apimachinery/conditions.ts';
import type { KubernetesObject } from '../../apimachinery/objects.ts';
import { isOwnedBy, ownerReferencesOf } from '../../apimachinery/ownership.ts';
import { type Kind, kinds } from '../../apimachinery/well-known-kinds.ts';
import { about, type Finding, firstOf, moreAbout, type Report, risk, symptom, within } from '../facts/finding.ts';
import { type Lookup, members } from '../facts/lookup.ts';
import { say } from '../facts/message.ts';
import type { Rule } from '../facts/rule.ts';
import type { Pod, Workload } from '../facts/types.ts';
import { warningsOf } from '../facts/warnings.ts';
import { autoscalerReport } from './autoscalers.ts';
import { bindingFindings, clusterCustomResources } from './cluster-services.ts';
import { routeRule } from './gateways.ts';
import { destinationRuleRule, istioGatewayRule, virtualServiceRule } from './istio.ts';
import { cronJobReport, failureText } from './jobs.ts';
import { creationFinding } from './quotas.ts';
import { podCount, scaleOf } from './workloads.ts';

/** The most objects of a kind that are judged one by one, as each costs requests. */
const MAX_JUDGED = 20;
const MAX_FINDINGS = 4;

/** Kinds of operators that are judged by their own rules. */
const RULED: [string, Rule][] = [
  ['httproutes.gateway.networking.k8s.io', routeRule],
  ['grpcroutes.gateway.networking.k8s.io', routeRule],
  ['virtualservices.networking.istio.io', virtualServiceRule],
  ['destinationrules.networking.istio.io', destinationRuleRule],
  ['gateways.networking.istio.io', istioGatewayRule],
];

/** The problems of the kinds in a namespace whose objects are judged each by the rule of its kind. */
export async function objectFindings(namespace: string, lookup: Lookup): Promise<Finding[]> {
  const found = await Promise.all([
    judged('HorizontalPodAutoscaler', kinds.autoscalers, namespace, lookup, autoscalerReport),
    judged('CronJob', kinds.cronJobs, namespace, lookup, cronJobReport),
    failedJobs(namespace, lookup),
    lackingWorkloads(namespace, lookup),
    bindingFindings(namespace, lookup),
    clusterCustomResources(namespace, lookup),
    ...RULED.map(([name, { report }]) => ruled(name, report, namespace, lookup)),
  ]);
  return found.flat();
}

async function ruled(
  resourceName: string,
  report: Rule['report'],
  namespace: string,
  lookup: Lookup,
): Promise<Finding[]> {
  const resource = await lookup.served(resourceName);
  if (!resource) return [];
  return judged(resource.kind, resource, namespace, lookup, (object) => report(object, lookup, resource));
}

async function judged<T extends KubernetesObject>(
  title: string,
  kind: Kind,
  namespace: string,
  lookup: Lookup,
  report: (object: T, lookup: Lookup) => Promise<Report>,
): Promise<Finding[]> {
  const objects = members(await lookup.list<T>(kind, namespace));
  const shown = objects.slice(0, MAX_JUDGED);
  const reports = await Promise.all(shown.map((object) => report(object, lookup)));
  const findings = reports.flatMap((one, index) => {
    const name = shown[index]?.metadata?.name ?? '';
    return one.findings.map((finding) => about(kind, { namespace, name }, within(`${title} ${name}`, finding)));
  });
  const rest = objects.length - shown.length;
  return [
    ...firstOf(findings, MAX_FINDINGS, moreAbout(kind.name)),
    ...(rest > 0 ? [risk(say`${rest} more ${kind.name} were not looked at`)] : []),
  ];
}

// Those of a CronJob are judged with it, the last of them.
async function failedJobs(namespace: string, lookup: Lookup): Promise<Finding[]> {
  const jobs = members(await lookup.list<Workload>(kinds.jobs, namespace));
  const findings = jobs.flatMap((job) => {
    const failure = conditionOf(job, 'Failed');
    if (failure?.status !== 'True' || ownerReferencesOf(job).length > 0) return [];
    const name = job.metadata?.name ?? '';
    return [about(kinds.jobs, { namespace, name }, within(`Job ${name}`, symptom(failureText(failure))))];
  });
  return firstOf(findings, MAX_FINDINGS, moreAbout(kinds.jobs.name));
}

/** Workloads that lack pods which nothing made; pods that fail are findings of their own. */
async function lackingWorkloads(namespace: string, lookup: Lookup): Promise<Finding[]> {
  const types = [
    ['Deployment', kinds.deployments],
    ['StatefulSet', kinds.statefulSets],
    ['DaemonSet', kinds.daemonSets],
  ] as const;
  const [pods, ...lists] = await Promise.all([
    lookup.list<Pod>(kinds.pods, namespace),
    ...types.map(([, kind]) => lookup.list<Workload>(kind, namespace)),
  ]);
  const lacking = types.flatMap(([title, kind], index) =>
    members(lists[index] ?? []).flatMap((workload) => {
      const { wanted } = scaleOf(workload);
      const has = podCount(workload, 0);
      // Why a Deployment's pods are refused is in its condition, which is a finding already.
      const isTold = isConditionTrue(workload, 'ReplicaFailure');
      return has < wanted && !isTold ? [{ title, kind, workload, has, wanted }] : [];
    }),
  );
  const findings = await Promise.all(
    lacking.slice(0, MAX_JUDGED).map(async ({ title, kind, workload, has, wanted }) => {
      const name = workload.metadata?.name ?? '';
      const own = members(pods).filter((pod) => isOwnedBy(pod, workload.metadata?.uid));
      const refused = creationFinding(workload, await warningsOf(workload, title, lookup), own);
      const text = say`${title} ${name} has ${has} of ${wanted} pods`;
      return about(kind, { namespace, name }, refused ? within(text, refused) : symptom(text));
    }),
  );
  return firstOf(findings, MAX_FINDINGS, (count) => say`${count} more workloads lack pods`);
}
