/** What a request path of the API server is about. */
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

/** The target that a path names; undefined for paths that are about no object (`/version`, `/apis`, `/openapi/v3`). */
export function requestTarget(path: string): RequestTarget | undefined {
  const [root, ...parts] = path.split('/').filter(Boolean).map(decodeURIComponent);
  if (root !== 'api' && root !== 'apis') return undefined;
  const group = root === 'api' ? '' : (parts.shift() ?? '');
  const [version, ...rest] = parts;
  if (!version || rest.length === 0) return undefined;
  // `namespaces/x` alone is the Namespace itself, and so are its subresources.
  const inside = rest[0] === 'namespaces' && rest.length > 2 && !['status', 'finalize'].includes(rest[2] ?? '');
  const namespace = rest[0] === 'namespaces' && rest.length > 1 ? rest[1] : undefined;
  const [resource = '', name, subresource] = inside ? rest.slice(2) : rest;
  return { group, version, resource, namespace, name, subresource };
}
