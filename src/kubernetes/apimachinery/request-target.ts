/** What an API server's request path refers to. */
export interface RequestTarget {
  /** '' for the core group. */
  group: string;
  version: string;
  /** Plural name. */
  resource: string;
  namespace: string | undefined;
  /** Absent for a collection. */
  name: string | undefined;
  subresource: string | undefined;
}

/** The target of a path; undefined for paths without an object (`/version`, `/apis`, `/openapi/v3`). */
export function requestTarget(path: string): RequestTarget | undefined {
  return requestTargets(path)[0];
}

/**
 * All possible targets of a path. There is one, except for a kind outside the core group whose plural equals a
 * subresource of Namespaces: the API server itself takes `/apis/example.com/v1/namespaces/shop/status` for a
 * subresource.
 */
export function requestTargets(path: string): RequestTarget[] {
  const [root, ...parts] = path.split('/').filter(Boolean).map(decodeURIComponent);
  if (root !== 'api' && root !== 'apis') return [];
  const group = root === 'api' ? '' : (parts.shift() ?? '');
  const [version, ...rest] = parts;
  // The legacy watch path: `watch/namespaces/shop/pods`.
  if (rest[0] === 'watch' && rest.length > 1) rest.shift();
  if (!version || rest.length === 0) return [];
  const about = (namespace: string | undefined, [resource = '', name, subresource]: readonly string[]) => ({
    group,
    version,
    resource,
    namespace,
    name,
    subresource,
  });
  const [first, second, third] = rest;
  if (first !== 'namespaces' || second === undefined) return [about(undefined, rest)];
  const ofNamespace = third === undefined || third === 'status' || third === 'finalize';
  // In the core group `namespaces/shop` is the Namespace itself, which counts as being in itself.
  if (group === '') return [about(second, ofNamespace ? rest : rest.slice(2))];
  if (third === undefined) return [about(undefined, rest)];
  return [about(second, rest.slice(2)), ...(ofNamespace ? [about(undefined, rest)] : [])];
}
