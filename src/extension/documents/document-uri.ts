import { coordinatesOf, type ResourceCoordinates, resourceUri } from '../../kubernetes/apimachinery/resource-uri.ts';
import { contextSegment } from '../common/context-name.ts';
import { escaped, folderInQuery, unescaped } from '../common/uri-query.ts';

/** The location of a document's object: its target's kubeconfig, and where in the cluster. */
export interface DocumentAddress {
  /** The target's name; absent if the workspace has only one. */
  target: string | undefined;
  coordinates: ResourceCoordinates;
}

/**
 * The document's URI as text: that of the object, plus the target's name if there are several. The path begins with the
 * context, where editors show it to the user; what counts is the query.
 */
export function documentUri({ target, coordinates }: DocumentAddress): string {
  const { context } = coordinates;
  const uri = resourceUri({ ...coordinates, context: escaped(context) });
  const named = context ? uri.replace('k8s:///', () => `k8s:///${encodeURIComponent(contextSegment(context))}/`) : uri;
  if (target === undefined) return named;
  return `${named}${named.includes('?') ? '&' : '?'}folder=${encodeURIComponent(escaped(target))}`;
}

/** The address in a URI's decoded path and query; undefined for other URIs, and where the path names another context. */
export function documentAddress(path: string, query: string): DocumentAddress | undefined {
  const [, first = '', ...rest] = path.split('/');
  const isNamed = rest.length === 3;
  const coordinates = coordinatesOf(isNamed ? `/${rest.join('/')}` : path, query);
  if (!coordinates) return undefined;
  const context = unescaped(coordinates.context);
  if (isNamed && (context === undefined || first !== contextSegment(context))) return undefined;
  return { target: folderInQuery(query), coordinates: { ...coordinates, context } };
}
