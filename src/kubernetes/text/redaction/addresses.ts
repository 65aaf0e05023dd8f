/** What an address of AWS has before the name of a secret. */
const ARN = /\barn:[\w-]{1,20}:secretsmanager:[\w-]{0,30}:\d{0,12}:$/;
/** Before the name of a host, and after it; a password would go on to an @. */
const HOST = /[a-z][a-z\d+.-]{1,20}:\/\/[a-z\d.-]{0,100}$/;
const PORT = /^\d{1,5}(?:[/?#][^\s"'`@]{0,400})?(?=["'`]?[,;.)\]}>:\\]?(?:\s|$)|["'`\\])/;
/** Between quotes, before the last part of its path. */
const ADDRESS = /"[a-z][a-z\d+.-]{1,20}:\/\/[^\s"]{1,400}\/$/;

/** Is the name, with the sign and what follows it, part of an address: `http://auth-token:8080/x`? */
export function isPartOfAddress(before: string, name: string, sign: string, rest: string): boolean {
  if (sign === ':') return (name === 'secret' && ARN.test(before)) || (HOST.test(before) && PORT.test(rest));
  // What went wrong there follows.
  return /^"\s*:\s/.test(sign) && !/^["'`{[]/.test(rest) && ADDRESS.test(before);
}
