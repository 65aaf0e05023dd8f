import { coordinatesOf, type ResourceCoordinates, resourceUri } from '../../kubernetes/apimachinery/resource-uri.ts';

/** Where the object of a document is: which target's kubeconfig, and where in the cluster. */
export interface DocumentAddress {
  /** The target's name; absent where a workspace has only one. */
  target: string | undefined;
  coordinates: ResourceCoordinates;
}

/** The document's URI as text: that of the object, and the target's name where there are several. */
export function documentUri({ target, coordinates }: DocumentAddress): string {
  const uri = resourceUri(coordinates);
  if (target === undefined) return uri;
  return `${uri}${uri.includes('?') ? '&' : '?'}folder=${encodeURIComponent(target)}`;
}

/** The address in a URI's decoded path and query; undefined for a URI that is not of ours. */
export function documentAddress(path: string, query: string): DocumentAddress | undefined {
  const coordinates = coordinatesOf(path, query);
  return coordinates && { target: /(?:^|&)folder=([^&]*)/.exec(query)?.[1], coordinates };
}
