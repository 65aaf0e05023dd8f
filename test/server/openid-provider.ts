import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { exportJWK, type GenerateKeyPairResult, generateKeyPair, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import Provider, { errors, type ResourceServer, type TokenEndpointGrantContext } from 'oidc-provider';
import { createAuthority } from '../cluster/certificates.ts';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
/** The scope that users can grant. */
const SCOPE = 'mcp';

/** The client of the MCP server, which may exchange tokens. */
export const SERVER_CLIENT = { client_id: 'mcp-k8s-server', client_secret: 'secret-of-the-server' };
/** The audience of the MCP server, and of the API server. */
export const AUDIENCE = 'mcp-k8s';
export const KUBERNETES = 'kubernetes';

interface ExchangeParameters {
  subject_token?: string;
  audience?: string;
}

/** A real OpenID provider, where clients register themselves, users sign in, and tokens are exchanged. */
export class OpenIdProvider {
  readonly #server: Server;
  readonly #keys: GenerateKeyPairResult;
  readonly #certificates = getCACertificates('default');
  /** The authority of its certificate. */
  readonly ca: string;
  /** How many tokens it was asked to exchange. */
  exchanges = 0;
  /** What exchanges answer instead, once each. */
  readonly faults: (() => object)[] = [];
  /** How long its tokens last, in seconds. */
  life = 300;

  private constructor(server: Server, keys: GenerateKeyPairResult, ca: string) {
    this.#server = server;
    this.#keys = keys;
    this.ca = ca;
  }

  /** Starts one, which the clients in this process trust. */
  static async start(): Promise<OpenIdProvider> {
    const authority = await createAuthority('authority of the openid-provider');
    const { public: cert, private: key } = await authority.issue({ name: 'openid-provider', hosts: ['127.0.0.1'] });
    const keys = await generateKeyPair('RS256', { extractable: true });
    const provider = new OpenIdProvider(createServer({ cert, key }), keys, authority.certificate);
    provider.#server.listen(0, '127.0.0.1');
    await once(provider.#server, 'listening');
    provider.#server.on('request', (await provider.#configured()).callback());
    setDefaultCACertificates([...provider.#certificates, authority.certificate]);
    return provider;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    setDefaultCACertificates(this.#certificates);
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /**
   * Signs a user in, as a browser that begins at this address: fills in what forms ask for, until it is sent back.
   * @returns where it was sent: to the client, with a code.
   */
  async signIn(begin: URL, user: string): Promise<URL> {
    const cookies = new Map<string, string>();
    let url = begin;
    let form: URLSearchParams | undefined;
    while (url.origin === this.url) {
      const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
      const page = await fetch(url, {
        ...{ redirect: 'manual', headers: { cookie } },
        ...(form && { method: 'POST', body: form }),
      });
      for (const line of page.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      const text = await page.text();
      const location = page.headers.get('location');
      const prompt = /name="prompt" value="(\w+)"/.exec(text)?.[1];
      if (location === null && prompt === undefined) throw new Error(`${url.pathname}: ${page.status} ${text}`);
      form =
        location === null ? new URLSearchParams({ prompt: prompt ?? '', login: user, password: 'any' }) : undefined;
      url = new URL(location ?? /action="([^"]+)"/.exec(text)?.[1] ?? '', url);
    }
    return url;
  }

  /** A token signed with its key, valid at the MCP server for some minutes unless the claims say otherwise. */
  sign(claims: JWTPayload = {}): Promise<string> {
    const exp = Math.floor(Date.now() / 1000) + 300;
    return new SignJWT({ iss: this.url, aud: AUDIENCE, sub: 'alice', scope: SCOPE, exp, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .sign(this.#keys.privateKey);
  }

  async #configured(): Promise<Provider> {
    const { publicKey, privateKey } = this.#keys;
    const resource = (audience: string): ResourceServer => ({
      ...{ audience, scope: SCOPE, accessTokenFormat: 'jwt', accessTokenTTL: this.life },
    });
    const provider = new Provider(this.url, {
      jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'one', use: 'sig', alg: 'RS256' }] },
      cookies: { keys: ['of the tests'] },
      clients: [{ ...SERVER_CLIENT, grant_types: [EXCHANGE], redirect_uris: [], response_types: [] }],
      scopes: ['openid', 'offline_access', SCOPE],
      ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 300 },
      features: {
        registration: { enabled: true },
        resourceIndicators: {
          enabled: true,
          // Of the MCP servers, each at a port of its own; another host's is another audience.
          getResourceServerInfo: (_, url) => resource(new URL(url).hostname === '127.0.0.1' ? AUDIENCE : url),
          useGrantedResource: () => true,
        },
      },
      findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
      extraTokenClaims: (_, token) => ('accountId' in token ? { groups: [`team-of-${token.accountId}`] } : {}),
    });
    const exchange = async (ctx: TokenEndpointGrantContext<ExchangeParameters>) => {
      this.exchanges += 1;
      const fault = this.faults.shift();
      if (fault) {
        ctx.body = fault();
        return;
      }
      const { subject_token: subject = '', audience } = ctx.oidc.params;
      const { payload } = await jwtVerify(subject, publicKey, { issuer: this.url, audience: AUDIENCE }).catch(() => {
        throw new errors.InvalidGrant(`the token ${subject} is not valid`);
      });
      if (audience !== KUBERNETES) throw new errors.InvalidTarget();
      const { AccessToken, ResourceServer: Resource } = provider;
      const token = new AccessToken({
        ...{
          client: ctx.oidc.client,
          accountId: String(payload.sub),
          grantId: 'exchanged',
          gty: EXCHANGE,
          scope: SCOPE,
        },
      } as ConstructorParameters<typeof AccessToken>[0]);
      token.resourceServer = new Resource(`urn:${KUBERNETES}`, resource(KUBERNETES));
      ctx.body = {
        ...{ access_token: await token.save(), token_type: 'Bearer', issued_token_type: ACCESS_TOKEN },
        expires_in: this.life,
      };
    };
    provider.registerGrantType(EXCHANGE, exchange, [
      ...['subject_token', 'subject_token_type', 'requested_token_type', 'audience', 'scope'],
    ]);
    return provider;
  }
}
