import { codePointEscape, INVISIBLE } from '../../kubernetes/apimachinery/invisible.ts';
import type { LoginShown } from '../../protocol.ts';

/** The longest address in a notification, in characters: VS Code shows a thousand, and the buttons come last. */
const MAX_SHOWN = 400;
/** The longest other text in it. */
const MAX_NAME = 120;
const MAX_TEXT = 300;
const HIDDEN = new RegExp(`(?! )[${INVISIBLE}]`, 'gu');

/** The content of a login notification. */
export interface LoginNotice {
  plugin: string;
  context: string;
  text: string;
  code: string | undefined;
  /** The address to open. */
  url: string | undefined;
  /** The address to show, shortened if too long; then the whole address is shown before it is opened. */
  address: string;
  isWhole: boolean;
}

/** The login made safe to show: its text comes from a plugin, and only a web address is opened. */
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

/** The address if it is an http(s) URL without credentials; undefined otherwise. */
function webAddress(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, username, password, origin, href } = new URL(url);
  if (!/^https?:$/.test(protocol) || username !== '' || password !== '') return undefined;
  // Brackets form links in notifications; after the host, their escapes mean the same address.
  return origin + href.slice(origin.length).replaceAll('[', '%5B').replaceAll(']', '%5D');
}

// One line, with invisible characters escaped.
function plain(text: string, length: number): string {
  const seen = text.replace(HIDDEN, codePointEscape);
  return seen.length > length ? `${seen.slice(0, length)}…` : seen;
}
