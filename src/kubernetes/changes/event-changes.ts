import type { ClusterEvent, FoldedEvent } from '../workloads/events.ts';
import { foldEvents } from '../workloads/events.ts';
import type { Change } from './object-changes.ts';

/** Event reasons for actions on an object, not for its state; deletions leave no other trace. */
const CHANGES =
  /^(ScalingReplicaSet|SuccessfulRescale|Evicted|Preempted|TaintManagerEviction|Node(Not)?Ready|Node(Not)?Schedulable|RemovingNode|DeletingNode|Drain\w*|Cordon\w*|Uncordon\w*|Resize\w*|VolumeResizeSuccessful|Deleted)$/;
/** Actions that only follow from something else. */
const CONSEQUENCES = /^(Successful(Create|Delete)|Killing|RegisteredNode)$/;

/** The events that report changes since a time, in milliseconds. */
export function changesInEvents(events: readonly ClusterEvent[], since: number): Change[] {
  return foldEvents(events)
    .filter(({ last, reason }) => last >= since && (CHANGES.test(reason) || CONSEQUENCES.test(reason)))
    .map(changeOf);
}

function changeOf({ last, object, namespace, reason, message, count, component }: FoldedEvent): Change {
  return {
    time: last,
    kind: String(object.kind ?? ''),
    namespace: object.namespace ?? namespace,
    name: String(object.name ?? ''),
    by: component,
    what: `${reason}: ${message}${count > 1 ? ` (x${count})` : ''}`,
    isNoise: CONSEQUENCES.test(reason),
  };
}
