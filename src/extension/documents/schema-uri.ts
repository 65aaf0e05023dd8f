import { looksLikeManifest } from './manifest-text.ts';

/** The contributor name in the YAML extension, and the scheme of our schema URIs. */
export const CONTRIBUTOR = 'mcp-k8s';

/**
 * The URI of the schema for a document; undefined for other YAML. A schema is fetched once per URI, and depends on the
 * kinds in the text and on the cluster.
 */
export function schemaUri(address: string, text: string, cluster: string): string | undefined {
  if (!looksLikeManifest(text)) return undefined;
  const kinds = text.match(/^(apiVersion|kind):.*$/gm) ?? [];
  return `${CONTRIBUTOR}://schema/${encodeURIComponent(address)}?${[cluster, ...kinds].map(encodeURIComponent).join('&')}`;
}

/** The address of the document that a schema is for. */
export function documentOf(uri: string): string {
  return decodeURIComponent(/^[\w-]+:\/\/schema\/([^?]*)/.exec(uri)?.[1] ?? '');
}
