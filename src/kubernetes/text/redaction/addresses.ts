/** What an address of AWS has before the name of a secret. */
const ARN = /\barn:[\w-]{1,20}:secretsmanager:[\w-]{0,30}:\d{0,12}:$/;
/** Before the name of a host, and after it; a password would go on to an @. */
const HOST = /[a-z][a-z\d+.-]{1,20}:\/\/[a-z\d.-]{0,100}$/;
const PORT = /^\d{1,5}(?:[/?#][^\s"'`@]{0,400})?(?=["'`]?[,;.)\]}>:\\]?(?:\s|$)|["'`\\])/;
/** Between quotes, before the last part of its path. */
const ADDRESS = /"[a-z][a-z\d+.-]{1,20}:\/\/[^\s"]{1,400}\/$/;

/** How an error goes on behind an address; a word alone may be the value of a setting that is called so. */
const WENT_WRONG =
  /^(?:(?:EOF|[Tt]imeout|[Uu]nauthorized|[Ff]orbidden)(?=["'\s.,;)]|$)|[1-5]\d\d [A-Z]|[\w/]{1,30}: \S|(?:unexpected|dial|context|net\/http|http2?|tls|x509|read|write|proxyconnect|remote|stopped|unsupported|invalid|malformed|the|no|can|cannot|could|request|connection|server|failed|unable|oauth2|not|is|was|returned|status|access|permission) [\w"'/])/;

/** Is the name, with the sign and what follows it, part of an address: `http://auth-token:8080/x`? */
export function isPartOfAddress(before: string, name: string, sign: string, rest: string): boolean {
  if (sign === ':') return (name === 'secret' && ARN.test(before)) || (HOST.test(before) && PORT.test(rest));
  // What went wrong there follows.
  return /^"\s*:\s/.test(sign) && WENT_WRONG.test(rest) && ADDRESS.test(before);
}
