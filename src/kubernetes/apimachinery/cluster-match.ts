import { matchesAny } from './name-patterns.ts';

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

/** Does an entry concern this cluster? By the context's name, or by the server, which no other name hides. */
export function concerns({ contexts, servers }: ClusterPatterns, place: ClusterPlace): boolean {
  if (matchesAny(place.name, contexts)) return true;
  const spellings = spellingsOf(place.server);
  return servers.map(plainAddress).some((pattern) => spellings.some((one) => matchesAny(one, [pattern])));
}

/** The ways to write an address: whole, host and port, or host alone. */
function spellingsOf(server: string): string[] {
  const plain = plainAddress(server);
  try {
    const { href, host, hostname, port, protocol } = new URL(plain);
    const usual = protocol === 'http:' ? '80' : '443';
    return [plain, plainAddress(href), host, hostname, ...(port === '' ? [`${hostname}:${usual}`] : [])];
  } catch {
    return [plain];
  }
}

/** Without what makes no difference: the port that is usual, and slashes at the end. */
function plainAddress(text: string): string {
  let end = text.length;
  while (text[end - 1] === '/') end -= 1;
  const bare = text.slice(0, end).toLowerCase();
  return bare.replace(/^(https:\/\/[^/]*):443(?=\/|$)/, '$1').replace(/^(http:\/\/[^/]*):80(?=\/|$)/, '$1');
}
