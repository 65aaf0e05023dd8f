import { STATUS_CODES } from 'node:http';
import { isObject, type JsonObject } from '../apimachinery/objects.ts';
import { oneLine } from '../text/one-line.ts';
import { shortened } from '../text/shortened.ts';
import { withoutUserInfo } from './kubeconfig.ts';

type Headers = Record<string, string | string[] | undefined>;

/** Limit on quoted text, in characters. */
const MAX_QUOTED = 300;
/** Where a web page says what it is. */
const TITLE = /<(?:title|h1)>([^<]+)/i;
/** How the aggregation layer begins to say that it cannot pass a request on. */
const AGGREGATION = /^(?:service unavailable$|error trying to reach service)/i;
const ADVICE =
  'the server of this context may be no API server, or something in front of it wants a login: the user has to look at it in the kubeconfig';

/** An answer that only something else than an API server gives, to continue "answered with". */
export function foreignAnswer(status: number, headers: Headers, text: string): string {
  const location = status >= 300 && status < 400 ? String(headers.location ?? '') : '';
  if (location) return `a redirect to ${withoutUserInfo(location).slice(0, MAX_QUOTED)}: ${ADVICE}`;
  if (isWebPage(text)) return `a web page, ${titleOf(text)}: ${ADVICE}`;
  if (text === '') return 'nothing';
  if (text.startsWith('\x1f\x8b') || text.startsWith('\x1f\ufffd'))
    return 'something compressed that is not marked as such';
  return 'something that is not JSON';
}

/** What a failure says that may not be an API server's: one of a proxy, a gateway or an aggregated API. */
export function foreignFailure(status: number, text: string, body: unknown): string {
  if (isWebPage(text)) return `A proxy or gateway in front of the API server answered ${titleOf(text)}`;
  const words = isObject(body) ? wordsOf(body) : shortened(text.trim(), MAX_QUOTED);
  return words || STATUS_CODES[status] || `HTTP ${status}`;
}

/** Which APIService the aggregation layer has no server for; undefined if it says something else. */
export function unavailableService(path: string, text: string): string | undefined {
  const [, group = '', version = ''] = /^\/apis\/([^/]+)\/([^/]+)/.exec(path) ?? [];
  const said = text.trim();
  if (!group || !AGGREGATION.test(said)) return undefined;
  return `APIService ${version}.${group} is not available: the server that it names does not answer (${said.slice(0, MAX_QUOTED)})`;
}

// What the API server relays, such as Prometheus, often calls it `error`; clouds nest it.
function wordsOf({ message, error, error_description: description }: JsonObject): string | undefined {
  if (isObject(error)) return wordsOf({ ...error, error: undefined });
  return [message, description, error].find((words): words is string => typeof words === 'string' && words !== '');
}

function isWebPage(text: string): boolean {
  return text.trimStart().startsWith('<');
}

function titleOf(page: string): string {
  const title = oneLine(TITLE.exec(page)?.[1] ?? '').trim();
  return title ? `"${title.slice(0, MAX_QUOTED)}"` : 'without a title';
}
