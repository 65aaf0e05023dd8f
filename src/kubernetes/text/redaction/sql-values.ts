import { strengthOf } from './credential-names.ts';
import { hiddenIn } from './hidden-parts.ts';
import { matches, type Span, shifted } from './spans.ts';

const COLUMNS = /\(([\p{L}\p{N}_\s,"'`.[\]-]{1,2000})\)\s{0,40}(?:OUTPUT[^()]{1,200})?VALUES\s{0,40}(?=\()/giu;
const VALUE =
  /\s{0,40}(?:[NEB]?'((?:[^'\\]|''|\\.){0,8000})'|"((?:[^"\\]|\\.){0,8000})"|([^,()'"]{0,400}(?:\([^()]{0,400}\)[^,()'"]{0,400}){0,20}))\s{0,40}(,|\))/dy;
const NEXT_ROW = /\s{0,40},\s{0,40}(?=\()/y;

/** The values of columns named for credentials in `INSERT INTO t (a, password) VALUES (1, 'x'), …`. */
export function sqlValuesIn(text: string): Span[] {
  if (!/\bvalues\b/i.test(text)) return [];
  const spans: Span[] = [];
  for (const { 0: head, 1: list = '', index } of matches(COLUMNS, text)) {
    const columns = list.split(',').map((column) => column.replace(/[^\p{L}\p{N}_.-]/gu, ''));
    if (columns.some((column) => strengthOf(column) !== 'none')) addRows(text, index + head.length, columns, spans);
  }
  return spans;
}

function addRows(text: string, from: number, columns: readonly string[], spans: Span[]): void {
  let at = from;
  while (text.charAt(at) === '(') {
    at += 1;
    for (let column = 0; ; column += 1) {
      VALUE.lastIndex = at;
      const found = VALUE.exec(text);
      const range = found?.indices?.[1] ?? found?.indices?.[2] ?? found?.indices?.[3];
      if (!found || !range) return;
      const name = columns[column] ?? '';
      const value = text.slice(...range);
      // Places for values that come later.
      if (!/^\s*(?:\?|[$:@%]\w+)\s*$/.test(value))
        spans.push(...shifted(hiddenIn(name, value, strengthOf(name)), range[0]));
      at = VALUE.lastIndex;
      if (found[4] === ')') break;
    }
    NEXT_ROW.lastIndex = at;
    if (!NEXT_ROW.test(text)) return;
    at = NEXT_ROW.lastIndex;
  }
}
