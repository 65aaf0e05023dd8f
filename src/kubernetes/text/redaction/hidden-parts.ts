import { isReference, isRoutingKey, lastWordOf, type Strength, saysWhose } from './credential-names.ts';
import {
  holdsRandom,
  isCount,
  isHarmless,
  isKeyName,
  isMode,
  isSecretName,
  looksChosen,
  looksRandom,
  randomParts,
} from './credential-values.ts';
import { defaultsIn } from './lookups.ts';
import { type Span, shifted } from './spans.ts';

/** Names whose values need not look random. */
const SHORT_VALUES = /auth|psk|pin|seed|salt/i;

const ACCESS_KEY = /secret[-_.]?access[-_.]?key$/i;
/** Under other names hexadecimal digits are those of a digest. */
const IDENTIFYING = /(?:session(?:[-_.]?id)?|sess(?:id)?|sid|auth|sig|signature)$/i;
const MAX_PATH = 4_096;
/** A longer number is no count of tests; in digits. */
const MIN_NUMBER = 6;
/** An annotation that changes with a Secret. */
const CHECKSUM = /^checksum\//i;
const HEXADECIMAL = /^(?:sha\d+:)?[0-9a-f]{7,128}$/i;

/** What must be redacted of a value under this name: all of it, or what looks random under a weak one. */
export function hiddenIn(name: string, value: string, strength: Strength): Span[] {
  if (strength === 'none' || value.trim() === '') return [];
  if (strength === 'described') return partsBesideDescription(name, value);
  const defaults = /["'`]/.test(value) ? defaultsIn(value) : undefined;
  if (defaults)
    return defaults.flatMap((part) => shifted(hiddenIn(name, value.slice(part.start, part.end), strength), part.start));
  const whole = [{ start: 0, end: value.length }];
  // Its characters may make up a path.
  if (ACCESS_KEY.test(name) && /^[\w+/]{40}$/.test(value)) return whole;
  if (isHarmless(value) || (CHECKSUM.test(name) && HEXADECIMAL.test(value))) return [];
  if (/^pass(?:es)?$/i.test(name) && isCount(value) && value.length < MIN_NUMBER) return [];
  if (name === 'PWD' || name === 'OLDPWD') return !value.startsWith('/') || value.length > MAX_PATH ? whole : [];
  if (/tokens$|keys$|secrets$|credentials$/i.test(name) && isCount(value)) return [];
  if (isReference(name) && (/key$/i.test(name) ? isKeyName(value) : isSecretName(value))) return [];
  if (strength === 'strong')
    return /^(?:key|passw(?:or)?d|token|secret)s?$/i.test(value) && /secret|key/i.test(name) ? [] : whole;
  if (isRoutingKey(name) && /^[0-9a-f]{32}$/i.test(value)) return whole;
  if (IDENTIFYING.test(name) && /^[0-9a-f]{32,}$/i.test(value)) return whole;
  // `basicAuth: bob:x`.
  const user = /basic[-_.]?auth$/i.test(name) ? /^[\w.@-]{1,64}:(?=\S+$)/.exec(value)?.[0].length : undefined;
  if (user !== undefined && !/^[A-Z0-9_]+_AUTH$/.test(name))
    return [{ start: looksRandom(value.slice(0, user - 1)) ? 0 : user, end: value.length }];
  const word = SHORT_VALUES.test(name) ? lastWordOf(name) : '';
  if (word === 'auth') {
    if (isMode(value)) return [];
    return /^[A-Z0-9_]+_AUTH$/.test(name) ? whole : randomParts(value);
  }
  // `useSeed := newSeed()` is code.
  const isCode = /[a-z][A-Z]/.test(name) && (/[()]/.test(value) || !/\d/.test(value));
  if (/^(?:psk|pins?|seed|salt)$/.test(word) && !isCode) {
    const isLong = isCount(value) ? word.startsWith('pin') && value.length >= 4 : value.length >= 6;
    return isLong && !isMode(value) ? whole : [];
  }
  return randomParts(value);
}

// What a name says about a credential may be wrong; a count, a path or a name looks otherwise.
function partsBesideDescription(name: string, value: string): Span[] {
  const whole = [{ start: 0, end: value.length }];
  if (saysWhose(name) && !/[(){}[\]]/.test(value) && looksChosen(value) && !isHarmless(value)) return whole;
  return holdsRandom(value) ? (/\s/.test(value) ? randomParts(value) : whole) : [];
}
