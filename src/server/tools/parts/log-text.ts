import { ageText } from '../../../kubernetes/apimachinery/duration.ts';
import {
  containerNames,
  exitText,
  isSidecar,
  reasonNotStarted,
  statusOf,
  troubleOf,
} from '../../../kubernetes/workloads/containers.ts';
import type { LineFilter } from '../../../kubernetes/workloads/line-filter.ts';
import type { LogLine } from '../../../kubernetes/workloads/log-line.ts';
import type { LogEnd } from '../../../kubernetes/workloads/logs.ts';
import type { Pod } from '../../../kubernetes/workloads/pods.ts';
import { Call } from '../../core/call.ts';

/** What was read of a container's log. */
export interface Log {
  pod: Pod;
  container: string;
  /** The lines to show, oldest first. */
  lines: LogLine[];
  /** How many lines were examined; with a filter, more than match. */
  read: number;
  /** The log has older lines than those examined. */
  more: boolean;
  oldest: LogLine | undefined;
  /** Why there is no log. */
  problem: string | undefined;
  /** There may be a log, but it could not be read. */
  isUnread: boolean;
}

/** A line with its timestamp and its text as shown. */
interface ShownLine {
  time: number;
  text: string;
}

/** The longest line shown whole. */
const MAX_LINE_LENGTH = 4_000;

/** The lines of all logs in order of time, at most `budget` bytes: each log keeps a fair share, its newest lines. */
export function mergedLines(
  logs: readonly Log[],
  { prefixed, timestamps, budget }: { prefixed: boolean; timestamps: boolean; budget: number },
): { text: string; cut: boolean; kept: number } {
  const shown = logs.map((log) => log.lines.map((line) => shownLine(line, prefixed ? prefixOf(log) : '', timestamps)));
  let left = budget;
  let waiting = shown.length;
  let cut = false;
  const kept = shown.map((lines) => ({ lines, size: sizeOf(lines) }));
  // Smallest first: the others share what these do not need.
  for (const log of kept.toSorted((a, b) => a.size - b.size)) {
    const tail = newest(log.lines, left / waiting);
    cut ||= tail.length < log.lines.length || sizeOf(tail) < log.size;
    left -= sizeOf(tail);
    waiting -= 1;
    log.lines = tail;
  }
  const merged = kept.flatMap(({ lines }) => lines);
  // A single log is in order already, even where the kubelet's clock jumped.
  if (kept.length > 1) merged.sort((a, b) => a.time - b.time);
  return { text: merged.map(({ text }) => text).join('\n'), cut, kept: merged.length };
}

/** What of a log is shown: its lines, or with a filter at most `enough` matches, searched from the newest line back. */
export function examined(
  { lines, more }: LogEnd,
  filter: LineFilter | undefined,
  enough: number,
): Pick<Log, 'lines' | 'read' | 'more' | 'oldest'> {
  if (!filter) return { lines, read: lines.length, more, oldest: lines[0] };
  const { searched, ...found } = filter(withoutRedacted(lines), enough);
  return { ...found, read: searched, more: more || searched < lines.length };
}

// Grep must not find what a line does not show.
function withoutRedacted(lines: readonly LogLine[]): LogLine[] {
  const texts = Call.current()?.hideFromSearch(lines.map(({ text }) => text));
  return lines.map((line, index) => ({ ...line, text: texts?.[index] ?? line.text }));
}

/**
 * How much of the logs is shown, as a sentence: never more than was examined.
 * @param isWhole there are no other logs.
 * @param kept how many of the lines fit into the answer; without it, all do.
 */
export function extentText(
  logs: readonly Pick<Log, 'lines' | 'read' | 'more' | 'oldest'>[],
  {
    since,
    grep,
    tailLines,
    isWhole,
    kept,
  }: { since?: string | undefined; grep?: string | undefined; tailLines: number; isWhole: boolean; kept?: number },
): string {
  const shown = logs.reduce((sum, { lines }) => sum + lines.length, 0);
  const isCut = kept !== undefined && kept < shown;
  const read = logs.reduce((sum, log) => sum + log.read, 0);
  const more = logs.some((log) => log.more);
  const span = since ? ` of the last ${since}` : '';
  // Without as many lines as each may have, what is missing is beyond what is read of a log at all.
  const isFull = logs.some(({ lines }) => lines.length >= tailLines / logs.length);
  if (read === 0 && !more) return `no lines${span}.`;
  if (grep) {
    const oldest = logs.flatMap((log) => (log.oldest?.time ? [log.oldest.time] : [])).sort()[0];
    const back = oldest
      ? `, back to ${oldest.replace(/\.\d+/, '')} (${ageText(Date.now() - Date.parse(oldest))} ago)`
      : '';
    const further = isFull ? 'raise tailLines for earlier matches' : 'what is older was not searched';
    const all = isWhole ? `all ${read} lines${span}` : `the ${read} lines${span} that were read`;
    const scope = more ? `the newest ${read} lines${span}${back}${isCut ? '' : `; ${further}`}` : all;
    return `${isCut ? `newest ${kept} of ` : ''}${shown} matching lines in ${scope}.`;
  }
  // More lines would not fit either: how to see others, whoever cuts them says.
  if (isCut) return `newest ${kept} lines${span}.`;
  if (!more) return `${isWhole ? 'all ' : ''}${shown} lines${span}.`;
  const further = isFull ? 'for older ones raise tailLines, or search with grep' : 'what is older was not read';
  return `newest ${shown} lines${span}; ${further}.`;
}

/** The other containers, with their problems: ` (others: a, sidecar b, init c (exit 1, Error))`. */
export function othersText({ pod, container }: Log): string {
  const inits = pod.spec?.initContainers ?? [];
  const roles = new Map(inits.map((init) => [init.name, isSidecar(init) ? 'sidecar ' : 'init ']));
  const others = containerNames(pod)
    .filter((name) => name !== container)
    .map((name) => {
      const trouble = troubleOf(statusOf(pod, name));
      return `${roles.get(name) ?? ''}${name}${trouble ? ` (${trouble})` : ''}`;
    });
  return others.length > 0 ? ` (others: ${others.join(', ')})` : '';
}

/** Says that a container restarted and where its earlier log is; undefined if it never restarted. */
export function restartText({ pod, container }: Log): string | undefined {
  const { restartCount = 0, lastState, state } = statusOf(pod, container) ?? {};
  if (restartCount === 0 && !lastState?.terminated) return undefined;
  const ended = lastState?.terminated;
  const age = ended?.finishedAt ? ` ${ageText(Date.now() - Date.parse(ended.finishedAt))} ago` : '';
  const now = state?.waiting?.reason ? `${state.waiting.reason}, ` : '';
  return `${now}${restartCount} restarts${ended ? `, last ended${age} (${exitText(ended)})` : ''}`;
}

/** Why a log has no lines; undefined when `since` is the reason. */
export function emptyReason({ pod, container, problem }: Log, since: string | undefined): string | undefined {
  const reason = problem ?? reasonNotStarted(pod, container);
  if (reason) return reason;
  if (since) return undefined;
  const { terminated } = statusOf(pod, container)?.state ?? {};
  return terminated ? `It has ended (${exitText(terminated)}) and left no log.` : 'It has written nothing.';
}

function prefixOf({ pod, container }: Log): string {
  const several = containerNames(pod).length > 1;
  return `[${pod.metadata?.name}${several ? `/${container}` : ''}] `;
}

/** The text of a line, or the beginning of one that is very long. */
export function lineText({ text }: LogLine): string {
  if (text.length <= MAX_LINE_LENGTH) return text;
  return `${text.slice(0, MAX_LINE_LENGTH)}… (+${text.length - MAX_LINE_LENGTH} characters)`;
}

function shownLine(line: LogLine, prefix: string, timestamps: boolean): ShownLine {
  const { time } = line;
  // Milliseconds are enough; the kubelet gives nanoseconds.
  const stamp = timestamps && time ? `${time.replace(/(\.\d{3})\d+/, '$1')} ` : '';
  return { time: time ? Date.parse(time) : 0, text: `${prefix}${stamp}${lineText(line)}` };
}

function newest(lines: readonly ShownLine[], budget: number): ShownLine[] {
  let size = 0;
  let from = lines.length;
  while (from > 0) {
    size += Buffer.byteLength(lines[from - 1]?.text ?? '') + 1;
    if (size > budget) break;
    from -= 1;
  }
  const last = lines.at(-1);
  // The start of the newest line is better than nothing.
  if (from === lines.length && last) return [{ ...last, text: last.text.slice(0, Math.max(1, Math.floor(budget))) }];
  return lines.slice(from);
}

function sizeOf(lines: readonly ShownLine[]): number {
  return lines.reduce((sum, { text }) => sum + Buffer.byteLength(text) + 1, 0);
}
