import { wordsOf } from './credential-names.ts';
import { looksRandom } from './credential-values.ts';
import { saysSomethingElse } from './predicates.ts';
import type { Name } from './signless-values.ts';
import type { Span } from './spans.ts';

/** What may come before a name that begins its line, or is set: `proxy_set_header X-Api-Key "x";`. */
const HEAD =
  /^[^\S\n]{0,40}((?:setx?|setenv|export|env|\w{1,20}_(?:set_header|param|header)|(?:Request)?Header[^\S\n]{1,4}(?:always[^\S\n]{1,4})?set)(?:[^\S\n]{1,4}-\w)?[^\S\n]{1,4})?$/i;
/** A value that is the rest of its line, with a comment at most, or of its statement. */
const REST =
  /[^\S\n]{1,40}(?:"([^"\n]{1,256})"|'([^'\n]{1,256})'|([^\s"';#|][^\s"';#]{0,255}))(?:(;?)[^\S\n]{0,8}(?:#[^\n]{0,200})?(?=\r?\n|$)|[^\S\n]{0,8}(;|&&|\|)(?=\s))/dy;
/** The second and last cell of a row whose first is the name, unless a line below says that both are a header. */
const CELL =
  /[^\S\n]{0,40}\|[^\S\n]{1,8}([^|\s](?:[^|\n]{0,254}[^|\s])?)[^\S\n]{0,80}\|?[^\S\n]{0,8}(?=\n(?![-+|=: ]+\n)|$)/dy;
const FIRST_CELL = /^[^\S\n]{0,40}\|?[^\S\n]{0,8}$/;
/** Names that are also the words of a sentence. */
const WORD = /^(?:pass(?:word|wd|phrase|code)?|cookie|authorization|jwt)s?$/i;
/** Objects in tables have names with hyphens. */
const SETTING =
  /^\w{0,60}(?:pass(?:word|wd|phrase|code)?|pw|pwd|psk|auth|authorization|cookie|jwt|secret|token|key|cred)s?$/i;
/** As in lists of services. */
const PORT = /^\d{1,5}\/(?:tcp|udp|sctp)$/i;
/** What a proxy passes to. */
const ADDRESS = /^[a-z]{2,8}:\/\//;
/** As in declarations of fields. */
const TYPE =
  /^(?:[*&[<]|(?:u?int\d{0,2}|float\d{0,2}|string|bool|byte|any|interface|map|func|chan|struct|object|integer|boolean|number|array)\b)/;
/** Objects of these kinds have names. */
const KIND = /(?:secret|token|key|credential)s?$/i;

/** The value of a setting that only space or a bar separates from its name, on a line of its own: `auth_pass x`. */
export function spacedValue(named: Name, before: string): Span | undefined {
  if (named.strength !== 'strong' || !/^[\w.-]{3,64}$/.test(named.name)) return undefined;
  return besideBar(named, before) ?? besideSpace(named, before);
}

function besideBar({ text, end }: Name, before: string): Span | undefined {
  CELL.lastIndex = end;
  const range = FIRST_CELL.test(before) ? CELL.exec(text)?.indices?.[1] : undefined;
  return range && { start: range[0], end: range[1] };
}

function besideSpace({ text, name, end }: Name, before: string): Span | undefined {
  const head = HEAD.exec(before);
  REST.lastIndex = end;
  const found = head && REST.exec(text);
  const [start, stop] = found?.indices?.[1] ?? found?.indices?.[2] ?? found?.indices?.[3] ?? [0, 0];
  const value = text.slice(start, stop);
  if (!found || saysSomethingElse(value) || PORT.test(value) || TYPE.test(value) || ADDRESS.test(value))
    return undefined;
  const isQuoted = found[3] === undefined;
  // A sentence goes on so, too.
  if (found[5] !== undefined && !isQuoted && head[1] === undefined) return undefined;
  const isSetting = (found[4] === ';' || found[5] === ';') && isQuoted;
  const isSet = isSetting || head[1] !== undefined;
  if (!isSet && !SETTING.test(name)) return undefined;
  const isNoWord = found[4] === ';' || isQuoted || !/^[A-Za-z]+[.,:!?]?$/.test(value);
  const isMeant = KIND.test(name)
    ? isSet || looksRandom(value) || (isNoWord && name.includes('_'))
    : isSet || isNoWord || wordsOf(name).length > 1 || !WORD.test(name);
  return isMeant ? { start, end: stop } : undefined;
}
