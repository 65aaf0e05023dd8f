/** The coordinates of one object, without its content. */
export interface ResourceCoordinates {
  context?: string | undefined;
  /** Absent for cluster-scoped kinds. */
  namespace?: string | undefined;
  /** Plural name with group: `deployments.apps`, `pods`. */
  resource: string;
  name: string;
}

const CLUSTER_SCOPED = '_';

/**
 * `k8s:///<namespace or _>/<plural.group>/<name>.yaml?context=<context>`. The context is in the query because names
 * such as those of EKS are invalid in an authority.
 */
export function resourceUri({ context, namespace, resource, name }: ResourceCoordinates): string {
  const path = [namespace ?? CLUSTER_SCOPED, resource, `${name}.yaml`].map(encodeURIComponent).join('/');
  return `k8s:///${path}${context === undefined ? '' : `?context=${encodeURIComponent(context)}`}`;
}

/**
 * The coordinates in a URI made by `resourceUri`, from its decoded path and its query, decoded or not. Undefined for
 * any other URI.
 */
export function coordinatesOf(path: string, query: string): ResourceCoordinates | undefined {
  const [root, namespace, resource, file, ...rest] = path.split('/');
  if (root !== '' || !namespace || !resource || !file?.endsWith('.yaml') || rest.length > 0) return undefined;
  const context = decoded(/(?:^|&)context=([^&]*)/.exec(query)?.[1]);
  return {
    context,
    namespace: namespace === CLUSTER_SCOPED ? undefined : namespace,
    resource,
    name: file.slice(0, -'.yaml'.length),
  };
}

// VS Code may pass a query that is already decoded; a lone % is then no escape.
function decoded(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
