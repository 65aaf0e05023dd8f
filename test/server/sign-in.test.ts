import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernHttp,
  UnauthorizedError as ModernUnauthorized,
} from '@modelcontextprotocol/client';
import {
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  UnauthorizedError,
} from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';
import { until } from '../support/until.ts';
import { testCluster } from './environment.ts';
import { HttpServer, INITIALIZE } from './http-process.ts';
import { AUDIENCE, KUBERNETES, OpenIdProvider, SERVER_CLIENT } from './openid-provider.ts';
import { apply, scratchNamespace } from './scratch.ts';

/** What a client on a laptop keeps of its user's sign-in. */
class Laptop implements OAuthClientProvider {
  readonly redirectUrl = 'http://127.0.0.1:3334/callback';
  readonly clientMetadata = { redirect_uris: [this.redirectUrl], token_endpoint_auth_method: 'none' };
  #client: OAuthClientInformationMixed | undefined;
  #verifier = '';
  #tokens: OAuthTokens | undefined;
  #discovered: OAuthDiscoveryState | undefined;
  /** Where the user is to sign in. */
  page: URL | undefined;

  clientInformation = () => this.#client;
  saveClientInformation(client: OAuthClientInformationMixed): void {
    this.#client = client;
  }
  tokens = () => this.#tokens;
  saveTokens(tokens: OAuthTokens): void {
    this.#tokens = tokens;
  }
  redirectToAuthorization(page: URL): void {
    this.page = page;
  }
  discoveryState = () => this.#discovered;
  saveDiscoveryState(found: OAuthDiscoveryState): void {
    this.#discovered = found;
  }
  codeVerifier = () => this.#verifier;
  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }
}

describe('signing in at an OpenID provider', () => {
  let provider: OpenIdProvider;
  let folder: string;
  let common: string[];
  let exchange: string[];
  const scratch = scratchNamespace();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-sign-in-'));
    provider = await OpenIdProvider.start();
    const cluster = await testCluster();
    cluster.trustIssuer({ url: provider.url, ca: provider.ca, audience: KUBERNETES });
    const [ca, secret] = [join(folder, 'ca.crt'), join(folder, 'secret')];
    await Promise.all([writeFile(ca, provider.ca), writeFile(secret, SERVER_CLIENT.client_secret)]);
    const oidc = ['--oidc-issuer-url', provider.url, '--oidc-ca-file', ca, '--oidc-audience', AUDIENCE];
    // The account of the kubeconfig may do everything, so what callers may not do is not what it may not.
    common = ['--kubeconfig', cluster.kubeconfig('admin'), ...oidc, '--oidc-scope', 'mcp'];
    exchange = [
      ...['--token-exchange-audience', KUBERNETES, '--token-exchange-client-id', SERVER_CLIENT.client_id],
      ...['--token-exchange-client-secret-file', secret],
    ];
    await apply(`
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: alice, namespace: ${scratch.name}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: User, name: "oidc:alice", apiGroup: rbac.authorization.k8s.io}]
`);
  });
  after(async () => {
    provider?.stop();
    await rm(folder, { recursive: true });
  });

  /** Connects as a client does that has not been here before; its user signs in where it sends them. */
  async function signedIn(server: HttpServer, user: string, over: 'sse' | 'streamable-http' = 'streamable-http') {
    const laptop = new Laptop();
    const transportOf = () =>
      over === 'sse'
        ? new SSEClientTransport(new URL(server.url('/sse')), { authProvider: laptop })
        : new StreamableHTTPClientTransport(new URL(server.url('/mcp')), { authProvider: laptop });
    const newClient = () => new Client({ name: 'laptop', version: '1' });
    const first = transportOf();
    await assert.rejects(newClient().connect(first as Parameters<Client['connect']>[0]), UnauthorizedError);
    assert.ok(laptop.page);
    const back = await provider.signIn(laptop.page, user);
    await first.finishAuth(back.searchParams.get('code') ?? '');
    const client = newClient();
    await client.connect(transportOf() as Parameters<Client['connect']>[0]);
    const call = async (namespace: string) => {
      const answer = await client.callTool({ name: 'list_resources', arguments: { kind: 'configmap', namespace } });
      return (answer.content as { text?: string }[]).map(({ text }) => text).join('\n');
    };
    return { client, call, page: laptop.page, token: laptop.tokens()?.access_token ?? '' };
  }

  /** As `signedIn`, with version 2 of the SDK and the newest revision. */
  async function signedInAnew(server: HttpServer, user: string) {
    const laptop = new Laptop();
    const transportOf = () => new ModernHttp(new URL(server.url('/mcp')), { authProvider: laptop });
    const options = { versionNegotiation: { mode: { pin: '2026-07-28' } } } as const;
    const newClient = () => new ModernClient({ name: 'laptop', version: '2' }, options);
    const first = transportOf();
    await assert.rejects(newClient().connect(first), ModernUnauthorized);
    assert.ok(laptop.page);
    const back = await provider.signIn(laptop.page, user);
    await first.finishAuth(back.searchParams);
    const client = newClient();
    await client.connect(transportOf());
    return client;
  }

  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  it('takes a client from a 401 to calls as its user, whose token is exchanged once', async () => {
    const server = await HttpServer.start([...common, ...exchange]);
    const alice = await signedIn(server, 'alice');
    const { searchParams: asked } = alice.page;
    assert.deepEqual(
      [asked.get('code_challenge_method'), asked.get('resource'), asked.get('scope')],
      ['S256', server.url('/mcp'), 'mcp'],
    );
    // The API server reads its changed configuration at some time.
    await until(async () => /kube-root-ca\.crt/.test(await alice.call(scratch.name)));
    const { exchanges } = provider;
    assert.match(await alice.call(scratch.name), /kube-root-ca\.crt/);
    assert.match(await alice.call('shop'), /"oidc:alice" cannot list/);
    assert.equal(provider.exchanges, exchanges);
    const bob = await signedIn(server, 'bob', 'sse');
    assert.match(await bob.call(scratch.name), /"oidc:bob" cannot list/);
    assert.match(await alice.call(scratch.name), /kube-root-ca\.crt/);
    assert.equal(provider.exchanges, exchanges + 1);
    const carol = await signedInAnew(server, 'carol');
    const answer = await carol.callTool({ name: 'list_resources', arguments: { kind: 'pods', namespace: 'shop' } });
    assert.match(JSON.stringify(answer.content), /oidc:carol.{1,3} cannot list/);

    // Nothing that a client adds reaches the API server.
    const name = 'list_resources';
    const params = { name, arguments: { kind: 'configmap', namespace: 'shop' } };
    const smuggled = await server.post(
      '/mcp',
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params },
      {
        ...bearer(alice.token),
        'impersonate-user': 'admin',
        'x-remote-user': 'admin',
        'x-remote-group': 'system:masters',
      },
    );
    assert.match(await smuggled.text(), /oidc:alice.{1,3} cannot list/);
    for (const secret of [alice.token, bob.token, SERVER_CLIENT.client_secret])
      assert.ok(!server.stderr.includes(secret));
    await Promise.all([alice.client, bob.client, carol].map((client) => client.close()));
  });

  it('refuses a token that is not enough, and says what is missing', async () => {
    const server = await HttpServer.start([...common, ...exchange]);
    const answer = async (token: string) => {
      const response = await server.post('/mcp', INITIALIZE, bearer(token));
      const { error } = (await response.json()) as { error?: { message: string } };
      return { status: response.status, text: error?.message ?? '', header: response.headers.get('www-authenticate') };
    };
    const metadata = server.url('/.well-known/oauth-protected-resource/mcp');
    for (const [claims, status, text, error = 'invalid_token'] of [
      [{ aud: 'a "b"' }, 401, /^The token is for "a "b""; it has to be for "mcp-k8s"\.$/],
      [{ aud: KUBERNETES }, 401, /^The token is for "kubernetes"; it has to be for "mcp-k8s"\.$/],
      [{ aud: undefined }, 401, /^The token is for nobody/],
      [{ exp: 1_000_000_000 }, 401, /^The token ended at 2001-09-09T01:46:40\.000Z: sign in again\.$/],
      [
        { iss: 'https://other.example.com' },
        401,
        /^The token is of the issuer "https:\/\/other\.example\.com"; it has/,
      ],
      [{ scope: undefined }, 403, /^The token lacks the scope "mcp"/, 'insufficient_scope'],
      [{ scope: 'openid mcp2' }, 403, /^The token lacks the scope "mcp"/, 'insufficient_scope'],
    ] as const) {
      const { header, ...refusal } = await answer(await provider.sign(claims));
      assert.equal(refusal.status, status);
      assert.match(refusal.text, text);
      const said = refusal.text.replaceAll('"', "'");
      assert.equal(
        header,
        `Bearer error="${error}", error_description="${said}", scope="mcp", resource_metadata="${metadata}"`,
      );
    }
    const valid = await provider.sign();
    const { text } = await answer(valid.replace(/[^.]+$/, 'c2lnbmVk'));
    assert.match(text, /^The token is not signed with a key of/);
    assert.equal((await server.post('/mcp', INITIALIZE, bearer(valid))).status, 200);
  });

  it('says what is wrong where a token cannot be exchanged, and uses nothing else', async () => {
    const server = await HttpServer.start([...common, ...exchange]);
    const token = await provider.sign({ sub: 'carol' });
    const ask = async (fault: object) => {
      provider.faults.push(() => fault);
      // Each with a token of their own, as a failure counts for a moment.
      const { call } = await server.connect({
        token: await provider.sign({ sub: 'carol', jti: String(Math.random()) }),
      });
      return call('list_resources', { kind: 'configmap', namespace: scratch.name });
    };
    const kind = { token_type: 'Bearer', issued_token_type: 'urn:ietf:params:oauth:token-type:access_token' };
    assert.match(await ask({ ...kind, access_token: await provider.sign() }), /a token for "mcp-k8s" rather than for/);
    assert.match(await ask({ ...kind, access_token: 'x', token_type: 'N_A' }), /no bearer token/);
    assert.match(
      await ask({ ...kind, issued_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' }),
      /no token/,
    );
    // The token is for this server alone: the API server does not take it.
    const passing = await HttpServer.start([...common, '--pass-through']);
    const direct = await passing.connect({ token });
    assert.match(
      await direct.call('list_resources', { kind: 'configmap', namespace: scratch.name }),
      /401|Unauthorized/,
    );
    // And one for the API server is not one for this server.
    const foreign = await passing.post('/mcp', INITIALIZE, bearer(await provider.sign({ aud: KUBERNETES })));
    assert.equal(foreign.status, 401);
    const unknown = await HttpServer.start([...common, '--token-exchange-audience', 'x', ...exchange.slice(2)]);
    const { call } = await unknown.connect({ token });
    const answer = await call('list_resources', { kind: 'configmap', namespace: scratch.name });
    assert.match(answer, /gives no token for "x" \(invalid_target/);
    assert.ok(!`${answer}${unknown.stderr}${server.stderr}`.includes(token));
  });
});
