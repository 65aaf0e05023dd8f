import { conditionOf } from '../../apimachinery/conditions.ts';
import type { KubernetesObject } from '../../apimachinery/objects.ts';
import { parseQuantity } from '../../apimachinery/quantity.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { cause, type Finding, type Report, risk } from '../facts/finding.ts';
import { type Lookup, members } from '../facts/lookup.ts';
import type { Warning } from '../facts/warnings.ts';

export interface Quota extends KubernetesObject {
  status?: { hard?: Record<string, string>; used?: Record<string, string> };
}

/** Why a controller could not create pods: a quota, a limit range, an admission webhook, a service account. */
export function creationFinding(workload: KubernetesObject, warnings: readonly Warning[]): Finding | undefined {
  const failure = conditionOf(workload, 'ReplicaFailure');
  const event = warnings.find(({ reason }) => reason === 'FailedCreate');
  const message = failure?.status === 'True' ? failure.message : event?.message;
  return message === undefined ? undefined : cause(refusalText(message));
}

/** Quotas without room for another pod: the cause when the event that reported it is gone. */
export async function exhaustedQuotas(namespace: string, lookup: Lookup): Promise<Finding[]> {
  const quotas = members(await lookup.list<Quota>(kinds.quotas, namespace));
  return quotas.flatMap((quota) => {
    const full = used(quota).filter(({ share }) => share >= 1);
    return full.length > 0
      ? [cause(`ResourceQuota "${quota.metadata?.name}" is used up: ${full.map(({ text }) => text).join(', ')}`)]
      : [];
  });
}

/** How much of a quota is used. */
export function quotaReport(quota: Quota): Report {
  const all = used(quota);
  const tight = all.filter(({ share }) => share >= 0.9);
  return {
    summary: all.length > 0 ? all.map(({ text }) => text).join(', ') : 'limits nothing',
    findings: tight.map(({ text, share }) =>
      share >= 1 ? cause(`nothing more may be created: ${text}`) : risk(`almost used up: ${text}`),
    ),
  };
}

/** The answer of an admission controller, the quota first. */
export function refusalText(message: string): string {
  const quota = /exceeded quota: ([^,]+), (requested: .*)/.exec(message);
  if (quota) return `ResourceQuota "${quota[1]}" forbids its pods: ${quota[2]}`;
  const incomplete = /failed quota: ([^:]+): (must specify .*)/.exec(message);
  if (incomplete) return `ResourceQuota "${incomplete[1]}" forbids its pods: they ${incomplete[2]}`;
  return `its pods cannot be created: ${message.replace(/^Error creating: /, '')}`;
}

function used({ status }: Quota): { text: string; share: number }[] {
  return Object.entries(status?.hard ?? {}).map(([resource, hard]) => {
    const now = status?.used?.[resource] ?? '0';
    const limit = parseQuantity(hard) ?? Number.POSITIVE_INFINITY;
    return { text: `${resource} ${now} of ${hard}`, share: limit === 0 ? 1 : (parseQuantity(now) ?? 0) / limit };
  });
}
