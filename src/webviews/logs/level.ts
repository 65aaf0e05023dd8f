/** How serious a line is, from the least. */
export const LEVELS = ['debug', 'info', 'warning', 'error'] as const;
export type Level = (typeof LEVELS)[number];

const NAMES: Record<Level, readonly string[]> = {
  debug: ['debug', 'trace', 'verbose', 'fine'],
  info: ['info', 'information', 'informational', 'notice'],
  warning: ['warn', 'warning'],
  error: ['error', 'err', 'fatal', 'panic', 'critical', 'crit', 'alert', 'emerg', 'emergency', 'severe'],
};
const BY_NAME = new Map(LEVELS.flatMap((level) => NAMES[level].map((name) => [name, level] as const)));
const KLOG: Record<string, Level> = { I: 'info', W: 'warning', E: 'error', F: 'error' };

/** Where programs write the level: a field near the beginning, or a word of a line's head. */
const FIELD_LENGTH = 1_000;
const HEAD_LENGTH = 120;

/** The level that a line states, in the forms of klog, JSON, logfmt and plain words; undefined if it states none. */
export function levelOf(line: string): Level | undefined {
  const klog = /^([IWEF])\d{4} \d\d:\d\d:\d\d/.exec(line)?.[1];
  if (klog !== undefined) return KLOG[klog];
  const field = /\b(?:level|lvl|severity)"?\s?[=:]\s?"?([a-z]+|\d\d)\b/i.exec(line.slice(0, FIELD_LENGTH))?.[1];
  const stated = field && (BY_NAME.get(field.toLowerCase()) ?? levelOfNumber(Number(field)));
  if (stated) return stated;
  const word = /(?:^|[\s[(<|:])([A-Z]{3,13})(?=$|[\s\])>|:,])|\[([a-z]{3,13})\]/g;
  for (const [, shouted, bracketed] of line.slice(0, HEAD_LENGTH).matchAll(word)) {
    const level = BY_NAME.get((shouted ?? bracketed ?? '').toLowerCase());
    if (level) return level;
  }
  return undefined;
}

/** In tens from trace to fatal, as Node's loggers count. */
function levelOfNumber(number: number): Level | undefined {
  if (!(number >= 10 && number <= 60)) return undefined;
  return number >= 50 ? 'error' : number >= 40 ? 'warning' : number >= 30 ? 'info' : 'debug';
}
