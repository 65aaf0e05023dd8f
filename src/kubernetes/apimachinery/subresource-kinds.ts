/**
 * The kinds that are no objects but what a subresource is asked with or answers, by their names in small letters. No list of
 * kinds has them, and only subresources of Kubernetes itself have kinds of their own.
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

/** The subresource that a kind belongs to, in any spelling: `Eviction`, `evictions.policy`; undefined for any other kind. */
export function subresourceOfKind(kind: string): string | undefined {
  const [word = ''] = kind.trim().toLowerCase().split('.');
  return [word, word.replace(/s$/, '')]
    .map((name) => (Object.hasOwn(SUBRESOURCES, name) ? SUBRESOURCES[name] : undefined))
    .find(Boolean);
}
