import { isHarmless, looksChosen } from './credential-values.ts';
import { indentOf, keyColumn } from './following-lines.ts';
import type { Name } from './signless-values.ts';
import { lineEnd, lineStart, matchAt, restOfLine, type Span } from './spans.ts';

/** In a connection string: the setting before, and the rest of this one. */
const CONNECTION = /[A-Za-z][\w ]{0,40}=[^;"'\n]*;[^\S\n]{0,2}$/;
const END_OF_SETTING = /;[^\S\n]{0,2}$/;
const REST_OF_SETTING = /[^\S\n][^;"'\n]{0,200}(?=;[^\S\n]{0,2}[A-Za-z][\w ]{0,40}=|;?["']|;[^\S\n]{0,8}(?:\n|$))/y;
/** No key, item, comment or frame of a stack. */
const CONTINUED = /^(?!\s*(?:-\s|#|at\s|["'[{])|.*[(){};]|.*[\w"'\]][^\S\n]?[=:](?:\s|$))\s*\S/;
const MAX_CONTINUED = 10;
const PLAIN_WORD = /^[A-Za-z]{1,20}$/;
const NEXT_WORD = /^(?:[^\S\n]{1,2}[a-z]{1,12})?[^\S\n]{1,2}(?!\()(?=\S{0,64}\d)[^\s=:]{6,64}(?![=:\w])/;
const MAX_NEXT = 80;

/** The end of a value without quotes, which may be more than its first word. */
export function unquotedEnd({ text, start, strength }: Name, value: Span, before: string, sign: string): number {
  const isSetting = /^\s*(?:-\s+)?["']?$/.test(before);
  const end = isSetting ? configuredEnd(text, value, sign) : chosenEnd(text, value);
  // Few lines have what is found at once.
  if (END_OF_SETTING.test(before) && CONNECTION.test(before))
    return end + (matchAt(REST_OF_SETTING, text, end)?.length ?? 0);
  const isScalar = isSetting && /:\s*$/.test(sign) && strength === 'strong';
  // Below a type is what it means: `password: str`.
  return isScalar && !isHarmless(text.slice(value.start, end)) ? continuedEnd(text, lineStart(text, start), end) : end;
}

// In a settings file a value extends to the end of its line, unless the line has more settings, written alike.
function configuredEnd(text: string, value: Span, sign: string): number {
  const line = restOfLine(text, value.end);
  const comment = line.search(/[^\S\n][#;](?:\s|$)/);
  const rest = comment < 0 ? line : line.slice(0, comment);
  const isWide = /^[^\S\n]/.test(rest) && /[^\S\n]$/.test(sign) && !isHarmless(text.slice(value.start, value.end));
  const others = isWide ? /[\w"'\]][^\S\n]{0,4}[=:](?:[^\S\n]|$)|[,;|][^\S\n]{0,4}[\w.-]{1,64}[=:]/ : /[\w"'\]][=:]/;
  if (!/^[^\S\n]/.test(rest) || others.test(text.charAt(value.end - 1) + rest) || /["'`]|[^\S\n][#;]/.test(rest))
    return value.end;
  return value.end + rest.trimEnd().length;
}

// YAML's plain scalars go on in deeper lines.
function continuedEnd(text: string, lineFrom: number, from: number): number {
  // Code goes on in deeper lines, too.
  if (!isEndOfLine(text, from) || /[{([,;>]/.test(text.charAt(from - 1))) return from;
  const own = keyColumn(text, lineFrom);
  let end = from;
  for (let lines = 0; lines < MAX_CONTINUED && isEndOfLine(text, end); lines += 1) {
    const start = lineEnd(text, end) + 1;
    const line = restOfLine(text, start);
    if (indentOf(text, start) <= own || !CONTINUED.test(line)) break;
    end = start + line.trimEnd().length;
  }
  return end;
}

function isEndOfLine(text: string, at: number): boolean {
  return /^\r?\n/.test(text.slice(at, at + 2));
}

// The word after a plain one may be all that matters: `password = is hunter2`.
function chosenEnd(text: string, value: Span): number {
  if (!PLAIN_WORD.test(text.slice(value.start, value.end))) return value.end;
  const next = NEXT_WORD.exec(restOfLine(text, value.end, MAX_NEXT))?.[0] ?? '';
  return /\d/.test(next) && looksChosen((/\S{1,64}$/.exec(next)?.[0] ?? '').replace(/[.,;:!?)\]}"']{1,4}$/, ''))
    ? value.end + next.length
    : value.end;
}
