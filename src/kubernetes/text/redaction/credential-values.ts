import { matches, type Span } from './spans.ts';

const NOTHING =
  /^(?:true|false|\[?(?:redacted|filtered|masked|censored|hidden|secret)\]?|null|nil|none|undefined|yes|no|on|off|n\/?a|unset|empty|disabled|enabled|default|expired|valid|revoked|rotated|loaded|found|created|deleted|updated|issued|required|optional|unknown|missing|invalid|<nil>|<none>|<unset>|<set>|<hidden>|<empty>|<unknown>|<no value>|\(none\)|\(null\)|\(unset\)|\(set\)|\(empty\)|\(hidden\)|-+|\\|\.{3}|\*+|x{3,}|•+|…|\[\]|\{\}|""|'')?[,;.)\]}]*$/i;
/** Environment variables in capitals: a lowercase one may just as well be a value. */
const VARIABLE = /^(?:\$[A-Z_][A-Z0-9_]*|%[A-Z_][A-Z0-9_]{0,63}%)["'`]?[,;.)\]}]*$/;
/** Digits for letters. */
const SPELLED = /(?:^\$|_)(?=[A-Z\d]*[A-Z]\d[A-Z])[A-Z\d]{5,}/;
/** Placeholders: `$(VAR)`, `${VAR}`, `{{ .Values.x }}`, `%(x)s`, `<your password>`. */
const TEMPLATE =
  /^(?:\$\([A-Za-z_]\w*\)|\$\{(?:(?:env|file|secret):)?[\w./-]{1,128}\}|\{\{[^{}]{1,256}\}\}|\{%[^%]{1,256}%\}|%\([\w.]{1,64}\)s|%[sdvq]|\$\{\{[^{}]{1,256}\}\}|#\{[\w.]{1,128}\}#?|\{[A-Za-z_]\w{0,63}\}|<(?:your|my|the|insert|enter|token|secret|password|api)?[ a-z_-]{0,40}>)["'`]?[,;.)\]}]*$/i;
/** Where a credential is stored: a path, or the address of a store. */
const PLACE =
  /^(?:\.(?:Values|Release|Chart|Files|spec|data|stringData|metadata|status|items)(?:\.[A-Za-z]\w{0,63}){1,12}|(?:file:\/\/)?\/(?:etc|var|run|mnt|opt|home|tmp|usr|secrets?|vault|data|app|apps|root|dev|config|certs?|ssl|keys?|bindings|workspace|srv|proc|bitnami|credentials?)(?:\/[\w.@+~-]{1,128}){1,24}\/?|[a-zA-Z]:\\[\w. -]{1,128}(?:\\[\w. -]{1,128}){1,12}|(?:~|\.{1,2})\/[\w./-]{1,256}\.(?:pem|key|crt|cer|txt|json|ya?ml|env|conf|ini|properties|p12|pfx|jks|keytab|token)|(?:ref\+)?(?:vault|awssm|awssecretsmanager|gcpsecrets|gcpsecretmanager|azurekeyvault|sops|op|doppler|secretref|k8s|env|keyvault|ssm|secretsmanager):[\w./:#?=&+-]{1,256}|arn:[\w-]{1,20}:[\w-]{1,40}:[\w:/+=,.@-]{1,256}|projects\/[\w-]{1,64}\/secrets\/[\w./-]{1,128}|(?:secret|secrets|kv|kv-v2|database|pki|transit)\/[\w./-]{1,256})[,;.)]?$/;
const MODE =
  /^(?:basic|ldaps?|oidc|oauth2?(?:-?proxy)?|openid(?:connect)?|md5|scram(?:-sha-(?:1|256|512))?|trust|peer|ident|kubernetes|token|tokens|m?tls|ssl|jwt|sasl|sasl_plaintext|gssapi|kerberos|plain|saml2?|required?|optional|anonymous|digest|bearer|proxy|internal|external|local|native|static|password|passwords|cert|certificate|key|keys|iam|irsa|aws|gcp|azure|workload-?identity|ntlm|negotiate|cookie|header|session|pam|radius|service|user|users|x509|none|auto|simple|mixed|failed|failure|ok|success(?:ful)?|denied|error|expired|pending|rsa|ecdsa|ed25519|aes|hmac)[,;.)]?$/i;
const COUNT = /^[\d.]{1,12}(?:ms|s|m|h|d|k|%)?[,;.)\]}]?$/;
const MEASURE = /^\d{1,6}(?:ms|[smhdwk%]|[kmg]i?b?)[,;]?$/i;
/** How something is signed or hashed: `jwt: RS256`. */
const ALGORITHM =
  /^(?:[REHP]S(?:256|384|512)|EdDSA|sha-?(?:1|224|256|384|512)|md5|bcrypt|scrypt|argon2(?:id?|d)?)[,;.)]?$/i;
const OBJECT_NAME = /^(?:[a-z0-9][a-z0-9.-]{0,63}\/)?[a-z0-9]([a-z0-9._-]{0,251}[a-z0-9])?$/i;
const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)?[,;]?$/;

const MIXED =
  /^(?:(?=.*\d)(?=.*[A-Za-z])|(?=.*[A-Za-z][!#$%^&*]+[A-Za-z]))(?!(?:sha|md|pbkdf|argon|aes|utf|base|oauth|rfc|http|ipv|tls)-?\d).{6,128}$/i;
/** Addresses, names of hosts and objects, versions, times and digests. */
const OTHER =
  /:\/\/|^\w+\(.*\)[,;]?$|^[\w.+-]+@[a-z\d-]+(?:\.[a-z\d-]+)+$|^[a-z\d]+(?:[-.][a-z\d]+)+(?::\d+)?[.,]?$|^v?\d+(?:\.\d+)+|^(?:\d+[a-zµ]{1,2})+$|^[\da-f]{8}(?:-[\da-f]{4}){3}-|^sha\d+:|^\d{4}-\d\d-\d\d/i;
/** A change of the kind of character; words, even joined, have few. */
const CHANGE = /[a-z](?=[A-Z\d])|[A-Z](?=[a-z\d])|\d(?=[A-Za-z])/g;
const MIN_CHANGES = 4;
const MIN_RANDOM = 12;
/** What separates the names in a path or an address does not count as part of one. */
const PART = /[A-Za-z0-9+=_~$!@#%^&*-]{12,}/g;

/** Code: a type, a variable that is passed on, a call without arguments. */
const CODE =
  /^(?:(?:str|[sS]tring|bytes|SecretStr|Optional\[(?:str|SecretStr)\])[,;!?)]{0,4}(?: \|)?|(?:var|local|module|data|args|self|this|config|cfg|settings|options|opts|params|props|ctx|req|request|input|random_password)(?:\.[A-Za-z_]\w{0,63}){0,6}\.[A-Za-z_]{0,40}(?:pass(?:word|wd|phrase)?|secret|token|key|pwd|result)[,;)]{0,4}|(?:[a-zA-Z_]\w{0,40}\.){0,4}(?:get|fetch|load|read|create|make|generate|new|random|prompt|ask|resolve)[A-Z_]?\w{0,40}\(\)[,;)]{0,4})$/;

/** The characters that credentials are made of. */
const TOKEN = /[A-Za-z0-9+/=_.~$!@#%^&*-]+/g;
const WHOLE_TOKEN = new RegExp(`^${TOKEN.source}$`);
/** As in `authorized_keys`. */
const PUBLIC_KEY = /^(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\w{1,20}|sk-[\w@.-]{1,60}) AAAA/;
/** A longer value, or one of several lines, is a text of its own; in characters. */
const MAX_PARTED = 600;

/** True for a value that reveals nothing, or only where the credential is. */
export function isHarmless(value: string): boolean {
  if (value.length > 512) return false;
  return (
    (NOTHING.test(value) ||
      MEASURE.test(value) ||
      (VARIABLE.test(value) && !SPELLED.test(value)) ||
      TEMPLATE.test(value) ||
      PLACE.test(value) ||
      ALGORITHM.test(value) ||
      MOMENT.test(value) ||
      CODE.test(value)) &&
    !holdsRandom(value)
  );
}

/** True for a number: many names with token or key are counts. */
export function isCount(value: string): boolean {
  return COUNT.test(value);
}

/** True for authentication methods: `auth: basic`. */
export function isMode(value: string): boolean {
  return MODE.test(value) || COUNT.test(value);
}

/** True for text that is no word: long enough, letters and digits, no path, host, checksum or UUID. */
export function looksRandom(value: string): boolean {
  if (value.length < 12 || value.length > 4_096 || !WHOLE_TOKEN.test(value)) return false;
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value)) return false;
  if (/^(?:sha\d+[:-])?[0-9a-f]+$/i.test(value)) return false;
  // Names and versions are words with separators; random text alternates between letters and digits.
  const changes = value.match(/[A-Za-z](?=\d)|\d(?=[A-Za-z])|[a-z](?=[A-Z])/g)?.length ?? 0;
  return changes >= value.length / 8 && !/^[a-z./-]+\d{0,6}$/.test(value) && !/[./-].*[./-].*[./-]/.test(value);
}

/** As people choose passwords: a word with letters and digits, or a sign in it, but no address, path, name, version or time. */
export function looksChosen(word: string): boolean {
  if (/^(?:[./~]|[a-z]{1,20}:\/\/)/i.test(word)) return holdsRandom(word);
  return word.split('/').some((part) => (MIXED.test(part) && !OTHER.test(part)) || holdsRandom(part));
}

/** Has the value a part that no name, path or version has? Whatever else speaks for showing it, it stays hidden. */
export function holdsRandom(value: string): boolean {
  return value.length >= MIN_RANDOM && matches(PART, value).some(({ 0: part }) => isRandomPart(part));
}

function isRandomPart(part: string): boolean {
  return looksRandomMixed(part) && (part.match(CHANGE)?.length ?? 0) >= Math.max(MIN_CHANGES, part.length / 5);
}

/** Random with letters of both cases: no name of an object, which may end in random lower-case letters. */
export function looksRandomMixed(text: string): boolean {
  return looksRandom(text) && /[A-Z]/.test(text) && /[a-z]/.test(text);
}

/** What looks random in a value: all of it, or parts between brackets, commas, colons and the like. */
export function randomParts(value: string): Span[] {
  if (looksRandom(value)) return [{ start: 0, end: value.length }];
  if (value.length > MAX_PARTED || value.includes('\n') || PUBLIC_KEY.test(value)) return [];
  const parts = [...value.matchAll(TOKEN)].map(({ 0: part, index }) => ({ start: index, end: index + part.length }));
  return parts.filter(({ start, end }) => looksRandom(value.slice(start, end)));
}

/** The name of a Secret, perhaps with its namespace. */
export function isSecretName(value: string): boolean {
  // Without hyphens, random is no name.
  return OBJECT_NAME.test(value) && value === value.toLowerCase() && (value.includes('-') || !looksRandom(value));
}

/** As of an environment variable, perhaps with a version. */
const VARIABLE_NAME = /^(?=[A-Z]{3,40}_)(?:[A-Z_]|(?<=[_V])\d){4,100}$/;

/** The name of a key of a Secret. */
export function isKeyName(value: string): boolean {
  return isSecretName(value) || (OBJECT_NAME.test(value) && !/\d/.test(value)) || VARIABLE_NAME.test(value);
}
