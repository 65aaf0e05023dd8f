import { counts, describes, isReference, saysOnlySecret, strengthOf, wordsOf } from './credential-names.ts';
import { isCount, isHarmless, isSecretName, looksChosen, looksRandom, looksRandomMixed } from './credential-values.ts';
import { hiddenIn } from './hidden-parts.ts';

/** Of several credentials, by their owners: `passwords: {admin: …}`. */
const SEVERAL =
  /(?:passw(?:or)?ds|passphrases|passcodes|pwds|tokens|secrets|(?:api|access|private|secret|signing|encryption)[-_.]?keys|jwts|pins)$/i;
/** Words that describe one credential, and own one of several. */
const OWNERS = new Set(
  'user users username login email registry service services account accounts owner group groups role roles server servers host hosts endpoint project projects organization org tenant environment environments region client clients app apps admin item items key keys object objects store domain database bootstrap data source target label scope'.split(
    ' ',
  ),
);
/** Names of what is a mapping in settings; others may be names of objects that are described. */
const MAPPING = /^(?:credential|cred|password|passwd|secret|token)s?$/i;
const PASSWORD = /(?:passw(?:or)?d|passphrase|passcode|pwd)s?$/i;
/** With fewer digits it is a number of a setting, or a count. */
const MIN_NUMBER = 100_000;
const MIN_DIGITS = 7;
/** As short as no code that somebody is sent. */
const MAX_UNCOUNTED = 3;
/** What a Secret is called by what it holds: `db_password2`, `etcd2certs`. */
const HOLDING =
  /^[a-z0-9][a-z0-9._-]*(?:(?:certs?|tls|creds?)|[-_.](?:passw(?:or)?d|token|secret|key|auth|ca)s?)\d{0,3}$/;
const REFERRING = /ref$|^valuefrom$/i;

/** Does a key under a credential's name only describe it, or refer to it, with all that is below? */
export function onlyDescribes(under: string, key: string): boolean {
  return REFERRING.test(key) || (describes(key) && !(SEVERAL.test(under) && isOwner(key)));
}

/** Is the value of this key under a credential's name, or of an item of a list of it, such a credential? */
export function isOwned(under: string, name: string | undefined, value: string): boolean {
  if (value === '' || isHarmless(value)) return false;
  // An item has no name but that of its list.
  const key = name === under ? undefined : name;
  if (key !== undefined && strengthOf(key) === 'strong') return hiddenIn(key, value, 'strong').length > 0;
  if (isCount(value) && !PASSWORD.test(under) && /s$/i.test(under)) {
    const isCounted = key !== undefined && (counts(key) || describes(key));
    if (value.length <= MAX_UNCOUNTED || (isCounted && value.length < MIN_DIGITS)) return false;
  }
  if (key === undefined && isReference(under) && isSecretName(value)) return false;
  if (key === undefined && /^secrets$/i.test(under) && HOLDING.test(value) && !looksRandom(value)) return false;
  if (key === undefined) return !saysOnlySecret(under) || looksSecret(value);
  if (isReference(key)) return looksSecret(value);
  if (!describes(key)) return true;
  if (!onlyDescribes(under, key) && !saysOnlySecret(under)) return true;
  return looksRandomMixed(value) || (SEVERAL.test(under) && isOwner(key) && looksChosen(value));
}

/** May the lines below this name be a mapping with credentials? */
export function ownsMapping(name: string): boolean {
  return SEVERAL.test(name) || MAPPING.test(name);
}

/** The same as isOwned, for a number. */
export function isOwnedNumber(under: string, key: string, value: number | bigint): boolean {
  return PASSWORD.test(under) && value >= MIN_NUMBER && !onlyDescribes(under, key);
}

function isOwner(key: string): boolean {
  return OWNERS.has(wordsOf(key).at(-1) ?? '');
}

function looksSecret(value: string): boolean {
  return looksChosen(value) || looksRandomMixed(value);
}
