import { holdsRandom, looksChosen } from './credential-values.ts';
import { saysSomethingElse } from './predicates.ts';
import { headOfLine, matches, restOfLine, type Span, shifted } from './spans.ts';

/** How error messages continue after a colon: `reading token: unexpected EOF`. */
const ERROR =
  /^(?:the|an?|is|was|has|not|no|cannot|could|must|should|please|failed|unable|unauthorized|unexpected|context|connection|authentication|error|dial|eof|timeout|i\/o|x509:?|tls:?|rpc|http|status|permission|access|forbidden|denied|invalid|bad|expected|illegal|unknown|request|response|secrets?|configmaps?|open|read|stat|get|post|parse|json:?|yaml:?|internal|operation|server|resource|namespace|missing|malformed|expired|required|too|unsupported|only|use|see|using|found|got|received|waiting|continue|give|call|say|name the|from|this user|there|lower|wait|narrow|allow|renew|begin|log|something|nobody|nothing|until|every|under|it|which|removed|requested|served|deprecated|requests|changes|approval|write|refers|exists|refresh(?:ed|ing)?|rotat(?:ed|ing)|creat(?:ed|ing)|updat(?:ed|ing)|delet(?:ed|ing)|loaded|taken|stored|kept|user(?= \\{0,4}"))[:,]? (?:\\{1,4}["']|["'\p{L}(/])/iu;
/** What `kubectl describe` says about a value instead of showing it. */
const DESCRIBED = /^(?:<set to the key '[^'\n]{1,253}' (?:in|of) |\d{1,9} bytes[^\S\n]{0,8}(?:\n|$))/;
const KINDS =
  '(?:(?:init |ephemeral )?container|pod|secret|configmap|volume|service|deployment|statefulset|daemonset|replicaset|job|cronjob|serviceaccount|ingress(?:es)?|node|namespace|persistentvolume(?:claim)?|(?:cluster)?role(?:binding)?|release|chart|helmrelease|kustomization|application|(?:cluster)?externalsecret|sealedsecret|(?:cluster)?secretstore|secretproviderclass|certificate|(?:cluster)?issuer|gateway|httproute|networkpolic(?:y|ies)|endpoints|customresourcedefinition|storageclass|deploy|sts|ds|svc|cm|sa)s?';
/** The kind, and perhaps the namespace, before the name of an object: `container `, `Secret shop/`, `deployment.apps/`. */
const OBJECT = new RegExp(
  String.raw`(?:\b${KINDS}[^\S\n]{1,2}(?:["'“]|(?=[a-z0-9.-]{1,63}\/))|(?<![\w./-])${KINDS}(?:\.[a-z0-9.-]{1,80})?\/)(?:[a-z0-9.-]{1,63}\/)?$`,
  'i',
);
const KIND = new RegExp(String.raw`\b${KINDS}[^\S\n]{1,2}$`, 'i');
/** These have no tokens and passwords of their own. */
const PLAIN_KIND = /\b(?:container|pod|volume|configmap|namespace)s?[^\S\n]{1,2}$/i;
/** A name with capitals or dots is one of a setting. */
const OBJECT_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
/** After other kinds it is what the object has: `service token`. */
const NOUN = /^(?:pass(?:word|wd|phrase|code)?|pwd|token|secret|credential|key|cookie|authorization|jwt)s?$/i;
/** What is said about an object: words, how many of something, or its state. */
const TOLD =
  /^(?:\d{1,6} \p{Ll}|\p{L}{1,40}(?:-\p{L}{1,40})?[,;:]? [("'\p{L}\d]|(?:Running|Pending|Failed|Succeeded|Completed|Terminating|Unknown|Ready|NotReady|Healthy|Degraded|Progressing|Synced|OutOfSync|Bound|Lost|Released|Available|Active|Deployed|CrashLoopBackOff|ImagePullBackOff|ErrImagePull|OOMKilled|ContainerCreating|Evicted|new|same|changed|unchanged|configured|ready|running|pending|healthy|synced|started|stopped|restarted|scaled|pruned|patched|applied|labeled|annotated)[.,;]?[^\S\n]{0,8}(?:\n|$))/u;
/** More than a name has. */
const WORDS = /^\p{Ll}{1,20}(?: [\p{L}-]{1,20}){3}/u;
/** What tests report: `--- PASS: TestLogin (0.01s)`, `PASS: Verify that the node is ready`. */
const PASSED = /^[A-Z][a-z]{1,20}(?: [\w-]{1,40}){3}/;
/** A whole name of a test and its time, how many tests failed, or what was found. */
const TESTED =
  /^(?:(?:Test|Example|Benchmark|Fuzz)[A-Z_][^\s(]{0,200} \(\d[\d.]{0,10}m?s\)|\d{1,9}[,;]? {1,4}fail(?:ed|ures?)?[:=]? {0,4}\d|[A-Z][a-z]{1,20} (?:is|are|was|were) (?:ready|healthy|running|up|reachable|available|schedulable|valid|correct|present|enabled|disabled)[.!]?$)/;
const TEST = /^(?:Test|Example|Benchmark|Fuzz)[A-Z_][^\s(]{0,200}[^\S\n]*$/;
/** What a parser did not expect: a part of its language. */
const SYNTAX = /^(?:[A-Z_]{2,40}|[^\s"'`]{1,2})(?=\s|$)/;

/** What is being done before the name, which then fails: `failed to refresh token`. */
const ACTION =
  /\b(?:fetch|get|gett|refresh|read|load|pars|parse|validat|validate|verify|verif|renew|obtain|acquir|acquire|retriev|retrieve|request|creat|create|sign|decod|decode|decrypt|lookup|look|exchang|exchange|revok|revoke|mint|generat|generate)(?:ing|ying)?[^\S\n](?:(?:an?|the|auth|access|bearer|api|id|refresh|service|account|client|jwt|oauth2?)[^\S\n]){0,3}$/i;
/** Why it fails, in a word or two. */
const REASON =
  /^(?:[a-z]{2,20} [a-z]{1,20}(?= |[.,;:)\]"']|$)|(?:EOF|time(?:d )?out|unauthori[sz]ed|forbidden|not ?found|cancell?ed|denied|aborted|unavailable|[1-5]\d\d(?: [A-Z][A-Za-z-]{1,20}){1,4})(?=[.,;:)\]"']|\s|$)|(?:[a-z\d]{2,12}(?:\/[a-z\d]{2,12})?: )[a-z]+ [a-z])/i;
/** One of these is in what tells why. */
const FAILURE =
  /\b(?:not|no|never|cannot|can't|could|contains?|is|are|was|were|has|have|does|did|must|too|invalid|expired|errors?|fail(?:ed|s|ure)?|refused|unknown|unable|unexpected|missing|required|denied|timeout|timed|exceeded|closed|reset|unsupported|malformed|forbidden|unauthorized|mismatch(?:ed)?|wrong|bad|cancell?ed|aborted|unavailable|unreachable|lost|empty|limit(?:ed)?|out of)\b/i;
/** A passphrase is words itself: only these begin no other one. */
const OF_PASSPHRASE =
  /^(?:is|was|has|must|should|cannot|could|not|no|required|missing|invalid|failed|unable|expired|please)\b/i;
const PASSPHRASE = /phrase$/i;
const PASSWORD = /pass|pwd|secret/i;
const WORD = /[^\s"'`“”‘’«»,;()[\]{}<>=\\]+/g;
/** Words that may have been chosen or made have one. */
const SIGN = /[\d!#$%^&*]/;
/** The longest word that is judged, in characters before its first sign. */
const MAX_PLAIN = 128;
/** A verb leads to what is meant: the last word, or one in quotes. */
const LED =
  /\b(?:is|was|use|using|got|received|expected|say|equals|(?:set|reset|updated?|changed?|rotated?|created|refreshed|stored) (?:to|as)) (?:["'`“‘]([^\s"'`”’]{1,128})["'`”’]|([^\s"'`“‘,;=]{1,128})(?:[.!]?\s{0,8}$|[,;]|[^\S\n]\w{1,40}=))/dgi;
/** A word alone may be the flag's value. */
const ABOUT_FLAG =
  /^(?:ha(?:s|ve|d) (?:been|no|not)|(?:is|are|was|were) (?:not|no|now|already|only|also|required|provided|specified|set|given|used|needed|deprecated|removed|ignored|missing|empty|invalid|unset|disabled|enabled|mutually|unknown|unsupported|an?|the)|(?:must|should|may|might|will|can|could) (?:be|not|only|have|contain)|cannot (?:be|have))(?=[\s.,;:)"'`]|$)/;
const FIRST_WORDS = /^(?:\S{1,128} ?){1,3}/;
const NEXT_SENTENCE = /[.!?] (?=\p{Lu})/u;
const NOT_MEANT =
  /^(?:strings?|number|object|array|bool(?:ean)?|int(?:eger)?|float|null|nil|undefined|value|type|json|yaml|token|password|secret|true|false|[A-Z]{2,4})$/;
/** Who may not, and in which version of an API: with digits, and no value. */
const IDENTITY =
  /^(?:system:(?:serviceaccounts?|nodes?|anonymous|authenticated)\b|arn:aws[\w-]{0,10}:|(?:[a-z.-]{1,100}(?:k8s\.io)?\/)?v\d{1,2}(?:(?:alpha|beta)\d{1,2})?$|ec2[a-z]{0,20}$)/i;
/** Before the name of something else, which may have digits. */
const NAMED =
  /\b(?:(?:users?|namespaces?|kinds?|releases?|roles?|groups?|issuers?|bundles?|algorithms?|audiences?|tenants?|realms?|nodes?|pods?|contexts?|clusters?|service ?accounts?) (?:["'`]|\\{1,4}")?|(?:secrets|configmaps|serviceaccounts) (?:["'`]|\\{1,4}"))$/i;
const PLAIN_NAME = /^[\w.:/-]+$/;
/** An address, a count, a Secret's type or a token's: none is a value. */
const PLAIN =
  /^(?:[a-z][a-z+.-]{1,20}:\/\/[^\s@?#]{1,400}|\d{1,3}|Opaque|kubernetes\.io\/[a-z-]{1,40}|bootstrap\.kubernetes\.io\/token|Bearer)$/;
const IS = /^(?:is|was)\b/i;
/** What else a sentence about a credential may tell. */
const OTHER_SUBJECT =
  /\b(?:type|limit|user|username|kind|namespace|host|port|status|reason|code|algorithm|issuer|audience|version|length|size|count|region|mode|format|method|state|phase|cluster|context|provider) $/i;
const QUOTE = /\\{0,4}"|\\[nr]/g;

/** What may be the value in the sentence that follows a colon instead of one; undefined where none follows. */
export function hiddenInSentence(text: string, name: string, at: number): Span[] | undefined {
  if (text.charAt(at - 1) !== ' ') return undefined;
  const rest = restOfLine(text, at);
  if (DESCRIBED.test(text.slice(at, at + 300))) return [];
  if (!ERROR.test(rest) && !isReason(rest, name, beforeName(text, name, at))) return undefined;
  if (PASSPHRASE.test(name) && !OF_PASSPHRASE.test(rest)) return undefined;
  return meantIn(rest, at);
}

function isReason(rest: string, name: string, before: string): boolean {
  const reason = REASON.exec(rest)?.[0];
  if (reason === undefined || !ACTION.test(before)) return false;
  // Words may be a password.
  return !/^[a-z]+ [a-z]/.test(reason) || (FAILURE.test(rest) && !PASSWORD.test(name));
}

function beforeName(text: string, name: string, at: number): string {
  const head = headOfLine(text, at);
  return head.slice(0, Math.max(0, head.lastIndexOf(name)));
}

/** What may be the value in a sentence that goes on behind a verb: soon, or not at all. */
export function hiddenBehindVerb(text: string, at: number): Span[] | undefined {
  return hiddenInBeginning(ERROR, text, at);
}

/** What may be the value in a sentence about a flag: `--token has been deprecated`; undefined where none follows. */
export function hiddenBehindFlag(text: string, at: number): Span[] | undefined {
  return hiddenInBeginning(ABOUT_FLAG, text, at);
}

function hiddenInBeginning(sentence: RegExp, text: string, at: number): Span[] | undefined {
  const rest = restOfLine(text, at);
  return text.charAt(at - 1) === ' ' && sentence.test(rest)
    ? chosenIn(FIRST_WORDS.exec(rest)?.[0] ?? '', at)
    : undefined;
}

/** The words of a sentence that begins here which may be a value. */
function meantIn(rest: string, at: number): Span[] {
  const sentence = rest.slice(0, endOfSentence(rest));
  const [first = ''] = sentence.split(NEXT_SENTENCE, 1);
  const led = matches(LED, first).flatMap(({ indices, index, 0: verb, 1: quoted, 2: last }) => {
    const word = quoted ?? last ?? '';
    const [start, end] = indices?.[1] ?? indices?.[2] ?? [0, 0];
    const isOther = NOT_MEANT.test(word) || saysSomethingElse(word) || (PLAIN.test(word) && !holdsRandom(word));
    return isOther || (IS.test(verb) && OTHER_SUBJECT.test(first.slice(0, index))) ? [] : [{ start, end }];
  });
  return [...chosenIn(sentence, at), ...shifted(led, at)];
}

function chosenIn(sentence: string, at: number): Span[] {
  return matches(WORD, sentence).flatMap(({ 0: whole, index: begin }) => {
    const sign = whole.search(SIGN);
    if (sign < 0) return [];
    const left = Math.max(0, sign - MAX_PLAIN);
    const index = begin + left;
    const word = whole.slice(left).replace(/[.:!?]{1,4}$/, '');
    // A name of its own is judged by itself.
    if (sentence.charAt(index - 1) === '=' || !looksChosen(word)) return [];
    if (!holdsRandom(word) && isNameOfOther(word, sentence.slice(Math.max(0, index - 30), index))) return [];
    return [{ start: at + index, end: at + index + word.length }];
  });
}

function isNameOfOther(word: string, before: string): boolean {
  return IDENTITY.test(word) || (NAMED.test(before) && PLAIN_NAME.test(word));
}

// The quote that ends a text around the sentence is opened before it.
function endOfSentence(rest: string): number {
  let isOpen = false;
  for (const { 0: quote, index } of matches(QUOTE, rest)) {
    if (!quote.endsWith('"')) return index;
    if (!isOpen && !/[\s(:=[,]/.test(rest.charAt(index - 1))) return index;
    isOpen = !isOpen;
  }
  return rest.length;
}

/** What may be the value after a colon whose name is no value's because of what stands around it, as in
 * `container my-token: 3 restarts`; undefined where it may be one's. */
export function hiddenBesideName(before: string, name: string, after: string, at: number): Span[] | undefined {
  if (/^pass$/i.test(name) && (TESTED.test(after) || (/--- $/.test(before) && TEST.test(after)))) return [];
  return tellsAboutName(before, name, after) ? meantIn(after, at) : undefined;
}

function tellsAboutName(before: string, name: string, after: string): boolean {
  if (name === 'PASS') return PASSED.test(after);
  if (/\bunexpected $/i.test(before)) return name === 'token' && SYNTAX.test(after);
  const isOfKind = (NOUN.test(name) ? PLAIN_KIND : KIND).test(before) && OBJECT_NAME.test(name);
  if (/^secrets?$/.test(name) && /\b(?:is|are|be) $/.test(before)) return WORDS.test(after);
  return (OBJECT.test(before) || isOfKind) && TOLD.test(after);
}
