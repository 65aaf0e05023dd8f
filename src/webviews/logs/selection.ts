import { compilePattern } from '../../kubernetes/workloads/line-filter.ts';
import { LEVELS, type Level } from './level.ts';
import type { LogLine } from './log-lines.ts';

/** Which lines are shown. */
export interface LineSelection {
  /** An RE2 expression, or nothing. */
  pattern: string;
  /** This one and the more serious ones. */
  level: Level | undefined;
}

export type LineTest = (line: LogLine) => boolean;

/** A test of lines; undefined if all are shown. Notes always are. @throws for a pattern that is none of RE2. */
export async function lineTest({ pattern, level }: LineSelection): Promise<LineTest | undefined> {
  if (pattern === '' && level === undefined) return undefined;
  const expression = pattern === '' ? undefined : await compilePattern(pattern);
  const levels = level === undefined ? undefined : LEVELS.slice(LEVELS.indexOf(level));
  return (line) =>
    line.isNote ||
    ((levels === undefined || (line.level !== undefined && levels.includes(line.level))) &&
      (expression === undefined || expression.test(line.text)));
}
