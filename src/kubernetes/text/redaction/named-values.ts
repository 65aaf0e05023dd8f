import { isPartOfAddress } from './addresses.ts';
import { announcedValue } from './announced-values.ts';
import { NAME_HINT, strengthOf } from './credential-names.ts';
import { looksChosen, looksRandom, randomParts } from './credential-values.ts';
import { flowValues } from './flow-values.ts';
import { followingLines, hereDocument, indentOf, keyColumn } from './following-lines.ts';
import { fullName } from './full-names.ts';
import { hiddenIn } from './hidden-parts.ts';
import { isImageTag } from './image-references.ts';
import { saysSomethingElse } from './predicates.ts';
import { isMetricLabel, namesSecret } from './secret-references.ts';
import { hiddenBehindFlag, hiddenBehindVerb, hiddenBesideName, hiddenInSentence } from './sentences.ts';
import { type Name, signlessValue, VALUE_LABEL } from './signless-values.ts';
import { spacedValue } from './spaced-values.ts';
import { headOfLine, lineEnd, lineStart, matchAt, restOfLine, type Span, shifted } from './spans.ts';
import { unquotedEnd } from './unquoted-ends.ts';
import { valueAt } from './value-ends.ts';

/** Names go on with Latin and Cyrillic letters; in Chinese and Japanese a sentence would go on. */
const LETTERS = String.raw`\w\u00c0-\u024f\u0400-\u04ff`;
const KEYWORD = new RegExp(`(?:${NAME_HINT})[${LETTERS}.-]{0,64}`, 'g');
const IN_NAME = new RegExp(`[${LETTERS}.$-]`);

const ASSIGNMENT =
  /(?:\\{0,8}["'`”’»\]]|%2[27]|\*{1,2}|~~|<\/[a-z]{1,8}>){0,2}(?:(?<=[kK]ey) #?\d{1,2}(?=:)|\[["']?[\w.-]{0,20}["']?\])?[^\S\n]{0,40}(?:=>|:=|(?:[|?]{1,2}|\+)?={1,3}|(?:!={1,2}|<-)(?=[^\S\n]{0,4}["'`])|->|\.{4,120}(?=["'])|(?::(?![:/]|$)|:(?=\n|$))|[：＝﹕︰]|%3[ad]|&#61;|&equals;)[^\S\n]{0,40}/iy;
/** What encloses a name and its colon, or the value: of Markdown and HTML. */
const MARKUP =
  /(?:(?:\*{2}|__|~~|&nbsp;|<\/?(?:b|strong|i|em|u|t[dhrt]|span|code|p|pre|d[dt]|li|label|br|div|kbd|small)(?: [^<>\n]{0,80})?\/?>)[^\S\n]{0,4}){1,5}(?=[^\s<])/iy;
/** Where YAML has the value on the next line: after a comment, a tag or an anchor. */
const NOT_YET = /^(?:[!&][\w!/.:-]{0,64}(?:[^\S\n]{1,4}|$)){0,2}(?:#(?:\s.*)?)?$/;
/** `? password` with `: x` on the next line, in YAML; JSON's colon may stand there, too. */
const SIGN_BELOW = /["']?[^\S\n]{0,40}\r?\n[^\S\n]{0,40}:[^\S\n]{1,40}/y;
/** Wider space separates a flag from its description. */
const SPACE = /["']?[^\S\n]{1,2}(?!\s)(?!(?:strings?|stringArray|stringToString|int|bool|duration|file|value)\s{2,})/y;
/** Where each argument has a line of its own. */
const LINE_BELOW = /[^\S\n]{0,8}\r?\n[^\S\n]{0,8}(?![\s-])(?=\S{1,256}[^\S\n]{0,8}(?:\r?\n|$))/y;
const TUPLE = /\\{0,4}(["'`])[^\S\n]{0,4},[^\S\n]{0,4}(?=\\{0,4}["'`])/y;
const SENTENCE =
  /["'`]?[^\S\n]{1,4}(?:(?:(?:has been|was|is) )?(?:set|changed) to|(?:(?:has been|was|is) )?(?:reset|updated|rotated) to|(?:will|must|should) be|is|was|equals)(?:[^\S\n]{0,2}:)?[^\S\n]{1,4}|[^\S\n]{0,2}[为是][^\S\n]{0,2}/iy;
/** The owner: `password for bob: …`. */
const OWNER =
  /[^\S\n](?:for|of)[^\S\n](?:the[^\S\n])?(?:user[^\S\n])?["']?[\w.@-]{1,64}["']?(?=:|[^\S\n](?:is|was|has|set)[^\S\n])/iy;
/** What comes after these is mostly a condition. */
const MODAL = /(?:reset|updated|rotated) to|be[^\S\n]*$/i;
const COLON = /:[^\S\n]{0,4}/y;
const PROSE = /^\p{Ll}{1,20}[,;]? \S/u;
/** A separator between cells, or only space; the value must then look like a credential. */
const GAP = /["'`]?[^\S\n]{0,40}[,;|.]{0,64}[^\S\n]{0,40}["'`(]?(?=[A-Za-z0-9+/])/y;
/** `using password hunter2`, `password (hunter2)`: no other word of a sentence has letters and digits. */
const PASSWORD = /^pass(?:word|wd|phrase|code)$/i;
const MIXED = /^(?=.*\d)(?=.*[A-Za-z])(?!(?:sha|md|pbkdf|argon|aes|utf|base|oauth)\d|[a-z\d]+-[a-z\d-]+$).{6,64}$/i;
const ELEMENT = /["']?[^<>\n]{0,120}(?<!\/)>[^\S\n]{0,8}/y;
/** The field of a name in lists of pairs. */
const NAME_OF_NAME =
  /(?<![\w-])(?:name|key|header|field|property|param(?:eter)?|variable|var|setting|option)(?:\\{0,8}["'`]){0,2}[^\S\n]{0,4}(?:=>|[:=]|>)[^\S\n]{0,8}(?:\\{0,8}["'`])?$/i;
/** How far before a name its sign may be, in characters. */
const MAX_SIGN = 20;
/** What a header holds in parameters, some of them quoted. */
const PARAMETERS = /^(?:Digest|OAuth|Signature|Hawk|MAC|AWS4-HMAC-SHA256|GoogleLogin)[^\S\n]{1,4}[\w-]{1,64}="/i;
const HEADER = /(?:^|[-_])(?:authorization|cookie)$/i;
const MAX_PAIR = 300;
/** The lines of a pair. */
const MAX_FIELDS = 6;
/** Without these near it, a name that describes has no value to hide. */
const LETTER_AND_DIGIT = /[A-Za-z]\d|\d[A-Za-z]/;
/** A longer value is not random enough under a weak name. */
const MAX_WEAK = 600;
const UPPER_NAME = /^[A-Z][A-Z0-9_]{2,63}$/;

/** Values under a credential's name, in every form in which texts write names and values. */
export function namedValuesIn(text: string): Span[] {
  const spans: Span[] = [];
  KEYWORD.lastIndex = 0;
  for (let match = KEYWORD.exec(text); match; match = KEYWORD.exec(text)) {
    let start = match.index;
    const least = Math.max(0, start - 64);
    while (start > least && IN_NAME.test(text.charAt(start - 1))) start -= 1;
    // A dot at the end belongs to the sentence, a hyphen to the separator.
    const word = text.slice(start, match.index + match[0].length).replace(/(?<![.-])[.-]+$/, '');
    const end = start + word.length;
    const own = strengthOf(word.replace(/^-+/, ''));
    const name = own === 'none' ? word : fullName(text, start, word);
    const strength = name === word ? own : strengthOf(name);
    // `Bearer x` is a header's scheme.
    if (strength === 'none' || (/^bearer$/i.test(word) && /^\s?$/.test(text.charAt(end)))) continue;
    if (strength === 'described' && !LETTER_AND_DIGIT.test(text.slice(Math.max(0, start - MAX_PAIR), end + MAX_PAIR)))
      continue;
    const found = valuesOf({ text, name, start, end, strength });
    spans.push(...found.spans);
    KEYWORD.lastIndex = Math.max(found.next, end, match.index + 1);
  }
  return spans;
}

/** The values found, and where to continue the search. */
interface Found {
  spans: Span[];
  next: number;
}

function valuesOf(named: Name): Found {
  const { text, name, start, end } = named;
  const sign = matchAt(ASSIGNMENT, text, end);
  // What follows a bold word may be a sentence about it.
  if (sign !== undefined && (!sign.startsWith('**') || /^["'`]|^\S+\s*$/.test(restOfLine(text, end + sign.length))))
    return assigned(named, end + sign.length, sign);
  const before = headOfLine(text, start);
  if (/[?"']\s{0,4}["']?$/.test(before)) {
    const below = matchAt(SIGN_BELOW, text, end);
    if (below !== undefined) return assigned(named, end + below.length, ': ');
  }
  if (name.startsWith('-')) {
    const listed = matchAt(TUPLE, text, end);
    const space = listed ?? matchAt(SPACE, text, end);
    if (space !== undefined) return flagged(named, end + space.length);
    const below = before.trim() === '' ? matchAt(LINE_BELOW, text, end) : undefined;
    if (below !== undefined) return flagged(named, end + below.length);
  }
  const signless = signlessValue(named, before);
  if (signless) return single(named, signless);
  // Cheap: most names have no sign before them.
  if (/[:=>]/.test(before.slice(-MAX_SIGN)) && NAME_OF_NAME.test(before)) {
    const pair = paired(named);
    if (pair.spans.length > 0) return pair;
  }
  if (before.includes('<') && /<[^<>]*$/.test(before) && !/<\/[^<>]*$/.test(before)) {
    const tag = matchAt(ELEMENT, text, end);
    if (tag !== undefined) return element(named, end + tag.length);
  }
  const owner = matchAt(OWNER, text, end)?.length ?? 0;
  const verb = matchAt(SENTENCE, text, end + owner);
  const said = verb === undefined ? undefined : stated(named, end + owner + verb.length, verb);
  if (said !== undefined && said.spans.length > 0) return said;
  if (owner > 0) {
    const at = end + owner + (matchAt(COLON, text, end + owner)?.length ?? 0);
    // `a token of the file: one a line` is a sentence.
    if (before.trim() !== '' && PROSE.test(restOfLine(text, at))) return { spans: [], next: end };
    return assigned({ ...named, end: end + owner }, at, ': ');
  }
  const announced = announcedValue(named, before);
  if (announced) return single(named, announced);
  if (UPPER_NAME.test(name) && /^\s*(?:(?:ENV|ARG|setenv)\s{1,4})?$/.test(before)) {
    const row = tabulated(named, before);
    if (row.spans.length > 0) return row;
  }
  const spaced = spacedValue(named, before);
  return spaced ? single(named, spaced) : loose(named);
}

// `password Xy…`, `password, Xy…`, `| password | Xy… |`.
function loose(named: Name): Found {
  const { text, name, end, strength } = named;
  const gap = strength === 'strong' ? matchAt(GAP, text, end) : undefined;
  if (!gap) return { spans: [], next: end };
  const start = end + gap.length;
  const word = /^[\w+/=.~$!@#%^&*-]{1,200}/.exec(text.slice(start, start + 200))?.[0].replace(/[.]$/, '') ?? '';
  const random = !gap.endsWith('(') && looksRandom(word) && /[A-Z]/.test(word) && /[a-z]/.test(word);
  const meant = PASSWORD.test(name) && /^[^\S\n]{1,2}[("']?$/.test(gap) && MIXED.test(word);
  return random || meant ? single(named, { start, end: start + word.length }) : { spans: [], next: end };
}

function assigned(named: Name, from: number, sign: string): Found {
  const { text, name, start, end, strength } = named;
  const before = headOfLine(text, start);
  const at = from + (/:\s*$/.test(sign) ? markupAt(text, from) : 0);
  const rest = restOfLine(text, at);
  if (isOtherName(named, before, sign, rest)) return { spans: [], next: end };
  const isColon = /^["'”`*]{0,2}(?: #?\d{1,2})?:\s*$/.test(sign);
  const beside = isColon ? hiddenBesideName(before, name, rest, at) : undefined;
  if (beside) return { spans: beside, next: end };
  if (
    rest.trim() === '' ||
    /^[|>][-+\d]{0,2}\s*(?:\s#.*)?$/.test(rest) ||
    /^[!&][\w!/.-]{1,64}\s+[|>][-+\d]{0,2}\s*$/.test(rest)
  )
    return strength === 'strong' ? followingLines(text, lineStart(text, start), at, name) : { spans: [], next: end };
  if (strength === 'strong' && NOT_YET.test(rest.trimEnd())) {
    const below = followingLines(text, lineStart(text, start), lineEnd(text, at), name);
    if (below.spans.length > 0) return below;
  }
  const document = strength === 'strong' ? hereDocument(text, at) : undefined;
  if (document) return document;
  // A comparison is with a value, perhaps with a bracket alone.
  if (!/[=!]=/.test(sign) && /^\\?["'`]?(?:map)?[{[]/.test(rest) && !/^\\?["'`]?\{\{/.test(rest)) {
    const flow = /^\\?["'`]?(?:map)?/.exec(rest)?.[0].length ?? 0;
    if (strength === 'strong') return flowValues(text, at + flow, name);
    // Names inside are judged by themselves.
    return { spans: strength === 'weak' ? shifted(randomParts(rest), at) : [], next: at };
  }
  const percent = /%3[ad]/i.test(sign);
  if (percent) {
    const quoted = /^(?:%22|%27)/.exec(rest)?.[0].length ?? 0;
    const size = /^(?:(?!%2[267]|[\s&"'<>]).)*/i.exec(rest.slice(quoted, quoted + 4_096))?.[0].length ?? 0;
    return single(named, { start: at + quoted, end: at + quoted + size });
  }
  // Before the value is looked for: a header's is the rest of the line, which each header in it would search again.
  const told = isColon ? hiddenInSentence(text, name, at) : undefined;
  if (told) return { spans: told, next: Math.max(at, end) };
  const header = HEADER.test(name);
  if (header && PARAMETERS.test(rest)) {
    const end = /'\s*$/.test(rest) && before.includes("'") ? at + rest.lastIndexOf("'") : at + rest.length;
    return single(named, { start: at, end });
  }
  const value = valueAt(text, at, header, strength === 'strong' ? undefined : MAX_WEAK);
  if (!header && !/^\\*["'`]/.test(rest)) value.end = unquotedEnd(named, value, before, sign);
  return single(named, value);
}

// In Markdown a sentence about what is bold may follow it: `**auth:** Use another client`.
function markupAt(text: string, from: number): number {
  const markup = matchAt(MARKUP, text, from) ?? '';
  const [word = '', ...others] = restOfLine(text, from + markup.length)
    .trim()
    .split(' ', 2);
  const isValue = markup.includes('<') || others.length === 0 || /^["'`]/.test(word) || looksChosen(word);
  return isValue ? markup.length : 0;
}

// What stands before the separator names no value.
function isOtherName({ name }: Name, before: string, sign: string, rest: string): boolean {
  if (isPartOfAddress(before, name, sign, rest)) return true;
  return sign === ':' ? isImageTag(before, name, rest) : isMetricLabel(before, name, sign);
}

function single({ text, name, strength, end }: Name, value: Span): Found {
  const words = text.slice(value.start, value.end);
  const hidden = namesSecret(name, words) ? [] : hiddenIn(name.replace(/^-+/, ''), words, strength);
  const spans = shifted(hidden, value.start);
  const isWhole = hidden[0]?.start === 0 && hidden[0].end === words.length;
  // Names beside a part are judged by themselves.
  return { spans, next: Math.max(isWhole ? value.end : value.start, end) };
}

/** Another flag in the place of a value: `-v`, `-v=2`, `-verbose`, `--dry-run=server`. */
const FLAG =
  /^["'`]?(?:(?:-[A-Za-z]|-[a-z-]{2,40})(?:=[\w.,:/-]*)?|--[a-z][a-z0-9-]{1,60}|--[a-z][\w.-]{0,60}=.*)(?=[\s"'`]|$)/s;

function flagged(named: Name, at: number): Found {
  const { text, end } = named;
  if (FLAG.test(text.slice(at, at + 80)) || text.charAt(at) === '\n' || at >= text.length)
    return { spans: [], next: end };
  const told = hiddenBehindFlag(text, at);
  return told ? { spans: told, next: end } : single(named, valueAt(text, at));
}

function stated(named: Name, at: number, verb: string): Found {
  const { text, end, strength } = named;
  if (strength !== 'strong') return { spans: [], next: end };
  const told = hiddenBehindVerb(text, at);
  if (told) return { spans: told, next: end };
  const value = valueAt(text, at);
  const word = text.slice(value.start, value.end);
  const quoted = /^\\?["'`]/.test(text.slice(at, at + 2));
  if (!quoted && (saysSomethingElse(word) || (MODAL.test(verb) && !looksChosen(word)))) return { spans: [], next: end };
  return single(named, value);
}

function element(named: Name, at: number): Found {
  const { text } = named;
  const begin =
    text.charAt(at) === '\n' ? at + 1 + (/^[^\S\n]*/.exec(text.slice(at + 1, at + 80))?.[0].length ?? 0) : at;
  const nested =
    /^(?:<!\[CDATA\[|<(?:value|string)[^<>]{0,80}>)/i.exec(text.slice(begin, begin + 100))?.[0].length ?? 0;
  const start = begin + nested;
  const close = text.indexOf('<', start);
  const end = close < 0 || close > start + 4_096 ? lineEnd(text, start) : close;
  const words = text
    .slice(start, end)
    .replace(/\]\]>$/, '')
    .trimEnd();
  return single(named, { start, end: start + words.length });
}

// `name: DB_PASSWORD` with `value: …` beside it or on the next line; or the value first.
function paired(named: Name): Found {
  const { text, start, end } = named;
  const after = text.slice(end, end + MAX_PAIR);
  const lines = fieldsOf(after, keyColumn(text, lineStart(text, start)));
  // In XML the elements of a pair may stand far apart.
  const close = /^[^\S\n]*<\/name>/i.test(after) ? after.search(/<\/property>|<name>/i) : -1;
  const stop = close >= 0 ? close : Math.min(lines, /[{}]|\n[^\S\n]*(?:-\s|\n|\})/.exec(after)?.index ?? lines);
  const label = VALUE_LABEL.exec(after.slice(0, Math.min(after.length, stop + 40)));
  if (label && label.index < Math.max(stop, 1)) {
    const at = end + label.index + label[0].length;
    const rest = restOfLine(text, at);
    if (/^[|>][-+\d]{0,2}\s*$/.test(rest)) return followingLines(text, lineStart(text, at), at, named.name);
    if (/>[^\S\n]*$/.test(label[0])) return element(named, at);
    if (/^[{[]/.test(rest)) return flowValues(text, at, named.name);
    return single(named, valueAt(text, at));
  }
  const before = text.slice(Math.max(0, start - MAX_PAIR), start);
  const from =
    Math.max(before.lastIndexOf('{'), before.lastIndexOf('}'), before.lastIndexOf('\n- '), before.lastIndexOf('<')) + 1;
  const earlier = VALUE_LABEL.exec(before.slice(from));
  if (!earlier) return { spans: [], next: end };
  const at = start - before.length + from + earlier.index + earlier[0].length;
  const value = valueAt(text, at);
  return value.end < start ? { ...single(named, value), next: end } : { spans: [], next: end };
}

/** How many characters of this may be of a mapping whose keys are in this column, or deeper. */
function fieldsOf(after: string, column: number): number {
  const lines = after.split('\n', MAX_FIELDS);
  const other = lines.findIndex((line, index) => index > 2 && (line.trim() === '' || indentOf(line, 0) < column));
  return (other < 0 ? lines : lines.slice(0, other)).join('\n').length;
}

// `DB_PASSWORD   hunter2`, as in tables of variables.
function tabulated(named: Name, before: string): Found {
  const { text, end } = named;
  const space = before.trim() === '' ? named.text.slice(end, end + 2) : '  ';
  const row =
    /^\s{2}/.test(space) || space.startsWith('\t')
      ? /^[^\S\n]{1,40}(\S{4,256})[^\S\n]*(?=\n|$)/.exec(text.slice(end, end + 320))
      : null;
  if (!row?.[1]) return { spans: [], next: end };
  const start = end + row[0].indexOf(row[1]);
  return single(named, { start, end: start + row[1].length });
}
