/** One kind served by the cluster, in one version. */
export interface ApiResource {
  /** '' for the core group. */
  group: string;
  version: string;
  kind: string;
  /** Plural name, as in URL paths. */
  name: string;
  singularName: string;
  shortNames: string[];
  namespaced: boolean;
  verbs: string[];
  /** Subresources: "status", "scale", "log", … */
  subresources: string[];
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf(resource: Pick<ApiResource, 'group' | 'version'>): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** The group in an `apiVersion`: '' for the core group. */
export function groupIn(apiVersion: string): string {
  const end = apiVersion.indexOf('/');
  return end < 0 ? '' : apiVersion.slice(0, end);
}

/** `deployments.apps`, or `pods` for the core group: the kind without its version. */
export function resourceNameOf(resource: Pick<ApiResource, 'group' | 'name'>): string {
  return resource.group === '' ? resource.name : `${resource.name}.${resource.group}`;
}

/** True for a kind that is not part of Kubernetes: its group is another domain. */
export function isCustom({ group }: Pick<ApiResource, 'group'>): boolean {
  return group.includes('.') && !group.endsWith('.k8s.io');
}

/**
 * The URL path of a collection, an object or a subresource. Every part is escaped, so that no name can change the path.
 * @throws RangeError for an impossible name: "." and "..", which URL parsers resolve even when escaped, anything with
 * "/" or "%", and lone surrogates.
 */
export function pathOf(
  resource: Pick<ApiResource, 'group' | 'version' | 'name' | 'namespaced'>,
  namespace?: string,
  name?: string,
  subresource?: string,
): string {
  const parts = resource.group === '' ? ['api', resource.version] : ['apis', resource.group, resource.version];
  if (resource.namespaced && namespace) parts.push('namespaces', namespace);
  parts.push(resource.name);
  if (name !== undefined) parts.push(name);
  if (subresource !== undefined) parts.push(subresource);
  return parts.map((part) => `/${escapePart(part)}`).join('');
}

function escapePart(part: string): string {
  if (part === '' || part === '.' || part === '..' || !part.isWellFormed())
    throw new RangeError(`"${part}" is not a valid name.`);
  // API servers unescape the path before routing: a slash could reach a subresource that was not permitted.
  if (/[/%]/.test(part))
    throw new RangeError(
      `"${part}" is not a valid name: names hold no / and no %; kind, namespace and name are given one by one.`,
    );
  return encodeURIComponent(part);
}
