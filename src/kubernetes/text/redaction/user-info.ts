import { matches, type Span } from './spans.ts';

const URL_REST = /:\/\/[^\s"'`]{1,4096}/g;
/** The user and the colon of `user:password@`; a host with a port does not match. */
const USER_AND_COLON = /:\/\/[^/?#:]{0,256}:(?!\d{1,5}(?:[/?#]|$))/y;
/** The user alone before the host: `https://token@host`. */
const USER = /:\/\/([^/?#:@\s]{1,1024})@(?=[\w[])/y;
/** User names that need no password in a URL. */
const HARMLESS_USER =
  /^(?:git|hg|svn|root|admin|user|username|ubuntu|ec2-user|core|postgres|mysql|guest|anonymous|oauth2|x-access-token|deploy|app|[a-z]{1,12}|\$\{?\w+\}?|\{\{[^}]*\}\})$/;
/** Addresses without a scheme: `user:password@tcp(host)`, `user/password@//host:port`, `user:password@host:port`. */
const BARE = [
  /(?<![\w.@:-])[\w.+-]{1,64}:(\S{1,256}?)@(?:tcp|udp|unix|cloudsql)\(/dg,
  /(?<=[:\s"'=])\w{1,64}\/([^\s@/"'\\]{2,128})@(?:\/\/)?[\w.-]{1,128}:\d{2,5}\b/dg,
  /(?<![\w/@.:+-])(?!mailto:|sips?:|acct:)[\w.+-]{1,64}:([^\s:@/"'<>]{3,128})@(?!sha\d{3}:)[\w.-]{1,128}:\d{2,5}(?!\w)/dg,
] as const;

/** Passwords and tokens in addresses. */
export function userInfoIn(text: string): Span[] {
  const spans: Span[] = [];
  if (!text.includes('@')) return spans;
  for (const { 0: url, index } of matches(URL_REST, text)) {
    const found = url.includes('@') ? userInfoOf(url) : undefined;
    if (found) spans.push({ start: index + found.start, end: index + found.end });
  }
  if (!/@(?:(?:tcp|udp|unix|cloudsql)\(|(?:\/\/)?[\w.-]{1,128}:\d)/.test(text)) return spans;
  for (const pattern of BARE) {
    for (const { indices } of matches(pattern, text)) {
      const [start, end] = indices?.[1] ?? [0, 0];
      spans.push({ start, end });
    }
  }
  return spans;
}

function userInfoOf(url: string): Span | undefined {
  const at = url.lastIndexOf('@');
  for (let start = 0; start >= 0 && start < at; start = url.indexOf('://', start + 3)) {
    USER_AND_COLON.lastIndex = start;
    if (USER_AND_COLON.test(url) && USER_AND_COLON.lastIndex <= at) {
      const password = url.slice(USER_AND_COLON.lastIndex, at);
      // The user may be a token instead.
      if (password !== '' && password !== 'x-oauth-basic') return { start: USER_AND_COLON.lastIndex, end: at };
      return { start: start + 3, end: USER_AND_COLON.lastIndex - 1 };
    }
    USER.lastIndex = start;
    const user = USER.exec(url)?.[1];
    if (user !== undefined && !HARMLESS_USER.test(user)) return { start: start + 3, end: start + 3 + user.length };
  }
  return undefined;
}
