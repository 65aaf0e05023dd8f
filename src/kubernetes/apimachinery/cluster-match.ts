import { isIPv6 } from 'node:net';
import { matchesAny } from './name-patterns.ts';
import { baseUrl, withoutEndingSlashes } from './urls.ts';

/** A cluster, as a context leads to it. */
export interface ClusterPlace {
  /** The name of the context. */
  name: string;
  /** The address of its API server. */
  server: string;
}

/** Patterns of clusters. */
export interface ClusterPatterns {
  /** Names of contexts. */
  contexts: readonly string[];
  /** Addresses of API servers. */
  servers: readonly string[];
}

/** Does an entry concern this cluster? By the context's name, or by the address that its requests go to. */
export function concerns({ contexts, servers }: ClusterPatterns, place: ClusterPlace): boolean {
  if (matchesAny(place.name, contexts)) return true;
  const patterns = servers.map(plainPattern);
  return spellingsOf(place.server).some((one) => matchesAny(one, patterns));
}

/** The patterns that concern none of these clusters. */
export function strayPatterns({ contexts, servers }: ClusterPatterns, places: readonly ClusterPlace[]): string[] {
  const none = (patterns: ClusterPatterns) => !places.some((place) => concerns(patterns, place));
  return [
    ...contexts.filter((pattern) => none({ contexts: [pattern], servers: [] })),
    ...servers.filter((pattern) => none({ contexts: [], servers: [pattern] })),
  ];
}

/** The ways to write the address: whole, also with its usual port, host and port, or host alone. */
function spellingsOf(server: string): string[] {
  const url = addressOf(server);
  if (!url) return [];
  const host = hostOf(url);
  const place = `${host}:${url.port || (url.protocol === 'http:' ? '80' : '443')}`;
  return [wholeOf(url), `${url.protocol}//${place}${pathOf(url)}`, place, host];
}

/** A pattern as those ways are written. One that is no address, such as `prod:*`, stays as it is. */
function plainPattern(pattern: string): string {
  const text = withoutEndingSlashes(pattern);
  if (text.includes('://')) {
    const url = addressOf(text);
    return url ? wholeOf(url) : text;
  }
  const [, name = text, port = ''] = /^(\[[^\]]*\]|[^:]*)(:[\d*]+)?$/.exec(text) ?? [];
  const url = addressOf(`https://${isIPv6(name) ? `[${name}]` : name}`);
  return url?.pathname === '/' ? `${hostOf(url)}${port}` : text;
}

function addressOf(text: string): URL | undefined {
  const url = baseUrl(text);
  return URL.canParse(url) ? new URL(url) : undefined;
}

function wholeOf(url: URL): string {
  return `${url.protocol}//${hostOf(url)}${url.port && `:${url.port}`}${pathOf(url)}`;
}

/** A dot at the end says that a name is complete, and leads to the same host. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/\.$/, '');
}

function pathOf({ pathname }: URL): string {
  try {
    return withoutEndingSlashes(decodeURIComponent(pathname));
  } catch {
    return withoutEndingSlashes(pathname);
  }
}
