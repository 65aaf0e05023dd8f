import { conditionOf } from '../../apimachinery/conditions.ts';
import { matches } from '../../apimachinery/labels.ts';
import { counted } from '../../apimachinery/texts.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { type DisruptionBudget, holdsBack } from '../../workloads/eviction-plan.ts';
import { cause, type Finding, type Report, risk, someOf } from '../facts/finding.ts';
import { members, namesOf } from '../facts/lookup.ts';
import { type Message, say } from '../facts/message.ts';
import { isHealthy } from '../facts/pod-state.ts';
import { rule } from '../facts/rule.ts';
import type { Pod } from '../facts/types.ts';

export interface Budget extends DisruptionBudget {
  spec?: DisruptionBudget['spec'] & { minAvailable?: number | string; maxUnavailable?: number | string };
  status?: DisruptionBudget['status'] & { expectedPods?: number };
}

/** A PodDisruptionBudget: which pods it protects, and whether it allows draining a node at all. */
export const budgetRule = rule<Budget>([kinds.pods], async (budget, lookup): Promise<Report> => {
  const { spec, status, metadata } = budget;
  const [pods, budgets] = await Promise.all([
    lookup.list<Pod>(kinds.pods, metadata?.namespace),
    lookup.list<Budget>(kinds.budgets, metadata?.namespace),
  ]);
  const covered = members(pods).filter((pod) => matches(spec?.selector, pod.metadata?.labels));
  const others = members(budgets).filter(
    (other) =>
      other.metadata?.uid !== metadata?.uid &&
      covered.some((pod) => matches(other.spec?.selector, pod.metadata?.labels)),
  );
  const findings: Finding[] = [];
  const { disruptionsAllowed = 0, currentHealthy = 0, expectedPods = covered.length } = status ?? {};
  if (pods !== 'unknown' && covered.length === 0) {
    findings.push(risk(say`its selector matches no pod: it protects nothing`));
  } else if (status?.disruptionsAllowed === undefined) {
    findings.push(risk(say`no controller has looked at it yet`));
  } else if (disruptionsAllowed === 0) {
    findings.push(heldFinding(budget, pods === 'unknown' ? undefined : covered));
  }
  if (others.length > 0) {
    findings.push(
      cause(say`pods that it covers are covered by ${someOf(namesOf(others))} too: eviction then fails with an error`),
    );
  }
  const wants =
    spec?.maxUnavailable === undefined
      ? `minAvailable ${spec?.minAvailable ?? '?'}`
      : `maxUnavailable ${spec.maxUnavailable}`;
  return {
    summary: `${wants}, ${counted(disruptionsAllowed, 'disruption')} allowed, ${currentHealthy} of ${counted(expectedPods, 'pod')} healthy`,
    findings,
  };
});

// Pods that are not ready may be evicted all the same.
function heldFinding(budget: Budget, covered: readonly Pod[] = []): Finding {
  const reason = reasonOf(budget, covered);
  const held = covered.filter((pod) => holdsBack(budget, pod)).length;
  if (held === covered.length)
    return cause(say`it allows 0 disruptions, so no pod is evicted and no node of theirs can be drained: ${reason}`);
  if (held === 0) return risk(say`it allows 0 disruptions, but holds no pod back now: none of them is ready`);
  return cause(
    say`it allows 0 disruptions, so ${held} of its ${covered.length} pods are not evicted and their nodes cannot be drained: ${reason}`,
  );
}

function reasonOf(budget: Budget, covered: readonly Pod[]): Message {
  const { currentHealthy = 0, desiredHealthy = 0, expectedPods = 0 } = budget.status ?? {};
  const failure = conditionOf(budget, 'DisruptionAllowed');
  if (failure?.reason === 'SyncFailed') return say`its controller cannot count the pods: ${failure.message ?? ''}`;
  if (expectedPods === 0) {
    return say`its controller counts none of the ${covered.length} pods that it selects: pods without a controller need minAvailable as a number`;
  }
  if (desiredHealthy >= expectedPods) {
    return say`it wants ${desiredHealthy} of ${expectedPods} pods to stay, so none may ever go: the budget itself is the reason`;
  }
  const unhealthy = namesOf(covered.filter((pod) => !isHealthy(pod)));
  const names = unhealthy.length > 0 ? say`; not ready: ${someOf(unhealthy)}` : '';
  return say`only ${currentHealthy} of the ${desiredHealthy} pods that it wants are healthy${names}`;
}
