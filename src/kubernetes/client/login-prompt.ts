import { holdsMarker } from '../text/markers.ts';
import { redactText } from '../text/redact-text.ts';
import { terminalLines } from '../text/terminal-text.ts';
import { hasInvisible, visible } from '../text/visible.ts';

/** What a credential plugin asks of a person, as far as its output tells. All of it may be shown. */
export interface LoginPrompt {
  /** Where to sign in; http or https, without a secret in it. */
  url?: string;
  /** The code to enter there. */
  code?: string;
  /** Its own words, on one line. */
  text: string;
}

/** Limit for the text and for an address, in characters. */
const MAX_TEXT = 300;
const MAX_URL = 4_000;
/** This many lines around an address explain it. */
const NEAR = 2;

const URL_LIKE = /https?:\/\/[^\s"'<>`\\{}|^，。；：！？、（）【】「」《》“”‘’│┃║]+/giu;
/** Phrases that ask a person to act. */
const ASKS =
  /\b(?:sign(?:ing)?[ -]?in|log(?:ging)?[ -]?[io]n(?:to)?|authori[sz]e|authenticate|browser|device|one-time|verification|enter|type|paste|approve|confirm|tap|touch|press|insert|password|passcode|passphrase|otp|pin|mfa)\b|登录|登入|浏览器|输入|验证码|代码|ブラウザ|コード|anmelden|navegador|navigateur|로그인|브라우저|вой(?:ти|дите)|браузер|accedere|zalogow|oturum/iu;
/** Phrases that only inform, with an address to read more. */
const REMARKS =
  /\bwarn(?:ing)?\b|\bdownload|\berror\b|deprecat|\bdocs?\b|documentation|learn more|more (?:information|details|info)|\bsee\b|upgrade|update available|new(?:er)? version|release notes|changelog|troubleshoot|support ticket/iu;

const LABEL =
  '(?<![A-Za-z])(?:code|c[oó]digo|codice|k[oó]d|код|passcode|otp|one[- ]time password|验证码|代码|代碼|コード|코드)';
/** Codes that are not for entering. */
const OTHER_CODES = /\b(?:error|exit|status|response|return|result|country|zip|area|http|source|qr)[ _-]?$/iu;
const GROUPED = '[A-Z0-9]{2,8}(?:-[A-Z0-9]{2,8}){1,3}';
const TOKEN = String.raw`(?:${GROUPED}|[a-z0-9]{4}-[a-z0-9]{4}|(?=[A-Z]*\d)[A-Z0-9]{4,12}|[A-Z]{6,12}|(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{6,12}|\d{4,10})`;
const END = '(?![A-Za-z0-9_-])';
const OPEN = String.raw`["'“‘「\x60*([<]*`;
/** "the code ABCD", "code: ABCD", "code is 'ABCD'", "codes: [ABCD]", also with words between label and colon. */
const LABELLED = [
  new RegExp(String.raw`${LABEL}s?(?:\s*(?:is(?![\p{L}\p{N}-])|为|是|[:：=>»]))?\s*${OPEN}(${TOKEN})${END}`, 'giu'),
  new RegExp(String.raw`${LABEL}\b[^:：.\n]{0,60}[:：]\s*${OPEN}(${TOKEN})${END}`, 'giu'),
];
/** "enter ABCD-EFGH", "type in ABC1EFGH": only a code looks like this. */
const ENTERED = new RegExp(
  String.raw`\b(?:enter|type(?: in)?|paste|input|use)\s+${OPEN}(${GROUPED}|(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{6,12})${END}`,
  'iu',
);
/** "enter 482913 when prompted for the code". */
const ENTERED_NUMBER = new RegExp(
  String.raw`\b(?:enter|type(?: in)?|paste|input|use)\s+${OPEN}(\d{4,10})${END}[^.\n]{0,40}${LABEL}`,
  'iu',
);
/** Where the word follows the code: Turkish. */
const BEFORE_WORD = new RegExp(String.raw`(?:^|[\s"'“(])(${TOKEN})["'”)]?\s+kodu`, 'iu');
/** "ABCD-EFGH as the code", and a code alone on its line. */
const BEFORE_LABEL = new RegExp(
  String.raw`(?:^|[\s"'“(])(${GROUPED})["'”)]?\s+(?:as|into|in)\b[^.\n]{0,30}${LABEL}`,
  'iu',
);
const ALONE = new RegExp(String.raw`^[\s"'“\x60*│┃|>(<[-]*(${TOKEN})[\s"'”\x60*│┃|.>)\]]*$`, 'u');
const LABEL_LAST = new RegExp(String.raw`${LABEL}\b[^\n]{0,60}[:：]?\s*$`, 'iu');
const IN_QUERY = /^(?:user_?code|otp|device_?code_?user)$/i;

/**
 * What a plugin's output asks of a person; undefined if nothing. The output is untrusted: only browser addresses count
 * as addresses, and only what can be nothing else counts as a code.
 */
export function loginPromptOf(words: string): LoginPrompt | undefined {
  const lines = terminalLines(words)
    .map((line) => line.replaceAll('\\u0026', '&').trim())
    .filter((line) => line !== '');
  const found = urlIn(lines);
  const code = codeIn(lines, found?.url);
  const asking = lines.find(asks) ?? (code === undefined ? undefined : lines.at(-1));
  const line = found?.line ?? asking;
  if (line === undefined) return undefined;
  return {
    ...(found?.url && { url: found.url }),
    ...(code !== undefined && { code }),
    text: shown(isBare(line) ? (asking ?? line) : line),
  };
}

function urlIn(lines: readonly string[]): { url: string | undefined; line: string } | undefined {
  const all = lines.flatMap((line, index) =>
    [...line.matchAll(URL_LIKE)].map(([url]) => ({ url, line, said: saidOf(lines, index) })),
  );
  const wanted = all.find(({ said }) => ASKS.test(said)) ?? all.find(({ said }) => !REMARKS.test(said));
  return wanted && { url: offered(wanted.url), line: wanted.line };
}

// The words around an address, without the address itself.
function saidOf(lines: readonly string[], index: number): string {
  const own = withoutUrls(lines[index] ?? '');
  if (/\p{L}{2}/u.test(own)) return own;
  return lines
    .slice(Math.max(0, index - NEAR), index)
    .map(withoutUrls)
    .join('\n');
}

/** The address as a browser would open it; undefined if nobody should be sent there. */
function offered(found: string): string | undefined {
  if (found.length > MAX_URL) return undefined;
  const text = found.replace(/(?<![.,;:!?)\]*_])[.,;:!?)\]*_]+$/u, (end) =>
    end.startsWith(')') && found.includes('(') ? ')' : '',
  );
  if (hasInvisible(text) || !URL.canParse(text)) return undefined;
  const { href, protocol, username, password } = new URL(text);
  if ((protocol !== 'https:' && protocol !== 'http:') || username !== '' || password !== '') return undefined;
  return redactText(href) === href ? href : undefined;
}

function codeIn(lines: readonly string[], url: string | undefined): string | undefined {
  const plain = lines.map(withoutUrls);
  for (const line of plain) {
    for (const pattern of LABELLED)
      for (const match of line.matchAll(pattern))
        if (match[1] && isCode(match[1]) && !OTHER_CODES.test(line.slice(0, match.index))) return match[1];
    for (const pattern of [ENTERED, BEFORE_LABEL, ENTERED_NUMBER, BEFORE_WORD]) {
      const entered = pattern.exec(line)?.[1];
      if (entered && isCode(entered) && (entered.includes('-') || !/[a-z]/.test(entered))) return entered;
    }
  }
  for (const [index, line] of plain.entries()) {
    const alone = ALONE.exec(line)?.[1];
    const before = plain[index - 1] ?? '';
    if (!alone || !isCode(alone)) continue;
    const label = LABEL_LAST.exec(before);
    if (label && !OTHER_CODES.test(before.slice(0, label.index))) return alone;
    if (url !== undefined && /^[A-Z0-9]{3,8}(?:-[A-Z0-9]{3,8})+$/.test(alone)) return alone;
  }
  const query = url === undefined ? [] : [...new URL(url).searchParams];
  const inUrl = query.find(([name]) => IN_QUERY.test(name))?.[1];
  return inUrl !== undefined && /^[A-Za-z0-9-]{4,20}$/.test(inUrl) ? inUrl : undefined;
}

// Azure's error codes look like codes to enter; and the case-insensitive label makes its token case-insensitive too.
function isCode(token: string): boolean {
  if (/^AADSTS/i.test(token)) return false;
  return new RegExp(`^${TOKEN}$`, 'u').test(token);
}

function asks(line: string): boolean {
  const said = withoutUrls(line);
  return ASKS.test(said) && !REMARKS.test(said);
}

function isBare(line: string): boolean {
  return !/\p{L}{2}/u.test(withoutUrls(line));
}

function withoutUrls(line: string): string {
  return line.replace(URL_LIKE, ' ');
}

/** A line of a plugin's output made safe to show: redacted, bounded, without invisible characters. */
function shown(line: string): string {
  const redacted = redactText(line);
  // Redaction removes invisible characters; without redaction they are made visible.
  const text = holdsMarker(redacted) ? redacted : visible(line);
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
