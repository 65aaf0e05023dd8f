/**
 * Kinds that are not objects but the request or response body of a subresource, by lowercase name. They are in no list
 * of kinds, and only built-in subresources have kinds of their own.
 */
const SUBRESOURCES: Record<string, string> = {
  eviction: 'eviction',
  tokenrequest: 'token',
  scale: 'scale',
  podexecoptions: 'exec',
  podattachoptions: 'attach',
  podportforwardoptions: 'portforward',
  podproxyoptions: 'proxy',
  serviceproxyoptions: 'proxy',
  nodeproxyoptions: 'proxy',
  podlogoptions: 'log',
};

/** The subresource a kind belongs to, in any spelling: `Eviction`, `evictions.policy`; undefined for other kinds. */
export function subresourceOfKind(kind: string): string | undefined {
  const [word = ''] = kind.trim().toLowerCase().split('.');
  return [word, word.replace(/s$/, '')]
    .map((name) => (Object.hasOwn(SUBRESOURCES, name) ? SUBRESOURCES[name] : undefined))
    .find(Boolean);
}
