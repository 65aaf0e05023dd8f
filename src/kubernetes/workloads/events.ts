import type { JsonObject, KubernetesObject } from '../apimachinery/objects.ts';

/** An Event as the core API shows it; those made through events.k8s.io are among them, with a `series` instead of a count. */
export interface ClusterEvent extends KubernetesObject {
  type?: string;
  reason?: string;
  message?: string;
  count?: number;
  eventTime?: string | null;
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  series?: { count?: number; lastObservedTime?: string } | null;
  involvedObject?: JsonObject & { kind?: string; namespace?: string; name?: string; uid?: string; apiVersion?: string };
}

/** What happened to one object, once or repeatedly. */
export interface Happening {
  type: string;
  reason: string;
  message: string;
  object: NonNullable<ClusterEvent['involvedObject']>;
  namespace: string | undefined;
  count: number;
  /** Milliseconds since the epoch. */
  first: number;
  last: number;
}

/** The events with the same words about the same object put together, newest first. */
export function foldEvents(events: readonly ClusterEvent[]): Happening[] {
  const folded = new Map<string, Happening>();
  for (const event of events) {
    const next = happening(event);
    const { uid, kind, name } = next.object;
    const key = JSON.stringify([next.namespace, uid ?? [kind, name], next.type, next.reason, next.message]);
    const known = folded.get(key);
    if (known) {
      known.count += next.count;
      known.first = Math.min(known.first, next.first);
      known.last = Math.max(known.last, next.last);
    } else {
      folded.set(key, next);
    }
  }
  return [...folded.values()].sort((a, b) => b.last - a.last);
}

function happening(event: ClusterEvent): Happening {
  const { type, reason, message, metadata, series, eventTime, firstTimestamp, lastTimestamp } = event;
  const created = metadata?.creationTimestamp;
  return {
    type: type || 'Normal',
    reason: reason ?? '',
    message: message ?? '',
    object: event.involvedObject ?? {},
    namespace: metadata?.namespace,
    count: series?.count ?? (event.count || 1),
    first: time(firstTimestamp, eventTime, created),
    last: time(series?.lastObservedTime, lastTimestamp, eventTime, firstTimestamp, created),
  };
}

function time(...candidates: (string | null | undefined)[]): number {
  return candidates.map((text) => Date.parse(text ?? '')).find((value) => !Number.isNaN(value)) ?? 0;
}
