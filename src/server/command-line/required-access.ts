/** The access that callers need in the cluster, as a SubjectAccessReview states it. */
export type RequiredAccess =
  | { nonResourceAttributes: { verb: string; path: string } }
  | { resourceAttributes: { verb: string; group: string; resource: string; name: string; namespace: string } };

const WORD = /^[a-z][a-z0-9-]*$/;
const PATH = /^\/[\w\-./]*$/;
const RESOURCE = /^([a-z0-9-]+)(?:\.([a-z0-9.-]+))?(?:\/([\w.:-]+))?$/;

/**
 * Parses `get /mcp` (verb, path) or `get services/mcp-k8s tools` (verb, resource, group and name, namespace).
 * @throws Error for anything else.
 */
export function parseRequiredAccess(option: string, text: string): RequiredAccess {
  const [verb = '', what = '', namespace = '', ...rest] = text.trim().split(/\s+/);
  if (WORD.test(verb) && rest.length === 0) {
    if (PATH.test(what) && namespace === '') return { nonResourceAttributes: { verb, path: what } };
    const [, resource, group = '', name = ''] = RESOURCE.exec(what) ?? [];
    if (resource) return { resourceAttributes: { verb, group, resource, name, namespace } };
  }
  throw new Error(
    `${option} takes a verb and a path, such as "get /mcp", or a verb, a resource and a namespace, such as "get services/mcp-k8s tools"; not "${text}".`,
  );
}
