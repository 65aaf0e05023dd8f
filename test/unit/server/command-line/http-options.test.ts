import assert from 'node:assert/strict';
import { HTTP_PATHS } from '../../../../src/server/command-line/http-paths.ts';
import { HELP, parseCommandLine } from '../../../../src/server/command-line/options.ts';

function parse(...args: string[]) {
  return parseCommandLine(args, '1');
}

describe('the command line for HTTP', () => {
  const http = (...args: string[]) => {
    const parsed = parse('--transport', 'streamable-http', ...args);
    if ('code' in parsed) throw new Error(parsed.text);
    return parsed.http;
  };
  const mistake = (...args: string[]) => {
    const parsed = parse(...args);
    assert.ok('code' in parsed && parsed.code === 2);
    return parsed.text;
  };

  it('has the defaults of those before it', () => {
    assert.equal((parse() as { http?: unknown }).http, undefined);
    const options = http();
    assert.deepEqual(
      [options?.host, options?.port, options?.endpointPath, options?.stateless],
      ['localhost', 8080, '/mcp', false],
    );
    assert.deepEqual(options?.limits, { sessions: 1_000, body: 4_194_304, rate: 100, atOnce: 100, idle: 1_800 });
    for (const [flag, usual] of [
      ['transport', 'stdio'],
      ['host', options?.host],
      ['port', options?.port],
      ['endpoint-path', options?.endpointPath],
      ['max-sessions', options?.limits.sessions],
      ['max-body', options?.limits.body],
      ['rate-limit', options?.limits.rate],
      ['max-requests', options?.limits.atOnce],
      ['idle-timeout', options?.limits.idle],
    ])
      assert.match(HELP, new RegExp(`^ +--${flag} .* \\(default: ${usual}\\)$`, 'm'));
    assert.deepEqual(http('--transport', 'sse,streamable-http')?.transports, ['streamable-http', 'sse']);
  });

  it('says what does not fit together', () => {
    assert.match(mistake('--port', '80'), /--port is for HTTP/);
    assert.match(mistake('--transport', 'http'), /stdio, streamable-http or sse/);
    assert.match(mistake('--transport', 'stdio,sse'), /start another server/);
    const over = ['--transport', 'sse'];
    assert.match(mistake(...over, '--port', 'x'), /number from 0 to 65535/);
    for (const path of ['mcp', '/', '//']) assert.match(mistake(...over, '--endpoint-path', path), /a path such as/);
    for (const path of [...Object.values(HTTP_PATHS), '/sse/'])
      assert.match(mistake(...over, '--endpoint-path', path), /cannot be \/\w+: something else is there/);
    assert.match(mistake(...over, '--public-url', 'mcp.example.com'), /a URL such as/);
    assert.match(mistake(...over, '--tls-cert-file', 'x'), /go together/);
    assert.match(mistake(...over, '--pass-through', '--auth-token-file', 'x'), /goes neither with/);
    assert.match(mistake(...over, '--pass-through', '--auth-token-stdin'), /goes neither with/);
    assert.match(mistake(...over, '--pass-through', '--allow-context', '*'), /for one cluster to another/);
    assert.match(mistake(...over, '--impersonate-user', 'sub'), /needs --oidc-issuer-url or --token-review/);
    assert.match(mistake(...over, '--oidc-issuer-url', 'http://id.example.com'), /has to be an https URL/);
    assert.match(mistake(...over, '--oidc-issuer-url', 'https://id.example.com'), /needs --oidc-audience/);
    assert.match(mistake(...over, '--oidc-scope', 'mcp'), /need --oidc-issuer-url/);
    const signed = [...over, '--oidc-issuer-url', 'https://id.example.com', '--oidc-audience', 'mcp'];
    assert.match(mistake(...signed, '--oidc-scope', 'm"cp'), /takes names of scopes/);
    assert.match(mistake(...signed, '--token-exchange-client-id', 'x'), /need --token-exchange-audience/);
    const audience = ['--token-exchange-audience', 'kubernetes'];
    assert.match(mistake(...signed, ...audience), /needs --token-exchange-client-id/);
    const exchange = [...audience, '--token-exchange-client-id', 'x'];
    assert.match(mistake(...over, '--token-review', ...exchange), /needs --oidc-issuer-url/);
    for (const other of [['--token-review'], ['--pass-through'], ['--impersonate-user', 'sub'], ['--auth-token-stdin']])
      assert.match(mistake(...signed, ...exchange, ...other), /does not go with --/);
    assert.match(mistake(...signed, ...exchange, '--allow-context', '*'), /for one cluster to another/);
    const { oidc, tokenExchange } =
      http(...signed.slice(2), '--oidc-scope', 'mcp k8s', ...exchange, '--token-exchange-scope', 'api')
        ?.authentication ?? {};
    assert.deepEqual(oidc?.scopes, ['mcp', 'k8s']);
    assert.deepEqual(tokenExchange, {
      audience: 'kubernetes',
      clientId: 'x',
      secretFile: undefined,
      scopes: ['api'],
    });
  });

  it('listens beyond this machine only with authentication', () => {
    for (const host of ['0.0.0.0', '::', '10.0.0.1', 'example.com']) {
      assert.match(mistake('--transport', 'sse', '--host', host), /needs authentication/);
      assert.equal(http('--host', host, '--token-review')?.host, host);
      assert.equal(http('--host', host, '--auth-token-stdin')?.host, host);
      assert.equal(http('--host', host, '--insecure')?.host, host);
    }
    for (const host of ['127.0.0.1', '::1', 'localhost', '127.1.2.3']) assert.equal(http('--host', host)?.host, host);
  });
});
