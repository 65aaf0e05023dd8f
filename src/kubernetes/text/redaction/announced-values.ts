import { isHarmless, looksChosen } from './credential-values.ts';
import type { Name } from './signless-values.ts';
import { lineEnd, matchAt, matches, type Span } from './spans.ts';

/** What is announced when it is made: `Bootstrap password`, `API token`, `access key`. */
const ANNOUNCED = /(?:pass(?:word|wd|phrase|code)|token|key)$/i;
/** A secret that is not an object of Kubernetes. */
const OF_CLIENT = /\b(?:client|shared|webhook|signing|app)[ -]$/i;
/** What a clause says between the name and its colon: `is generated for root@localhost`, `(will not be shown again)`. */
const CLAUSE = /(?:[^\S\n]{1,2}[^\s:;,!?]{1,60}){1,10}(?::|[^\S\n](?:->|=>))(?=\s)/y;
/** Such a clause says what went wrong, or leads to something else: `token rejected for user: bob1`. */
const OTHER =
  /\b(?:fail\w*|error\w*|invalid|denied|reject\w*|expire\w*|missing|mismatch\w*|wrong|incorrect|not (?!be )|no|cannot|unable|without|stored|located|file|see|from|in (?:secret|configmap)|service account)\b|\b(?:by|for|of|in|at|on|with):|[.!?](?:\s|$)|\b(?:for|of|in|from|by|on|at|to|with|as)\s(?:the\s)?(?:user(?:name)?|account|pod|node|namespace|ns|host(?:name)?|server|path|version|id|uid|jti|kid|cluster|image|url|address|name|secret|container|service|client|issuer|audience|subject|scope|region|key|request|session|tenant|project|group|role|device|e?mail|ip|port|revision|hash|digest|checksum|commit|reason|status|code|time|date)(?:->|=>|:|\s)*$|^[^'"`]*['"`]:$/i;
/** As `elasticsearch-setup-passwords` prints it. */
const SET = /[^\S\n][\w.@-]{1,64}[^\S\n]=[^\S\n]/y;
const ONLY_WORD = /^[^\S\n]*(["'`]?)([^\s"'`]{6,128})\1[^\S\n]*$/d;
/** On a line below only what no sentence has: hexadecimal digits, or changes between kinds of characters. */
const HEXADECIMAL = /^[\da-f]{16,128}$/;
const CHANGE = /[a-z](?=[A-Z\d])|[A-Z](?=[a-z\d])|\d(?=[A-Za-z])/g;
const MIN_CHANGES = 3;
const MAX_GAP = 2;

/** The value that a clause about the name ends with: `password is generated for root@localhost: …`. */
export function announcedValue({ text, name, end, strength }: Name, before: string): Span | undefined {
  if (strength !== 'strong') return undefined;
  const set = name === 'PASSWORD' ? matchAt(SET, text, end) : undefined;
  if (set !== undefined) return wordAlone(text, end + set.length, false);
  const isAnnounced = ANNOUNCED.test(name) || (/secret$/i.test(name) && OF_CLIENT.test(before));
  const clause = isAnnounced ? matchAt(CLAUSE, text, end) : undefined;
  if (clause === undefined || OTHER.test(clause)) return undefined;
  const at = end + clause.length;
  const here = wordAlone(text, at, false);
  if (here || text.slice(at, lineEnd(text, at)).trim() !== '') return here;
  let line = lineEnd(text, at);
  for (let gap = 0; gap <= MAX_GAP && line < text.length; gap += 1) {
    const next = lineEnd(text, line + 1);
    if (text.slice(line + 1, next).trim() !== '') return wordAlone(text, line + 1, true);
    line = next;
  }
  return undefined;
}

/** The word that is the rest of this line, if it may be a credential. */
function wordAlone(text: string, at: number, below: boolean): Span | undefined {
  const found = ONLY_WORD.exec(text.slice(at, Math.min(lineEnd(text, at), at + 200)).trimEnd());
  const word = found?.[2] ?? '';
  if (!looksChosen(word) || isHarmless(word)) return undefined;
  if (below && !HEXADECIMAL.test(word) && matches(CHANGE, word).length < MIN_CHANGES) return undefined;
  const [start, stop] = found?.indices?.[2] ?? [0, 0];
  return { start: at + start, end: at + stop };
}
