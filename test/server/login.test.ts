import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type CallToolResult,
  ElicitationCompleteNotificationSchema,
  ElicitRequestSchema,
  LoggingMessageNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { parse, stringify } from 'yaml';
import { EditorChannel } from '../../src/extension/servers/editor-channel.ts';
import type { LoginShown } from '../../src/protocol.ts';
import { isAlive } from '../support/alive.ts';
import { AskingPlugin, type PluginScript } from '../support/asking-plugin.ts';
import { until } from '../support/until.ts';
import { testCluster } from './environment.ts';
import { HttpServer } from './http-process.ts';
import { McpServer } from './mcp-process.ts';

const READ = ['list_resources', { kind: 'deploy', namespace: 'shop' }] as const;
const URL = 'https://microsoft.com/devicelogin';
const SAYS = `To sign in, use a web browser to open the page ${URL} and enter the code ABCD12345 to authenticate.\n`;

describe('a login that needs a person', () => {
  let folder: string;
  let token: string;
  let config: { users: { name: string; user: Record<string, unknown> }[] };
  let stop: (() => unknown)[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-login-'));
    config = parse(await readFile((await testCluster()).kubeconfig('viewer'), 'utf8'));
    token = String(config.users[0]?.user.token);
    stop = [];
  });
  afterEach(async () => {
    for (const one of stop) await one();
    await rm(folder, { recursive: true, force: true });
  });

  async function plugin(script: Partial<PluginScript> = {}): Promise<AskingPlugin> {
    return AskingPlugin.create(folder, { says: SAYS, status: { token }, ...script });
  }
  async function kubeconfigOf({ user }: AskingPlugin): Promise<string> {
    const path = join(folder, 'kubeconfig');
    await writeFile(path, stringify({ ...config, users: [{ name: config.users[0]?.name, user }] }));
    return path;
  }
  async function start(asking: AskingPlugin, capabilities = {}, env: Record<string, string> = {}): Promise<McpServer> {
    const path = await kubeconfigOf(asking);
    const server = await McpServer.start(path, [], { HOME: folder, ...env }, capabilities);
    stop.push(() => server.stop());
    return server;
  }

  it('is asked for by elicitation where the client can open addresses; what waited goes on by itself', async () => {
    const asking = await plugin();
    const server = await start(asking, { elicitation: { url: {} } });
    const asked: unknown[] = [];
    const completed: string[] = [];
    server.client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
      asked.push(params);
      void asking.answer();
      return { action: 'accept' };
    });
    server.client.setNotificationHandler(ElicitationCompleteNotificationSchema, ({ params }) => {
      completed.push(params.elicitationId);
    });
    const calls = [server.text(...READ), server.text('get_api_resources'), server.text(...READ)];
    for (const text of await Promise.all(calls)) assert.doesNotMatch(text, /ABCD12345/);
    assert.equal(asked.length, 1, 'one question for all calls');
    const { mode, url, message, elicitationId } = asked[0] as Record<string, string>;
    assert.deepEqual([mode, url], ['url', URL]);
    assert.match(
      message ?? '',
      /"asking-plugin" of context ".+" waits for the user to sign in: open https:\/\/microsoft\.com\/devicelogin and enter the code ABCD12345\.$/,
    );
    assert.deepEqual(completed, [elicitationId]);
    assert.equal((await asking.runs()).filter(({ event }) => event === 'ask').length, 1);
    assert.doesNotMatch(server.log + JSON.stringify(asked), new RegExp(token.slice(0, 40)));
  });

  it('ends when the user declines it', async () => {
    const asking = await plugin();
    const server = await start(asking, { elicitation: { url: {} } });
    server.client.setRequestHandler(ElicitRequestSchema, async () => ({ action: 'decline' }));
    assert.match(
      await server.error(...READ),
      /credentials of context .+ cannot be obtained: the user declined the login/,
    );
    await gone(asking);
  });

  it('is told by progress and in the log where the client can do nothing else', async () => {
    const asking = await plugin();
    const server = await start(asking);
    const logged = Promise.withResolvers<unknown>();
    server.client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => logged.resolve(params.data));
    const told = Promise.withResolvers<string>();
    const call = server.client.callTool({ name: READ[0], arguments: READ[1] }, undefined, {
      onprogress: ({ message }) => told.resolve(message ?? ''),
    });
    const expected = /open https:\/\/microsoft\.com\/devicelogin and enter the code ABCD12345\./;
    assert.match(await told.promise, expected);
    assert.match(String(await logged.promise), expected);
    assert.match(server.log, expected);
    await asking.answer();
    assert.notEqual((await call).isError, true);
  });

  it('is named in the answer where nobody else could be told; it goes on, and the next call has its credential', async () => {
    const asking = await plugin();
    const server = await start(asking);
    const error = await server.error(...READ);
    assert.match(
      error,
      /open https:\/\/microsoft\.com\/devicelogin and enter the code ABCD12345\. Tell the user exactly this\./,
    );
    const next = server.text(...READ);
    await asking.answer();
    await next;
    assert.equal((await asking.runs()).filter(({ event }) => event === 'begin').length, 1);
  });

  it('is shown by the editor, and by nobody else; cancelled there, it ends', async () => {
    const asking = await plugin();
    const shown: LoginShown[] = [];
    const answer = Promise.withResolvers<boolean>();
    const over = Promise.withResolvers<void>();
    const channel = new EditorChannel({
      onShown: () => {},
      onReview: async () => ({ applied: false }),
      onKubeconfig: async () => 'agreed',
      onLogin: (login, signal) => {
        shown.push(login);
        signal.addEventListener('abort', () => over.resolve());
        return shown.length === 1 ? answer.promise : new Promise(() => {});
      },
      log: () => {},
    });
    stop.push(() => channel.dispose());
    const server = await start(asking, { elicitation: { url: {} } }, await channel.environment(undefined));
    server.client.setRequestHandler(ElicitRequestSchema, () => assert.fail('the editor shows it'));
    const call = server.error(...READ);
    await until(() => shown.length === 1);
    assert.deepEqual(
      { ...shown[0], context: '' },
      { context: '', plugin: 'asking-plugin', url: URL, code: 'ABCD12345', text: SAYS.trim() },
    );
    answer.resolve(true);
    assert.match(await call, /the user cancelled the login/);
    await gone(asking);
    const again = server.text(...READ);
    await until(() => shown.length === 2);
    await asking.answer();
    await again;
    await over.promise;
  });

  it('ends with the last call that waits for it', async () => {
    const asking = await plugin();
    const server = await start(asking);
    const cancel = new AbortController();
    const call = server.client.callTool({ name: READ[0], arguments: READ[1] }, undefined, { signal: cancel.signal });
    await until(() => /ABCD12345/.test(server.log));
    cancel.abort();
    await assert.rejects(call);
    await gone(asking);
  });

  it('ends with the server', async () => {
    const asking = await plugin();
    const server = await start(asking);
    const call = server.call(...READ).catch(() => undefined);
    await until(() => /ABCD12345/.test(server.log));
    await server.stop();
    await call;
    await gone(asking);
    assert.deepEqual(await readdir(join(folder, '.cache', 'mcp-k8s', 'logins')), []);
  });

  it('is asked for once at a time by all servers; those that wait go on with what the plugin remembers', async () => {
    const asking = await plugin({ remembers: true });
    const servers = await Promise.all([start(asking), start(asking), start(asking)]);
    const calls = servers.map((server) => server.text(...READ));
    await until(() => servers.some(({ log }) => /ABCD12345/.test(log)));
    await until(() => servers.filter(({ log }) => /in another window or server/.test(log)).length === 2);
    assert.equal((await asking.runs()).filter(({ event }) => event === 'begin').length, 1);
    await asking.answer();
    await Promise.all(calls);
    const runs = await asking.runs();
    assert.deepEqual(
      runs.map(({ event }) => event),
      ['begin', 'ask', 'end', 'begin', 'end', 'begin', 'end'],
    );
  });

  it('is taken over from a process that died with it', async () => {
    const asking = await plugin();
    const [first, second] = [await start(asking), await start(asking)];
    const lost = first.call(...READ).catch(() => undefined);
    await until(() => /ABCD12345/.test(first.log));
    const waiting = second.text(...READ);
    process.kill(first.pid, 'SIGKILL');
    await lost;
    await until(() => /ABCD12345/.test(second.log));
    await asking.answer();
    await waiting;
  });

  it('comes again in the middle of a session, when the credential has ended', async () => {
    const ends = new Date(Date.now() + 6_000).toISOString();
    const asking = await plugin({ status: { token, expirationTimestamp: ends } });
    const server = await start(asking);
    await asking.answer();
    await server.text(...READ);
    await rm(join(folder, 'answered'));
    // A new credential is used briefly, whatever its expiry.
    const ended = Math.max(Date.parse(ends), Date.now() + 5_500);
    await until(() => Date.now() > ended);
    const asks = async () => (await asking.runs()).filter(({ event }) => event === 'ask').length;
    assert.equal(await asks(), 1);
    const call = server.text(...READ);
    await until(async () => (await asks()) === 2);
    await asking.answer();
    await call;
  });

  it('renews a certificate in the connections that are open, too', async () => {
    const { users } = parse(await readFile((await testCluster()).kubeconfig('admin'), 'utf8'));
    const pem = (field: string) => Buffer.from(users[0].user[field], 'base64').toString();
    const ends = Date.now() + 6_000;
    const status = {
      clientCertificateData: pem('client-certificate-data'),
      clientKeyData: pem('client-key-data'),
      expirationTimestamp: new Date(ends).toISOString(),
    };
    const asking = await plugin({ status });
    await asking.answer();
    const server = await start(asking);
    const secrets = ['list_resources', { kind: 'secrets', namespace: 'shop' }] as const;
    await server.text(...secrets);
    const ended = Math.max(ends, Date.now() + 5_500);
    // Now the viewer's: a reused administrator certificate would still see the Secrets.
    await plugin();
    await until(() => Date.now() > ended);
    assert.match(await server.error(...secrets), /cannot list/);
    await server.text(...READ);
  });

  it('comes again when the cluster refuses the credential', async () => {
    const asking = await plugin({ status: { token: 'revoked' } });
    const server = await start(asking);
    const refused = server.error(...READ);
    await until(() => /ABCD12345/.test(server.log));
    await asking.answer();
    assert.match(await refused, /401/);
    const asks = (await asking.runs()).filter(({ event }) => event === 'ask');
    assert.equal(asks.length, 1, 'who has just signed in is not asked again by the same call');
    await rm(join(folder, 'answered'));
    await AskingPlugin.create(folder, { says: SAYS, status: { token } });
    // For so long, what the cluster refused is not asked for again.
    await delay(5_000);
    const call = server.text(...READ);
    await until(async () => (await asking.runs()).at(-1)?.event === 'ask');
    await asking.answer();
    await call;
  });

  it('is heard on stdout too, before the credential', async () => {
    const asking = await plugin({ says: '', saysOnStdout: SAYS });
    const server = await start(asking);
    const call = server.text(...READ);
    await until(() => /ABCD12345/.test(server.log));
    await asking.answer();
    await call;
  });

  it('says why the plugin died', async () => {
    const asking = await plugin({ dies: 'AADSTS70020: the code has expired, password=hunter2hunter2' });
    const server = await start(asking);
    const call = server.error(...READ);
    await until(() => /ABCD12345/.test(server.log));
    await asking.answer();
    const error = await call;
    assert.match(error, /asking-plugin" failed: .*AADSTS70020: the code has expired/s);
    assert.doesNotMatch(error, /hunter2/);
  });

  it('survives a plugin that never stops talking', async () => {
    const asking = await plugin({ says: `${SAYS}${'noise and more noise\n'.repeat(500_000)}` });
    const server = await start(asking);
    const call = server.text(...READ);
    await until(() => /ABCD12345/.test(server.log));
    await asking.answer();
    await call;
    assert.ok(server.log.length < 100_000);
  });

  it('leads nowhere but to a browser’s address, and shows what cannot be seen', async () => {
    const says = [
      'To sign in open command:workbench.action.terminal.new or javascript:alert(1) in a browser\n',
      'or log in at https://user:hunter2hunter2@evil.example/ in a browser\u202E\n',
    ].join('');
    const asking = await plugin({ says });
    const server = await start(asking, { elicitation: { url: {} } });
    server.client.setRequestHandler(ElicitRequestSchema, () => assert.fail('there is nothing to open'));
    const told = Promise.withResolvers<string>();
    const call = server.client.callTool({ name: READ[0], arguments: READ[1] }, undefined, {
      onprogress: ({ message }) => told.resolve(message ?? ''),
    });
    const text = await told.promise;
    assert.doesNotMatch(text, /hunter2|\u202E/);
    assert.equal(text.split('\n').length, 1);
    await asking.answer();
    assert.notEqual(((await call) as CallToolResult).isError, true);
  });

  it('over HTTP is asked of each client whose call waits, where it is the user’s own server', async () => {
    const asking = await plugin();
    const args = ['--kubeconfig', await kubeconfigOf(asking)];
    const server = await HttpServer.start(args, { HOME: folder });
    stop.push(() => server.process.kill());
    const clients = await Promise.all(
      (['sse', 'streamable-http'] as const).map((over) =>
        server.connect({ over, capabilities: { elicitation: { url: {} } } }),
      ),
    );
    let asked = 0;
    for (const { client } of clients)
      client.setRequestHandler(ElicitRequestSchema, async () => {
        asked += 1;
        if (asked === clients.length) void asking.answer();
        return { action: 'accept' };
      });
    for (const text of await Promise.all(clients.map(({ call }) => call(...READ)))) assert.match(text, /deployments/);
    assert.equal(asked, 2);
  });

  it('is nobody’s but of who runs the server, where callers are others', async () => {
    const asking = await plugin();
    const args = ['--kubeconfig', await kubeconfigOf(asking), '--host', '0.0.0.0', '--insecure'];
    const server = await HttpServer.start(args, { HOME: folder });
    stop.push(() => server.process.kill());
    const { client, call } = await server.connect({ capabilities: { elicitation: { url: {} } } });
    client.setRequestHandler(ElicitRequestSchema, () => assert.fail('a stranger would sign in'));
    const text = await call(...READ);
    assert.match(text, /waits for whoever runs this server to sign in; its log says how/);
    assert.doesNotMatch(text, /ABCD12345|microsoft/);
    await server.logged(({ message }) => /enter the code ABCD12345/.test(message));
    await asking.answer();
    // Until then the next call would get the same answer.
    const locks = join(folder, '.cache', 'mcp-k8s', 'logins');
    await until(async () => (await readdir(locks)).length === 0);
    assert.match(await call(...READ), /deployments/);
  });

  /** Waits until its processes have ended. */
  async function gone(asking: AskingPlugin): Promise<void> {
    const runs = await asking.runs();
    assert.ok(runs.length > 0);
    await until(() => runs.every(({ pid }) => !isAlive(pid)));
  }
});
