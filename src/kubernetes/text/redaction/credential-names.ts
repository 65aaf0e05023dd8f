/**
 * How surely a name says that its value is a credential: a `weak` one needs a value that looks like one, and one that is
 * `described` by the name a value that nothing else looks like.
 */
export type Strength = 'strong' | 'weak' | 'described' | 'none';

/** Anywhere in a name: `dbpassword`, `PGPASSWORD`, `x-api-key`, `clientSecret`. Separators are removed first. */
const STRONG =
  /passw|passphrase|passcode|passwort|contrase[nñ]a|pwd|secret|token|credential|authorization|(?:api|access|private|priv|signing|sign|encryption|encrypt|auth|account|storage|shared|master|session|license|hmac|crypt|cipher|ssh|deploy|client|server|root|subscription|webhook|wrapping|unseal|recovery|security|admin|service|app|fernet|cookie|jwt|rsa|ecdsa|ed25519|aes|des|gpg|pgp|wireguard|consumer|write|read|ingest|integration|publishable|restricted|certificate|functions)keys?(?:$|data|base64|b64|pem|raw|hex)|apikey|dockerconfigjson|dockercfg|htpasswd|netrc|pgpass|connectionstring|authuserinfo|kubeadmcert|mnemonic|пароль|パスワード|비밀번호|senha$|密码|密碼|口令|密钥|密鑰|令牌/i;
/** As a word of its own, at the end of a name or before a word for the value's format. */
const STRONG_WORDS = new Set(
  'pass passes pw psw pswd pwds creds cred jwt jwts pat pats cookie cookies otp totp bearer sas requirepass masterauth userpass dbpass mypass rootpass adminpass authpass keypass storepass passwords'.split(
    ' ',
  ),
);
/** `sshpass`, `dbpw`. */
const OF_SOMETHING = /^[a-z]{1,20}(?:pw|(?<!by|com|sur|tres|under|over|low|high|band|multi|last|kee)pass)$/;
const WEAK_WORDS = new Set(
  'auth key keys pin pins sig signature salt seed psk session sessionid sid jsessionid phpsessid'.split(' '),
);
const FORM = new Set(
  'value values data text string str plain plaintext raw base64 b64 encoded hash hashed sha256 md5 bcrypt default current old new previous prev next primary secondary env var prod production dev staging test local 0 1 2 3 4 5'.split(
    ' ',
  ),
);
/** Words of names that only describe a credential: `secretName`, `token_file`, `TOKEN_URL`. */
const DESCRIPTION = new Set(
  'name names namespace ref refs reference references file files filename path paths dir directory folder location type types kind class ttl expiry expire expires expired expiration expirations seconds secs minutes hours days ms millis age period duration timeout interval date time timestamp at count counts total length len size bytes limit limits max min quota enabled enable disabled disable url uri urls uris endpoint endpoints host hostname port server servers issuer iss audience audiences aud algorithm alg algo mode policy policies provider providers format version versions id ids identifier uid status state phase mount mounts mounted field fields header headers prefix suffix param params parameter parameters column label labels hint prompt strategy controller generator manager store stores backend engine volume rotation rotate rotated required optional check checks validation validator validators attempts retries usage used usages rate bucket window budget request requests response review reviews object objects template templates sync class scope scopes group groups role roles rule rules owner title description desc message reason error errors docs help method methods lookup resolver reload reloader annotation annotations selector selectors domain samesite secure httponly per placeholder checksum fingerprint thumbprint schema hasher hashers encryption property properties support supported refresher cleaner signer approver creator encoder decoder service account accounts auto automount arn arns in until iterations'.split(
    ' ',
  ),
);
/** Random by nature, and no secret. MD5 of a password is one: PostgreSQL takes it instead. */
const DIGEST = /(?:checksum|digest|fingerprint|thumbprint|sha(?:1|256|512)|(?:secrets?|ca|cert|privatekey)hash)s?$/;
const PUBLIC_KEY = /(?:public|pub|known)[-_. ]?keys?$/i;
/** What contains a credential's word, and is another. */
const OTHER_WORDS =
  /(?:de)?tokeni[sz](?:ers?|e[ds]?|ing|ations?)|secretar(?:y|ies|ial)|certificateauthoritydata|nopasswd|passwordless|secretless/g;
/** Whose credential it is: such a name may mean the credential itself. */
const WHOSE = /^(?:server|owner|provider|account|service|object|group|role)s?$/;
/** Before a credential's word they change its meaning. */
const OTHER_KEYS =
  /(?:partition|sort|primary|foreign|cache|idempotency|message|topic|object|map|index|lookup|config|row|hash|range|group|tag|label|annotation|column|field|metric|dedup|cluster|shard|unique|composite|natural|surrogate|any|hot|shortcut|press|up|down|arrow|enter|escape|function|translation|i18n|locale|item|entry|sub|registry|validation|by|host)[-_. ]?keys?$/i;
/** Before `tokens` they make it a count. */
const COUNTING = new Set(
  'max min num total prompt completion input output cached reasoning used remaining n new daily monthly'.split(' '),
);
/** Names of a Secret or of a key in it: `existingSecret`, `tlsSecret`, `passwordKey`, `existingSecretPasswordKey`. */
const REFERENCE =
  /(?:existing|pull|tls|cert|certificate|ca|image|external|target|source|kube|k8s)[-_.]?secrets?$|(?:passw(?:or)?d|token|username|secret|existingsecret.*)[-_.]?(?:secret)?[-_.]?key$|^existing[-_.]?secret/i;
/** Of controllers of ingresses: what they name is a Secret, a cookie or a plugin. */
const ANNOTATION =
  /^(?:(?:[a-z0-9-]{1,63}\.){0,4}(?:kubernetes\.io|k8s\.io|haproxy\.org|github\.io|traefik\.io|nginx\.(?:org|com)|konghq\.com|projectcontour\.io)\/(?:[a-z]{1,40}-){0,4}(?:auth|tls|ssl|ca|crt|cert)-secret|alb\.ingress\.kubernetes\.io\/auth-session-cookie|konghq\.com\/credential)$/;
const PLAIN_SECRET_KEY = /(?:^|[-_.a-z])(?:secret|token)[-_.]?key$/i;

/** Every credential's name has one of these in it, … */
const PARTS =
  'pass pwd pswd secret token cred auth cookie key jwt salt psk otp session sessid contraseña contrasena netrc mnemonic connectionstring dockercfg dockerconfig kubeadmcert пароль パスワード 비밀번호 senha 密码 密碼 口令 密钥 密鑰 令牌'.split(
    ' ',
  );
/** … or one of these as a word of its own, in any style: `github_pat`, `githubPat`, `GITHUB_PAT`. */
const WORDS = 'pw psw pat pats sig signature pin pins bearer seed sid sas'.split(' ');
/** What to look for in a text that may have names of credentials; the whole name is judged afterwards. */
export const NAME_HINT = [
  PARTS.map(inAnyCase).join('|'),
  `(?<![A-Za-z])(?:${WORDS.join('|')})(?![a-z])`,
  `(?<![A-Z])(?:${WORDS.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('|')})(?![a-z])`,
  `(?<![A-Z])(?:${WORDS.join('|').toUpperCase()})(?![A-Za-z])`,
  // `rootpw`, `DBPW`
  '(?<=[a-z])pw(?![A-Za-z])|(?<=[A-Z])PW(?![A-Za-z])',
].join('|');
const HINT = new RegExp(NAME_HINT);

/** A pattern; a flag would hold for all of an expression. */
function inAnyCase(word: string): string {
  return Array.from(word, (letter) => {
    const upper = letter.toUpperCase();
    return upper === letter ? letter : `[${letter}${upper}]`;
  }).join('');
}

const SOURCE_FILE = /\.(?:go|java|m?js|cjs|ts|py|rb|cs|kt|rs|cc?|cpp|scala|php)$/i;
const known = new Map<string, Strength>();
const MAX_KNOWN = 10_000;

/** What the name of a field, variable, header, flag or key says about its value. */
export function strengthOf(full: string): Strength {
  // An index at the end of a name has no meaning.
  const name = full.replace(/([-_.])\d+$/, '$10');
  let strength = known.get(name);
  if (strength === undefined) {
    strength = judge(name);
    if (known.size >= MAX_KNOWN) known.clear();
    if (name.length <= 256) known.set(name, strength);
  }
  return strength;
}

/** True for names of counts: `total`, `maxTokens`. */
export function counts(name: string): boolean {
  return wordsOf(name).some((word) => COUNTING.has(word));
}

/** True for names of the parts of a reference to, or a description of, a credential. */
export function describes(name: string): boolean {
  const last = wordsOf(name).at(-1) ?? '';
  return DESCRIPTION.has(last) || DESCRIBING.has(name.toLowerCase());
}
const DESCRIBING = new Set(
  'key keys username user login email registry apiversion apigroup items create encoding source target conversionstrategy decodingstrategy metadatapolicy rotationpolicy region clientid generation allowed defaultmode defaultuser permissions from valuefrom mechanism public publickey cert crt certificate ca cabundle tenant tenantid bootstrap organization project environment'.split(
    ' ',
  ),
);

/** True for names whose value is the name of a Secret, or of its key, with a credential. */
export function isReference(name: string): boolean {
  return ANNOTATION.test(name) || (REFERENCE.test(name) && !PLAIN_SECRET_KEY.test(name));
}

/** True for names of the key of an integration with PagerDuty, or of where a queue's messages go. */
export function isRoutingKey(name: string): boolean {
  return /routing[-_.]?key$/i.test(name);
}

/** Such secrets are no objects of Kubernetes. */
const OF_PROGRAM = /(?:client|shared|webhook|signing|session|jwt|oauth|consumer|cookie|hmac)[-_.]?secrets?$/i;

/** True for names that mean just "secret": often a reference to a Secret. */
export function saysOnlySecret(name: string): boolean {
  return (
    !OF_PROGRAM.test(name) &&
    !STRONG.test(name.replace(/[-_. ]/g, '').replace(/secrets?/gi, '')) &&
    /secret/i.test(name)
  );
}

/** True for names of what belongs to somebody, as in `PASSWORD_OWNER`. */
export function saysWhose(name: string): boolean {
  return WHOSE.test(wordsOf(name).at(-1) ?? '');
}

function judge(full: string): Strength {
  if (!HINT.test(full)) return 'none';
  // An annotation's domain says nothing about its value.
  const slash = full.lastIndexOf('/');
  const name = slash >= 0 ? full.slice(slash + 1) : full;
  if (SOURCE_FILE.test(full)) return 'none';
  if (/secret[-_]?id$/i.test(name)) return 'strong';
  if (/session[-_]?id$/i.test(name)) return 'weak';
  // Of an address that is signed.
  if (/^x-(?:amz|goog)-signature$/i.test(name)) return 'strong';
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  if (PUBLIC_KEY.test(name)) return 'none';
  const isOther = DESCRIPTION.has(last) || OTHER_KEYS.test(name) || isCounting(words);
  const strength = judgeWords(name, words);
  return isOther && strength !== 'none' ? 'described' : strength;
}

function isCounting(words: readonly string[]): boolean {
  return (
    (words.at(-1) === 'tokens' && COUNTING.has(words[0] ?? '')) ||
    /\btokens per (?:second|sec|minute|min|hour|day|week|month|request|call|batch|million)\b/.test(words.join(' '))
  );
}

function judgeWords(name: string, words: readonly string[]): Strength {
  const joined = words
    .join('')
    // A service of AWS and of Google.
    .replace(/secrets?manager(?=$|arn|region|endpoint|url|enabled|role|client|name|prefix)/, '')
    .replace(OTHER_WORDS, '');
  if (DIGEST.test(joined) && !joined.endsWith('superdigest')) return 'none';
  if (STRONG.test(joined)) return 'strong';
  const word = lastWordOf(name);
  if (STRONG_WORDS.has(word) || OF_SOMETHING.test(word)) return 'strong';
  return WEAK_WORDS.has(word) || /[a-z]key$/.test(word) ? 'weak' : 'none';
}

/** The word of a name that says what its value is, in small letters: what follows it says in which form. */
export function lastWordOf(name: string): string {
  const words = wordsOf(name);
  while (words.length > 1 && FORM.has(words.at(-1) ?? '')) words.pop();
  return words.at(-1) ?? '';
}

/** The words of a name in any style, in small letters: `dbPassword` and `DB_PASSWORD` are `db` and `password`. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/(?<=[A-Z])(?=[A-Z][a-z])/g, ' ')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}
