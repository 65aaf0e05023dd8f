import { credentialsInCommands } from './commands.ts';
import { keyColumn } from './following-lines.ts';
import { namedValuesIn } from './named-values.ts';
import { lineEnd, lineStart, matches, type Span } from './spans.ts';
import { bracketEnd } from './value-ends.ts';

/** A command, or its arguments, as a list in YAML or JSON. */
const LIST =
  /(?<![\w-])(?:command|args|cmd|argv|entrypoint|arguments)(?:\\{0,8}["'])?[^\S\n]{0,4}(?:[:=][^\S\n]{0,4}(?=\[|\r?\n)|(?=\[))/gi;
const FLOW_ITEM =
  /(\\{0,8})(?:"((?:(?!\1")[^"\n]|(?<=\\)"){0,4096})\1"|'([^'\n]{0,4096})'|(?<=[[,]\s{0,80})([^\s,[\]"'\\][^,[\]"'\n]{0,4095}))/dg;
const BLOCK_ITEM = /^[^\S\n]*-[^\S\n]+(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"'|>&*{[#][^\n]*))$/d;
const MAX_LINES = 200;
const MAX_WORDS = 400;

/** Has the text a command as a list? */
export function mayListCommand(text: string): boolean {
  return text.search(LIST) >= 0;
}

/** The credentials in commands whose words are the items of a list. */
export function credentialsInCommandLists(text: string): Span[] {
  const spans: Span[] = [];
  let words: Span[] = [];
  let end = -1;
  for (const { 0: head, index } of matches(LIST, text)) {
    const at = index + head.length;
    if (at < end) continue;
    const found = text.charAt(at) === '[' ? flowItems(text, at) : blockItems(text, index, at);
    // The arguments below a command are its own.
    if (!/^[\s,-]*["'\\]*$/.test(text.slice(end, index)) || end < 0) {
      spans.push(...credentialsOf(text, words));
      words = [];
    }
    words.push(...found.items.slice(0, MAX_WORDS));
    end = found.end;
  }
  spans.push(...credentialsOf(text, words));
  return spans;
}

function flowItems(text: string, at: number): { items: Span[]; end: number } {
  const end = bracketEnd(text, at) ?? lineEnd(text, at);
  const items = matches(FLOW_ITEM, text.slice(at, end)).map(({ indices }) => {
    const [from, to] = indices?.[2] ?? indices?.[3] ?? indices?.[4] ?? [0, 0];
    return { start: at + from, end: at + to };
  });
  return { items, end };
}

function blockItems(text: string, start: number, at: number): { items: Span[]; end: number } {
  const own = keyColumn(text, lineStart(text, start));
  const items: Span[] = [];
  let end = lineEnd(text, at);
  for (let lines = 0; lines < MAX_LINES && end < text.length; lines += 1) {
    const from = end + 1;
    const to = lineEnd(text, from);
    const item = BLOCK_ITEM.exec(text.slice(from, to).trimEnd());
    const [first, last] = item?.indices?.[1] ?? item?.indices?.[2] ?? item?.indices?.[3] ?? [];
    if (first === undefined || last === undefined || text.slice(from, to).indexOf('-') < own - 2) break;
    items.push({ start: from + first, end: from + last });
    end = to;
  }
  return { items, end };
}

/** What the words hold as one command; what a word holds by itself is found in the text. */
function credentialsOf(text: string, all: readonly Span[]): Span[] {
  const words = all.slice(0, MAX_WORDS);
  if (words.length < 2) return [];
  // Space in a word is part of a value.
  const command = words.map(({ start, end }) => text.slice(start, end).replace(/\s/g, '_')).join(' ');
  const found = [...credentialsInCommands(command), ...namedValuesIn(command)].sort((a, b) => a.start - b.start);
  const spans: Span[] = [];
  let next = 0;
  let from = 0;
  for (const { start, end } of words) {
    const last = from + end - start;
    for (let span = found[next]; span && span.start < last; span = found[next]) {
      const own = text.slice(start, start + span.start - from);
      if (span.start >= from && !/[=\s]/.test(own))
        spans.push({ start: start + span.start - from, end: start + Math.min(last, span.end) - from });
      next += 1;
    }
    from = last + 1;
  }
  return spans;
}
