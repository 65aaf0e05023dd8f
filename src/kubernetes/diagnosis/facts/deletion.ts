import type { ObjectMeta } from '../../apimachinery/objects.ts';

/** How long what is deleted may still exist after its grace period, in milliseconds: later it is stuck. */
const USUAL_MS = 60_000;

interface Deletable {
  metadata?: ObjectMeta;
}

/** Should it be gone by now? The time of a deletion is that at which its grace period ends. */
export function isLate({ metadata }: Deletable): boolean {
  const due = metadata?.deletionTimestamp;
  return due !== undefined && Date.now() - Date.parse(due) > USUAL_MS;
}

/** Is it being deleted, in the time that this may take? Whatever its containers do now is as it should be. */
export function isShuttingDown(one: Deletable): boolean {
  return one.metadata?.deletionTimestamp !== undefined && !isLate(one);
}
