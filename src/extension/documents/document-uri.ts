import { coordinatesOf, type ResourceCoordinates, resourceUri } from '../../kubernetes/apimachinery/resource-uri.ts';

/** The location of a document's object: its target's kubeconfig, and where in the cluster. */
export interface DocumentAddress {
  /** The target's name; absent if the workspace has only one. */
  target: string | undefined;
  coordinates: ResourceCoordinates;
}

/** The document's URI as text: that of the object, plus the target's name if there are several. */
export function documentUri({ target, coordinates }: DocumentAddress): string {
  const uri = resourceUri({ ...coordinates, context: escaped(coordinates.context) });
  if (target === undefined) return uri;
  return `${uri}${uri.includes('?') ? '&' : '?'}folder=${encodeURIComponent(escaped(target))}`;
}

/** The address in a URI's decoded path and query; undefined for other URIs. */
export function documentAddress(path: string, query: string): DocumentAddress | undefined {
  const coordinates = coordinatesOf(path, query);
  if (!coordinates) return undefined;
  const target = unescaped(/(?:^|&)folder=([^&]*)/.exec(query)?.[1]);
  return { target, coordinates: { ...coordinates, context: unescaped(coordinates.context) } };
}

/**
 * VS Code decodes the query, which makes separators and parts of names indistinguishable: encode these so that
 * decoding leaves them alone.
 */
const SIGNS: Record<string, string> = { '%': '~25', '&': '~26', '~': '~7E' };

function escaped(name: string): string;
function escaped(name: string | undefined): string | undefined;
function escaped(name: string | undefined): string | undefined {
  return name?.toWellFormed().replace(/[%&]|~(?=25|26|7E)/g, (sign) => SIGNS[sign] ?? sign);
}

function unescaped(text: string | undefined): string | undefined {
  return text?.replace(/~(25|26|7E)/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}
