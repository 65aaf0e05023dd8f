import { type HttpOptions, isAuthenticated } from '../command-line/http-options.ts';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/** What this server tells clients without a token (RFC 9728), by the URL that they reach it at. */
export interface ProtectedResource {
  /** The resource URL that tokens are issued for. */
  url(base: string): string;
  /** The metadata, by the paths where clients look for it; empty without an issuer. */
  documents: Map<string, (base: string) => unknown>;
  /** The WWW-Authenticate header of a 401. */
  challenge(base: string): string;
}

export function protectedResource({ endpointPath, transports, authentication }: HttpOptions): ProtectedResource {
  const path = transports.includes('streamable-http') ? endpointPath : '/sse';
  const url = (base: string) => base + path;
  const documents: ProtectedResource['documents'] = new Map();
  const { oidc } = authentication;
  if (!oidc || !isAuthenticated(authentication)) return { url, documents, challenge: () => 'Bearer realm="mcp-k8s"' };
  const metadata = (base: string) => ({
    resource: url(base),
    resource_name: 'Kubernetes',
    authorization_servers: [oidc.issuerUrl],
    bearer_methods_supported: ['header'],
  });
  documents.set(WELL_KNOWN, metadata).set(WELL_KNOWN + path, metadata);
  return { url, documents, challenge: (base) => `Bearer resource_metadata="${base}${WELL_KNOWN}${path}"` };
}
