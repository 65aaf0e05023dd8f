import type { Lookup } from './lookup.ts';

const FATAL = /\b(fatal|panic|caused by|uncaught|unhandled|segmentation fault)\b|\b[A-Za-z.]*(Error|Exception)\b:/i;
const BAD = /\b(error|err|fail(ed|ure)?|denied|refused|not found|no such|cannot|can't|unable|invalid|missing)\b/i;
const STACK_FRAME = /^\s+(at |in |from |File )|^\s*\^+\s*$/;

/** Patterns of error lines, for logs of pods that show no other problem. */
const MARKED = [
  /(?:^|[\s[|"'(<])(?:ERROR|FATAL|CRITICAL|SEVERE|PANIC|CRIT|EMERG)\b(?!\s*[=:]\s*(?:0|null|none|false)\b)/,
  /\b(?:level|lvl|severity)["']?\s*[=:]\s*["']?(?:error|err|fatal|panic|critical|crit|alert|emerg)\b/i,
  /"level"\s*:\s*[56]0\b/,
  /^[EF]\d{4} \d\d:\d\d:\d\d/,
  /\[(?:error|err|crit|critical|alert|emerg|fatal)\]/i,
  /^\s*(?:panic:|fatal error:|traceback \(most recent|exception in thread|unhandled |uncaught )/i,
  /^\s*(?:error|fatal)\s*:(?!\s*(?:0|null|none|nil|false)\b)/i,
  /\b[A-Z][A-Za-z.]*(?:Error|Exception):/,
];

/** Words that describe an error, in lines not marked as less severe. */
const TOLD = [
  /\berror:\s+(?!(?:0|null|none|nil|false|undefined)\b|""|'')\S/i,
  /(?<!\b(?:0|no|not|never|without) )\b(?:failed|unable|failure) (?:to|with|because)\b/i,
  /(?<!\b(?:0|no|not|never|without) )\b(?:failed|refused|timed out|denied): (?!\d)/i,
];
const LESS =
  /\b(?:INFO|DEBUG|TRACE|NOTICE)\b|\b(?:level|lvl|severity)["']?\s*[=:]\s*["']?(?:info|debug|trace|notice)\b|"level"\s*:\s*[123]0\b|^[ID]\d{4} \d\d:|\[(?:info|debug|trace|notice)\]/i;

/** A container's last output. */
export interface LogTail {
  container: string;
  /** From the previous run. */
  previous: boolean;
  lines: string[];
}

/** The end of a container's log: of the previous run if requested and kept, else of the present one. */
export async function logTail(
  { namespace, pod, container, previous }: { namespace: string; pod: string; container: string; previous: boolean },
  lookup: Lookup,
): Promise<LogTail | undefined> {
  const old = previous ? await lookup.log(namespace, pod, container, true) : undefined;
  const read = old ?? (await lookup.log(namespace, pod, container, false));
  if (read === undefined) return undefined;
  const lines = read.map((line) => line.trimEnd()).filter((line) => line !== '');
  return { container, previous: old !== undefined, lines };
}

/** The line most likely to say why a container ended: an error, or the last line. */
export function tellingLine(lines: readonly string[]): string | undefined {
  return errorLine(lines) ?? lines.at(-1)?.trim();
}

/** The lines that are marked as errors. */
export function markedErrors(lines: readonly string[]): string[] {
  return lines.filter((line) => !STACK_FRAME.test(line) && isMarked(line)).map((line) => line.trim());
}

function isMarked(line: string): boolean {
  return MARKED.some((mark) => mark.test(line)) || (!LESS.test(line) && TOLD.some((words) => words.test(line)));
}

/** The last line about a fatal error, else about an error. */
export function errorLine(lines: readonly string[]): string | undefined {
  const candidates = lines.filter((line) => !STACK_FRAME.test(line));
  return (candidates.findLast((line) => FATAL.test(line)) ?? candidates.findLast((line) => BAD.test(line)))?.trim();
}
