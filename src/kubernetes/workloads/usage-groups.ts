import { textAt } from '../apimachinery/fields.ts';
import type { Pod } from './pods.ts';
import type { Amounts, Measured, Usage } from './usage.ts';
import { workloadOf } from './workload-of.ts';

/** Pods that have something in common, and what they use together. */
export interface UsageGroup {
  value: string;
  pods: number;
  usage: Usage;
}

/** Adds up the usage of pods by namespace, node, workload, or the value of a label. */
export function groupUsage(pods: readonly { pod: Pod; usage: Usage }[], by: string): UsageGroup[] {
  const groups = Map.groupBy(pods, ({ pod }) => groupOf(pod, by));
  return [...groups].map(([value, members]) => {
    return { value, pods: members.length, usage: addedUsage(members.map(({ usage }) => usage)) };
  });
}

/** What several use together. */
export function addedUsage(usages: readonly Usage[]): Usage {
  const together = (measured: Measured) => added(usages.map((usage) => usage[measured]));
  return { cpu: together('cpu'), memory: together('memory') };
}

function groupOf(pod: Pod, by: string): string {
  const { namespace = '', labels } = pod.metadata ?? {};
  if (by === 'namespace') return namespace;
  if (by === 'node') return pod.spec?.nodeName ?? '';
  if (by !== 'workload') return textAt(labels, by) ?? '';
  const { kind, name } = workloadOf(pod);
  return `${namespace}/${kind}/${name}`;
}

function added(all: readonly Amounts[]): Amounts {
  const sum = (numbers: readonly (number | undefined)[]) => {
    const known = numbers.filter((number) => number !== undefined);
    return known.length === 0 ? undefined : known.reduce((total, number) => total + number, 0);
  };
  const limits = all.map(({ limit }) => limit);
  return {
    used: sum(all.map(({ used }) => used)),
    requested: sum(all.map(({ requested }) => requested)),
    // Together they have no limit if one of them has none.
    limit: limits.includes(undefined) ? undefined : sum(limits),
  };
}
