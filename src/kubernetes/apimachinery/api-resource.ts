/** One kind that the cluster serves, in one version. */
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
  /** Names of the subresources: "status", "scale", "log", … */
  subresources: string[];
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf(resource: Pick<ApiResource, 'group' | 'version'>): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** `deployments.apps`, or `pods` for the core group: names the kind without its version. */
export function resourceNameOf(resource: Pick<ApiResource, 'group' | 'name'>): string {
  return resource.group === '' ? resource.name : `${resource.name}.${resource.group}`;
}

/** True for a kind that is not of Kubernetes itself: its group is a domain of somebody else. */
export function isCustom({ group }: Pick<ApiResource, 'group'>): boolean {
  return group.includes('.') && !group.endsWith('.k8s.io');
}

/**
 * The URL path of a collection, an object or a subresource. Every part is escaped, so that no name can leave its place.
 * @throws RangeError for what can be no name: "." and "..", which URL parsers fold away even when they are escaped, anything
 * with "/" or "%", and half characters.
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
  // API servers read the path unescaped: behind a slash would be a subresource that nobody has permitted.
  if (/[/%]/.test(part))
    throw new RangeError(
      `"${part}" is not a valid name: names hold no / and no %; kind, namespace and name are given one by one.`,
    );
  return encodeURIComponent(part);
}
