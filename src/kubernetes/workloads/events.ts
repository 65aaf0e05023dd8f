import type { JsonObject, KubernetesObject } from '../apimachinery/objects.ts';

/** An Event of the core API; those created through events.k8s.io have a `series` instead of a count. */
export interface ClusterEvent extends KubernetesObject {
  type?: string;
  reason?: string;
  message?: string;
  count?: number;
  eventTime?: string | null;
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  series?: { count?: number; lastObservedTime?: string } | null;
  source?: { component?: string };
  reportingComponent?: string;
  involvedObject?: JsonObject & { kind?: string; namespace?: string; name?: string; uid?: string; apiVersion?: string };
}

/** What happened to one object, once or repeatedly. */
export interface FoldedEvent {
  type: string;
  reason: string;
  message: string;
  object: NonNullable<ClusterEvent['involvedObject']>;
  namespace: string | undefined;
  /** The reporting component. */
  component?: string | undefined;
  count: number;
  /** Milliseconds since the epoch. */
  first: number;
  last: number;
}

/** Distinguishes objects of the same name, and runs of the same workload. */
const UID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;

/** Merges events with the same text, identifiers aside, about objects of the same name; newest first. */
export function foldEvents(events: readonly ClusterEvent[]): FoldedEvent[] {
  const folded = new Map<string, FoldedEvent>();
  for (const event of events) {
    const next = foldedEvent(event);
    const { kind, name, uid, apiVersion } = next.object;
    const about = name === undefined ? uid : [apiVersion, kind, name];
    const key = JSON.stringify([next.namespace, about, next.type, next.reason, next.message.replace(UID, '')]);
    const known = folded.get(key);
    if (known) {
      known.count += next.count;
      known.first = Math.min(known.first, next.first);
      if (next.last > known.last) Object.assign(known, { message: next.message, object: next.object, last: next.last });
    } else {
      folded.set(key, next);
    }
  }
  return [...folded.values()].sort((a, b) => b.last - a.last);
}

function foldedEvent(event: ClusterEvent): FoldedEvent {
  const { type, reason, message, metadata, series, eventTime, firstTimestamp, lastTimestamp } = event;
  const { source, reportingComponent } = event;
  const created = metadata?.creationTimestamp;
  return {
    type: type || 'Normal',
    reason: reason ?? '',
    message: message ?? '',
    object: event.involvedObject ?? {},
    namespace: metadata?.namespace,
    component: reportingComponent || source?.component || undefined,
    count: series?.count ?? (event.count || 1),
    first: time(firstTimestamp, eventTime, created),
    last: time(series?.lastObservedTime, lastTimestamp, eventTime, firstTimestamp, created),
  };
}

function time(...candidates: (string | null | undefined)[]): number {
  return candidates.map((text) => Date.parse(text ?? '')).find((value) => !Number.isNaN(value)) ?? 0;
}
