import { ageText } from '../../apimachinery/duration.ts';
import { fieldSelector } from '../../apimachinery/field-selector.ts';
import type { KubernetesObject } from '../../apimachinery/objects.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { type ClusterEvent, type FoldedEvent, foldEvents } from '../../workloads/events.ts';
import { type Lookup, members } from './lookup.ts';

/** What the scheduler adds when it could not evict anything either. */
export const PREEMPTION = /(?<!\s)\s*(no new claims to deallocate,\s*)?preemption:.*/is;
/** The event recorder's prefix for a message that stands for several. */
const COMBINED = /^\(combined from similar events\): /;
const POD_IDENTITY = / in pod \S+\([\w-]+\)/;

/** A Warning event, with all its repetitions. */
export type Warning = FoldedEvent;

/** The Warning events of an object, newest first, those with the same text merged. */
export async function warningsOf(object: KubernetesObject, kind: string, lookup: Lookup): Promise<Warning[]> {
  const { uid = '', name = '', namespace } = object.metadata ?? {};
  // Events about cluster-scoped objects are in "default", some with the object's name in place of its uid.
  const about = namespace
    ? { 'involvedObject.uid': uid }
    : { 'involvedObject.kind': kind, 'involvedObject.name': name };
  const selected = { fieldSelector: fieldSelector({ type: 'Warning', ...about }) };
  return foldEvents(members(await lookup.list<ClusterEvent>(kinds.events, namespace ?? 'default', selected)));
}

/** The warnings of several objects, newest first; those that differ only in names are merged. */
export function inOrder(warnings: readonly Warning[]): Warning[] {
  const kept = new Map<string, Warning>();
  for (const warning of [...new Set(warnings)].sort((a, b) => b.last - a.last)) {
    const words = warning.message.replace(COMBINED, '').replace(/"[^"]*"/g, '""');
    const key = [warning.object.kind, warning.object.name, warning.reason, words].join(' ');
    const newer = kept.get(key);
    kept.set(key, newer ? { ...newer, count: newer.count + warning.count } : warning);
  }
  return [...kept.values()];
}

/** The newest warning of each reason and kind of object, with how many others there are. */
export function newestByReason(warnings: readonly Warning[]): { warning: Warning; others: number }[] {
  const alike = Map.groupBy(inOrder(warnings), ({ object, reason }) => `${object.kind} ${reason}`);
  return [...alike.values()].flatMap(([warning, ...rest]) => (warning ? [{ warning, others: rest.length }] : []));
}

/** One line: about what, why, how often, when, and the message unless it adds nothing. */
export function warningLine({ object, reason, message, count, last }: Warning): string {
  const times = count > 1 ? ` x${count}` : '';
  const words = message.replace(COMBINED, '').replace(POD_IDENTITY, '').replace(PREEMPTION, '').trim();
  return `${object.kind ?? '-'}/${object.name ?? '-'} ${reason}${times}${last === 0 ? '' : ` ${ageText(Date.now() - last)} ago`}${words ? `: ${words}` : ''}`;
}
