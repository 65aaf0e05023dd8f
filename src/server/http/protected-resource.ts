import type { HttpOptions } from '../command-line/http-options.ts';
import { HTTP_PATHS } from '../command-line/http-paths.ts';
import type { TokenError } from './base/http-error.ts';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';
/** What a quoted text in the header cannot hold (RFC 6750). */
const UNQUOTABLE = /[^ !#-[\]-~]/g;

/** What this server tells clients without a token that is enough (RFC 9728), by the URL that they reach it at. */
export interface ProtectedResource {
  /** The URLs that tokens are issued for. */
  urls(base: string): string[];
  /** The metadata, by the paths where clients look for it; empty without an issuer. */
  documents: Map<string, (base: string) => unknown>;
  /** The WWW-Authenticate header of a 401 or 403 at a path, which says how to get a token that is enough. */
  challenge(base: string, path: string, error?: TokenError): string;
}

export function protectedResource({ endpointPath, transports, authentication }: HttpOptions): ProtectedResource {
  const paths = [
    ...(transports.includes('streamable-http') ? [endpointPath] : []),
    ...(transports.includes('sse') ? [HTTP_PATHS.sse] : []),
  ];
  const urls = (base: string) => paths.map((path) => base + path);
  const documents: ProtectedResource['documents'] = new Map();
  const { oidc } = authentication;
  if (!oidc) return { urls, documents, challenge: () => 'Bearer realm="mcp-k8s"' };
  const { scopes } = oidc;
  // Clients refuse metadata of another path than theirs.
  const metadataOf = (path: string) => (base: string) => ({
    resource: base + path,
    resource_name: 'Kubernetes',
    authorization_servers: [oidc.issuerUrl],
    bearer_methods_supported: ['header'],
    ...(scopes.length > 0 && { scopes_supported: scopes }),
  });
  const [first = endpointPath] = paths;
  documents.set(WELL_KNOWN, metadataOf(first));
  for (const path of paths) documents.set(WELL_KNOWN + path, metadataOf(path));
  const challenge = (base: string, path: string, error?: TokenError) => {
    const asked = path === HTTP_PATHS.message ? HTTP_PATHS.sse : path;
    const parts = {
      ...(error && { error: error.error, error_description: error.message }),
      ...(scopes.length > 0 && { scope: scopes.join(' ') }),
      resource_metadata: base + WELL_KNOWN + (paths.includes(asked) ? asked : first),
    };
    const quoted = Object.entries(parts).map(([name, value]) => `${name}="${value.replace(UNQUOTABLE, "'")}"`);
    return `Bearer ${quoted.join(', ')}`;
  };
  return { urls, documents, challenge };
}
