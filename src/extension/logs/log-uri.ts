import type { ResourceCoordinates } from '../../kubernetes/apimachinery/resource-uri.ts';
import type { DocumentAddress } from '../documents/document-uri.ts';
import { documentAddress, documentUri } from '../documents/document-uri.ts';

export const LOG_SCHEME = 'k8s-log';

/** Which log: the object with the pods, and which of their containers. */
export interface LogAddress extends DocumentAddress {
  /** Absent: all containers. */
  container: string | undefined;
  /** The run before the last restart. */
  previous: boolean;
  /** Further objects of the same context, read together with the first. */
  others: readonly LogObject[];
}

/** An object with pods. */
export type LogObject = Pick<ResourceCoordinates, 'resource' | 'namespace' | 'name'>;

/** The URI of a log as text: the object's location and which log. */
export function logUri({ container, previous, others, ...address }: LogAddress): string {
  const uri = documentUri(address)
    .replace(/^k8s:/, `${LOG_SCHEME}:`)
    .replace(/\.yaml(?=\?|$)/, '.log');
  const parts = [
    ...(container === undefined ? [] : [`container=${encodeURIComponent(container)}`]),
    ...(previous ? ['previous=true'] : []),
    ...others.map(({ resource, namespace = '', name }) => `and=${resource}/${namespace}/${name}`),
  ];
  return parts.length === 0 ? uri : `${uri}${uri.includes('?') ? '&' : '?'}${parts.join('&')}`;
}

/** The address in a URI's decoded path and query; undefined for other URIs. */
export function logAddress(path: string, query: string): LogAddress | undefined {
  const address = path.endsWith('.log') ? documentAddress(path.replace(/log$/, 'yaml'), query) : undefined;
  if (!address) return undefined;
  const container = /(?:^|&)container=([^&]*)/.exec(query)?.[1];
  const others = [...query.matchAll(/(?:^|&)and=([^/&]+)\/([^/&]*)\/([^/&]+)/g)].map(
    ([, resource = '', namespace = '', name = '']) => ({ resource, namespace: namespace || undefined, name }),
  );
  return { ...address, container, previous: /(?:^|&)previous=true/.test(query), others };
}
