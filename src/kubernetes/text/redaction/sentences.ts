/** How error messages continue after a colon: `reading token: unexpected EOF`. */
const ERROR =
  /^(?:the|an?|is|was|has|not|no|cannot|could|must|should|please|failed|unable|unauthorized|unexpected|context|connection|authentication|error|dial|eof|timeout|i\/o|x509:?|tls:?|rpc|http|status|permission|access|forbidden|denied|invalid|bad|expected|illegal|unknown|request|response|secrets?|configmaps?|open|read|stat|get|post|parse|json:?|yaml:?|internal|operation|server|resource|namespace|missing|malformed|expired|required|too|unsupported|only|use|see|using|found|got|received|waiting|continue|give|call|say|name the|from|this user|there|lower|wait|narrow|allow|renew|begin|log|something|nobody|nothing|until|every|under|it|which|removed|requested|served|deprecated|requests|changes|approval|write|refers|exists|refresh(?:ed|ing)?|rotat(?:ed|ing)|creat(?:ed|ing)|updat(?:ed|ing)|delet(?:ed|ing)|loaded|taken|stored|kept)[:,]? ["'\p{L}(/]/iu;
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
/** What tests report: `--- PASS: TestLogin (0.01s)`, `PASS: Verify that the node is ready`. */
const PASSED = /^(?:(?:Test|Example|Benchmark|Fuzz)[A-Z_]\w{0,200}|[A-Z][a-z]{1,20}(?: [\w-]{1,40}){2})/;
/** What a parser did not expect: a part of its language. */
const SYNTAX = /^(?:[A-Z_]{2,40}|[^\s"'`]{1,2})(?=\s|$)/;

/** Does a sentence, or what stands for a value, continue after the separator? */
export function isSentence(text: string, start: number): boolean {
  if (text.charAt(start - 1) !== ' ') return false;
  return ERROR.test(text.slice(start, start + 40)) || DESCRIBED.test(text.slice(start, start + 300));
}

/** Is the name before a colon no value's, because of what stands before it and after it: `container my-token: 3 restarts`? */
export function tellsAboutName(before: string, name: string, after: string): boolean {
  if (name === 'PASS') return PASSED.test(after);
  if (/\bunexpected $/i.test(before)) return name === 'token' && SYNTAX.test(after);
  const isOfKind = (NOUN.test(name) ? PLAIN_KIND : KIND).test(before) && OBJECT_NAME.test(name);
  const isObject = OBJECT.test(before) || isOfKind;
  return (isObject || /\b(?:is|are|be) $/.test(before)) && TOLD.test(after);
}
