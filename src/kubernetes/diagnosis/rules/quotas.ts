import { conditionOf } from '../../apimachinery/conditions.ts';
import type { KubernetesObject, ObjectMeta } from '../../apimachinery/objects.ts';
import { parseQuantity } from '../../apimachinery/quantity.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { cause, type Finding, type Report, risk, someOf } from '../facts/finding.ts';
import { type Lookup, members } from '../facts/lookup.ts';
import { type Message, say } from '../facts/message.ts';
import type { PodSpec } from '../facts/types.ts';
import type { Warning } from '../facts/warnings.ts';

export interface Quota extends KubernetesObject {
  spec?: { scopes?: string[]; scopeSelector?: { matchExpressions?: { scopeName?: string }[] } };
  status?: { hard?: Record<string, string>; used?: Record<string, string> };
}

/** How long an event tells of now, whatever has happened since, in milliseconds. */
const RECENT_MS = 300_000;

/**
 * Why a controller could not create pods: a quota, a limit range, an admission webhook, a service account. An event
 * says so no longer once it is older than the newest of its pods.
 */
export function creationFinding(
  workload: KubernetesObject,
  warnings: readonly Warning[],
  pods: readonly { metadata?: ObjectMeta }[],
): Finding | undefined {
  const failure = conditionOf(workload, 'ReplicaFailure');
  const created = pods.map(({ metadata }) => Date.parse(metadata?.creationTimestamp ?? '') || 0);
  const since = Math.min(Math.max(0, ...created), Date.now() - RECENT_MS);
  const event = warnings.find(({ reason, last }) => reason === 'FailedCreate' && last >= since);
  const message = failure?.status === 'True' ? failure.message : event?.message;
  return message === undefined ? undefined : cause(refusalText(message));
}

/** Quotas without room for another of these pods: the cause when the event that reported it is gone. */
export async function exhaustedQuotas(namespace: string, pod: PodSpec | undefined, lookup: Lookup): Promise<Finding[]> {
  const quotas = members(await lookup.list<Quota>(kinds.quotas, namespace));
  return quotas.flatMap((quota) => {
    const full = used(quota).filter(({ share, resource }) => share >= 1 && isTakenBy(resource, pod));
    if (full.length === 0) return [];
    const { scopes = [], scopeSelector } = quota.spec ?? {};
    const scope = [...scopes, ...(scopeSelector?.matchExpressions ?? []).map(({ scopeName = '' }) => scopeName)];
    const amounts = someOf(
      full.map((one) => one.text),
      full.length,
    );
    const name = `ResourceQuota "${quota.metadata?.name}"`;
    return [
      scope.length > 0
        ? risk(say`${name}, for pods of scope ${scope.join(', ')}, is used up: ${amounts}`)
        : cause(say`${name} is used up: ${amounts}`),
    ];
  });
}

/** Does a pod take from what a quota counts under this name? Other kinds of objects do not hold it back. */
function isTakenBy(resource: string, pod: PodSpec | undefined): boolean {
  if (['pods', 'count/pods'].includes(resource)) return true;
  const [, kind, name = resource] = /^(requests|limits)\.(.+)$/.exec(resource) ?? [];
  if (['cpu', 'memory'].includes(name)) return true;
  if (kind === undefined && !/^(ephemeral-storage$|hugepages-)/.test(name)) return false;
  const containers = [...(pod?.containers ?? []), ...(pod?.initContainers ?? [])];
  return containers.some(({ resources }) =>
    [resources?.requests, resources?.limits].some((amounts) => amounts?.[name] !== undefined),
  );
}

/** How much of a quota is used. */
export function quotaReport(quota: Quota): Report {
  const all = used(quota);
  // Whoever allows none of a resource means it, and nothing is missing while nobody has tried.
  const tight = all.filter(({ share, isPolicy }) => share >= 0.9 && !isPolicy);
  return {
    summary: all.length > 0 ? all.map(({ text }) => text).join(', ') : 'limits nothing',
    findings: tight.map(({ text, share }) =>
      share >= 1 ? cause(say`nothing more may be created: ${text}`) : risk(say`almost used up: ${text}`),
    ),
  };
}

/** The answer of an admission controller, the quota first. */
export function refusalText(message: string): Message {
  const quota = /exceeded quota: ([^,]+), (requested: .*)/.exec(message);
  if (quota) return say`ResourceQuota "${quota[1]}" forbids its pods: ${quota[2]}`;
  const incomplete = /failed quota: ([^:]+): (must specify .*)/.exec(message);
  if (incomplete) return say`ResourceQuota "${incomplete[1]}" forbids its pods: they ${incomplete[2]}`;
  return say`its pods cannot be created: ${message.replace(/^Error creating: /, '')}`;
}

function used({ status }: Quota): { resource: string; text: Message; share: number; isPolicy: boolean }[] {
  return Object.entries(status?.hard ?? {}).map(([resource, hard]) => {
    const now = status?.used?.[resource] ?? '0';
    const limit = parseQuantity(hard) ?? Number.POSITIVE_INFINITY;
    const amount = parseQuantity(now) ?? 0;
    const share = limit === 0 ? 1 : amount / limit;
    return { resource, text: say`${resource} ${now} of ${hard}`, share, isPolicy: limit === 0 && amount === 0 };
  });
}
