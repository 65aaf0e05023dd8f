import { contextSegment } from '../common/context-name.ts';
import { contextInQuery, escaped, folderInQuery } from '../common/uri-query.ts';
import { type DocumentAddress, documentAddress, documentUri } from '../documents/document-uri.ts';

export const PAGE_SCHEME = 'k8s-overview';

/** What a page is about: an object, or the cluster of a context. */
export type PageAddress = DocumentAddress | ClusterAddress;

export interface ClusterAddress {
  /** The target's name; absent if the workspace has only one. */
  target: string | undefined;
  context: string;
}

export function isOfObject(address: PageAddress): address is DocumentAddress {
  return 'coordinates' in address;
}

/** The URI of a page as text; that of an object is its document's with another scheme and ending. */
export function pageUri(address: PageAddress): string {
  if (isOfObject(address))
    return documentUri(address)
      .replace(/^k8s:/, `${PAGE_SCHEME}:`)
      .replace(/\.yaml(?=\?|$)/, '.overview');
  const { target, context } = address;
  const folder = target === undefined ? '' : `&folder=${encodeURIComponent(escaped(target))}`;
  // Its tab is named after the context.
  const segment = encodeURIComponent(contextSegment(context));
  const path = `${segment}/${segment}.overview`;
  return `${PAGE_SCHEME}:///${path}?context=${encodeURIComponent(escaped(context))}${folder}`;
}

/** The address in a URI's decoded path and query; undefined for other URIs. */
export function pageAddress(path: string, query: string): PageAddress | undefined {
  if (!path.endsWith('.overview')) return undefined;
  const context = contextInQuery(query);
  const segment = context === undefined ? '' : contextSegment(context);
  if (context !== undefined && path === `/${segment}/${segment}.overview`)
    return { target: folderInQuery(query), context };
  return documentAddress(path.replace(/overview$/, 'yaml'), query);
}
