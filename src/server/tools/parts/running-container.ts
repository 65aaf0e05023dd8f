import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { exitText, statusOf } from '../../../kubernetes/workloads/containers.ts';
import type { Pod } from '../../../kubernetes/workloads/pods.ts';

/** @throws UserError, with advice, for a container in which no command can run. */
export function refuseUnlessRunning(pod: Pod, container: string): void {
  const state = statusOf(pod, container)?.state;
  if (state?.running) return;
  const what = `Container ${container} of pod "${pod.metadata?.name}"`;
  if (state?.terminated) {
    throw new UserError(
      `${what} has ended (${exitText(state.terminated)}), so no command can run in it. get_pod_logs shows what it printed.`,
    );
  }
  const reason = state?.waiting?.reason;
  const advice =
    reason === 'CrashLoopBackOff' ? 'get_pod_logs with previous shows why it ends.' : 'diagnose_resource shows why.';
  throw new UserError(
    `${what} is not running (${reason ?? `the pod is ${pod.status?.phase}`}), so no command can run in it. ${advice}`,
  );
}
