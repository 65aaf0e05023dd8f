import type { LoginShown } from '../../protocol.ts';

/** More of an address does not fit into a notification, in characters: VS Code shows a thousand, and the buttons come last. */
const MAX_SHOWN = 400;
/** Of anything else in it. */
const MAX_NAME = 120;
const MAX_TEXT = 300;

/** What a notification of a login shows. */
export interface LoginNotice {
  plugin: string;
  context: string;
  text: string;
  code: string | undefined;
  /** As it is opened. */
  url: string | undefined;
  /** As it is shown; less than the whole of one that is too long, which has to be shown before it is opened. */
  address: string;
  isWhole: boolean;
}

/** The login as it may be shown: what a server says of it came from a plugin, and leads nowhere but to a browser's address. */
export function loginNotice({ plugin, context, url, code, text }: LoginShown): LoginNotice {
  const href = url === undefined ? undefined : webAddress(url);
  const isWhole = href === undefined || href.length <= MAX_SHOWN;
  return {
    plugin: plain(plugin, MAX_NAME),
    context: plain(context, MAX_NAME),
    text: plain(text, MAX_TEXT),
    code: code !== undefined && /^[A-Za-z0-9-]{1,40}$/.test(code) ? code : undefined,
    url: href,
    address: href === undefined ? '' : isWhole ? href : `${href.slice(0, MAX_SHOWN)}…`,
    isWhole,
  };
}

/** The address if it is one for a browser, without a user's name in front of its host; undefined otherwise. */
function webAddress(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, username, password, origin, href } = new URL(url);
  if (!/^https?:$/.test(protocol) || username !== '' || password !== '') return undefined;
  // Brackets make links of texts in notifications; behind the host this is another notation of the same address.
  return origin + href.slice(origin.length).replaceAll('[', '%5B').replaceAll(']', '%5D');
}

// One line, in which everything can be seen.
function plain(text: string, length: number): string {
  const seen = text.replace(/[\p{C}\p{Z}]/gu, (sign) =>
    sign === ' ' ? sign : `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return seen.length > length ? `${seen.slice(0, length)}…` : seen;
}
