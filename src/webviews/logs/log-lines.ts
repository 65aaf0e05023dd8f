import { plainText } from './ansi.ts';
import { type Level, levelOf } from './level.ts';
import type { LogSource, SentLine } from './messages.ts';

/** A line as it is kept. */
export interface LogLine {
  source: LogSource | undefined;
  /** As the kubelet wrote it. */
  time: string | undefined;
  /** In milliseconds, for the order; that of the line before where it has none, for a note that of all before. */
  at: number;
  /** With its escape sequences. */
  raw: string;
  text: string;
  isNote: boolean;
  /** That of the line before for those that continue it, such as the lines of a stack trace. */
  level: Level | undefined;
}

/** How many lines are kept, and how many more may come before the oldest are dropped, many at a time. */
export const MAX_LINES = 100_000;
const SLACK = 10_000;
/** A line that is indented, or written at once with the one before, continues it. */
const INDENTED = /^\s/;
const AT_ONCE_MS = 5;

/** The newest lines of all sources in order of time. */
export class LogLines {
  readonly #sources: LogSource[] = [];
  readonly #newest = new Map<LogSource | undefined, LogLine>();
  #latest = 0;
  readonly #max: number;
  readonly #slack: number;
  readonly all: LogLine[] = [];
  /** Were older lines dropped? */
  isCut = false;

  constructor(max = MAX_LINES, slack = SLACK) {
    this.#max = max;
    this.#slack = slack;
  }

  /** The pods and containers with lines. */
  get sources(): readonly LogSource[] {
    return this.#sources;
  }

  /** Adds lines, and names the sources that they are the first of; returns them as they are kept. */
  add(lines: readonly SentLine[], sources: readonly LogSource[]): LogLine[] {
    this.#sources.push(...sources);
    const added = lines.map((line) => this.#kept(line)).sort((a, b) => a.at - b.at);
    merge(this.all, added);
    return added;
  }

  /** Drops the oldest lines if there are too many; returns these. */
  trim(): LogLine[] {
    if (this.all.length <= this.#max + this.#slack) return [];
    this.isCut = true;
    return this.all.splice(0, this.all.length - this.#max);
  }

  #kept({ source: index, time, text: raw, isNote = false }: SentLine): LogLine {
    const source = index === undefined ? undefined : this.#sources[index];
    const before = isNote ? undefined : this.#newest.get(source);
    const own = time === undefined ? Number.NaN : Date.parse(time);
    const at = Number.isNaN(own) ? (before?.at ?? this.#latest) : own;
    const text = plainText(raw);
    const continues = before !== undefined && (INDENTED.test(text) || at - before.at <= AT_ONCE_MS);
    const continued = continues ? before.level : undefined;
    const level = isNote ? undefined : (levelOf(text) ?? continued);
    const line = { source, time, at, raw: raw === text ? text : raw, text, isNote, level };
    this.#latest = Math.max(this.#latest, at);
    if (!isNote) this.#newest.set(source, line);
    return line;
  }
}

/** Merges ordered lines into ordered ones; of the same time, those that were there stay first. */
export function merge(lines: LogLine[], added: readonly LogLine[]): void {
  const [first] = added;
  if (!first) return;
  let from = lines.length;
  while (from > 0 && (lines[from - 1]?.at ?? 0) > first.at) from -= 1;
  const later = lines.splice(from);
  let next = 0;
  for (const line of added) {
    for (let one = later[next]; one && one.at <= line.at; one = later[next]) {
      lines.push(one);
      next += 1;
    }
    lines.push(line);
  }
  for (; next < later.length; next += 1) lines.push(later[next] as LogLine);
}
