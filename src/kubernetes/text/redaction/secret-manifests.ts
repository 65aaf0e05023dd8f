import { flowValues } from './flow-values.ts';
import { blockLines, indentOf, keyColumn } from './following-lines.ts';
import { lineEnd, lineStart, type Span } from './spans.ts';
import { valueAt } from './value-ends.ts';

/** A Secret in YAML or JSON, also inside a JSON string, or as a printed Go struct. */
const KIND =
  /\bkind(?:\\{0,16}["'])?[^\S\n]{0,8}:[^\S\n]{0,8}(?:\\{0,16}["'])?\w{0,32}Secret(?:List)?(?:\\{0,16}["'])?(?=[\s,}\\]|$)/i;
const DATA = /(?<![\w.-])(?:data|stringData)(?:\\{0,16}["'])?[^\S\n]{0,8}:[^\S\n]{0,8}/gi;
const MAX_LINES = 5_000;

/** The values of Secret manifests in the text. */
export function valuesOfSecretsIn(text: string): Span[] {
  if (!/secret/i.test(text) || !KIND.test(text)) return [];
  const spans: Span[] = [];
  DATA.lastIndex = 0;
  for (let match = DATA.exec(text); match; match = DATA.exec(text)) {
    const at = match.index + match[0].length;
    const found = /[{[]/.test(text.charAt(at)) ? flowValues(text, at, 'data', true) : block(text, match.index, at);
    spans.push(...found.spans);
    DATA.lastIndex = Math.max(found.next, at);
  }
  return spans;
}

function block(text: string, start: number, at: number): { spans: Span[]; next: number } {
  const own = keyColumn(text, lineStart(text, start));
  const spans: Span[] = [];
  let end = lineEnd(text, at);
  if (text.slice(at, end).trim() !== '') return { spans, next: at };
  for (let lines = 0; lines < MAX_LINES && end < text.length; lines += 1) {
    const line = { start: end + 1, end: lineEnd(text, end + 1) };
    const words = text.slice(line.start, line.end);
    if (words.trim() === '') {
      end = line.end;
      continue;
    }
    if (indentOf(text, line.start) <= own) break;
    const sign = /^\s*(?:"[^"\n]{0,256}"|'[^'\n]{0,256}'|[^\s:#][^:\n]{0,256}):\s+/.exec(words);
    if (sign && /^[|>][-+\d]{0,2}\s*$/.test(words.slice(sign[0].length))) {
      const found = blockLines(text, line.end, indentOf(text, line.start));
      spans.push(...found.spans);
      end = Math.max(found.next, line.end);
      continue;
    }
    const from = line.start + (sign?.[0].length ?? indentOf(text, line.start));
    const quoted = /^["']/.test(text.charAt(from));
    const value = quoted ? valueAt(text, from) : { start: from, end: line.start + words.trimEnd().length };
    if (sign || !/:$/.test(words.trimEnd())) spans.push(value);
    end = Math.max(line.end, quoted ? lineEnd(text, value.end) : line.end);
  }
  return { spans, next: end };
}
