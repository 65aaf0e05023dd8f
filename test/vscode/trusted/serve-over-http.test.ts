import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { page } from '../harness/page.ts';
import { diffTabs, titleButton } from '../reviewing.ts';
import { call, closeClients, connect, copiedAddress, openSheet, SERVED, stopServing, toolsAt } from '../serving.ts';
import { notified } from '../tree.ts';
import { allow, kubectl, objectTabs, STATUS, screenshots, set, until } from '../workspace.ts';

const UPDATE = 'update_resource';
const NAMESPACE = 'team-b';
const ROW = '.quick-input-list .monaco-list-row';

/** The command lines of this window's HTTP servers. */
async function processes(): Promise<{ pid: number; command: string }[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'ppid=,pid=,args=']);
  return stdout
    .split('\n')
    .filter((line) => line.includes('--auth-token-stdin'))
    .map((line) => line.trim().split(/\s+/))
    .filter(([ppid]) => Number(ppid) === process.pid)
    .map(([, pid, ...command]) => ({ pid: Number(pid), command: command.join(' ') }));
}

/** The status of the answer to a client's first request. */
async function statusFor(url: string, headers: Record<string, string>): Promise<number> {
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } };
  const { status } = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }),
  });
  return status;
}

describe('serve over HTTP', () => {
  let address = { url: '', token: '' };

  after(async () => {
    for (const name of ['enableCreate', 'enableUpdate']) await set(name, undefined);
    await kubectl('-n', NAMESPACE, 'delete', 'configmap', 'served', '--ignore-not-found');
  });
  afterEach(async () => {
    await closeClients();
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  it('starts from the command palette, and shows URL and token to be copied', async () => {
    assert.deepEqual(await processes(), []);
    await page.press('F1');
    await page.waitFor('.quick-input-widget input');
    await page.type('MCP for Kubernetes: Serve');
    await page.click(`${ROW} >> text=Serve over HTTP…`);
    await page.waitFor(`${ROW} >> text=Copy URL`);
    await screenshots('serve-over-http');
    const rows = (await page.texts(ROW)).join('\n');
    address = await copiedAddress();
    assert.match(address.url, /^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
    assert.match(address.token, /^[\w-]{43}$/, '256 bits');
    assert.ok(!rows.includes(address.token), 'the token is not on the screen');
    await page.waitFor(SERVED);
    const [server, ...others] = await processes();
    assert.ok(server && others.length === 0);
    assert.ok(!server.command.includes(address.token), 'the token is not on the command line');
  });

  it('answers a client that has the token, and shows in the editor what it reads', async () => {
    const tools = await toolsAt(address);
    assert.ok(tools.includes('get_resource'));
    assert.ok(!tools.some((name) => /^(create|update|delete|exec)_/.test(name)), tools.join());
    const client = await connect(address);
    const secret = await call(client, 'get_resource', { kind: 'secret', name: 'db-credentials', namespace: 'shop' });
    // The workspace's kubeconfig is the admin's; values stay hidden.
    assert.match(secret, /kind: Secret[\s\S]*<redacted/);
    await until('the document', () => objectTabs().some(({ path }) => path.endsWith('/db-credentials.yaml')));
  });

  it('refuses who has no token or a wrong one', async () => {
    assert.equal(await statusFor(address.url, {}), 401);
    assert.equal(await statusFor(address.url, { authorization: `Bearer ${'x'.repeat(43)}` }), 401);
    assert.equal(await statusFor(address.url, { authorization: `Bearer ${address.token}` }), 200);
  });

  it('follows the settings, at the same URL and with the same token; who is connected stays so', async () => {
    const client = await connect(address);
    const session = client.transport?.sessionId;
    assert.ok(session);
    // While the server is replaced, nobody answers for a moment.
    const names = async () =>
      client.listTools().then(
        ({ tools }) => tools.map(({ name }) => name),
        (): string[] => [],
      );
    assert.ok((await names()).includes('get_resource'));
    await allow('enableCreate');
    await until('the tool', async () => (await names()).includes('create_resource'));
    await openSheet();
    assert.deepEqual(await copiedAddress(), address);
    await set('enableCreate', undefined);
    await until('the tool to go', async () => {
      const tools = await names();
      return tools.includes('get_resource') && !tools.includes('create_resource');
    });
    const read = await call(client, 'get_resource', { kind: 'namespace', name: 'shop' });
    assert.match(read, /kind: Namespace/);
    assert.equal(client.transport?.sessionId, session);
    assert.equal((await processes()).length, 1);
  });

  it('leaves a write to the user at the editor', async () => {
    await kubectl('-n', NAMESPACE, 'create', 'configmap', 'served', '--from-literal=a=first');
    const value = () => kubectl('-n', NAMESPACE, 'get', 'configmap', 'served', '-o', 'jsonpath={.data.a}');
    await allow('enableUpdate');
    await until('the tool', async () => (await toolsAt(address)).includes(UPDATE));
    const client = await connect(address);
    const update = (to: string) => {
      const patch = JSON.stringify({ data: { a: to } });
      return call(client, 'update_resource', { kind: 'cm', name: 'served', namespace: NAMESPACE, patch });
    };
    for (const [button, to, expected] of [
      ['Reject', 'rejected', 'first'],
      ['Apply', 'applied', 'applied'],
    ] as const) {
      const answer = update(to);
      await until('the review', () => diffTabs('k8s-review').length === 1);
      await page.waitFor(`.monaco-diff-editor .view-line >> text=${to}`);
      await page.waitFor(titleButton(button));
      await page.screenshot(`serve-over-http-review-${to}`);
      await page.click(titleButton(button));
      assert.match(await answer, button === 'Apply' ? /applied/ : /The user rejected this/);
      assert.equal(await value(), expected);
    }
    await set('enableUpdate', undefined);
    // Until its successor answers, the old server refuses what begins.
    await until('the next server', async () => !(await toolsAt(address).catch(() => [UPDATE])).includes(UPDATE));
  });

  it('gives a configuration for clients, under a name that is not taken', async () => {
    await openSheet();
    await page.click(`${ROW} >> text=Copy Configuration…`);
    await page.waitFor(`${ROW} >> text=.vscode/mcp.json`);
    assert.ok(!(await page.texts(ROW)).join().includes('Claude Desktop'), 'takes no URLs');
    await page.screenshot('serve-over-http-configuration');
    await page.click(`${ROW} >> text=.vscode/mcp.json`);
    await notified('it holds the token');
    const { servers } = JSON.parse(await vscode.env.clipboard.readText());
    const headers = { Authorization: `Bearer ${address.token}` };
    assert.deepEqual(servers, { 'mcp-k8s-http': { type: 'http', url: address.url, headers } });
  });

  it('stands in the status bar and its menu', async () => {
    await page.waitFor(`${STATUS} [aria-label$="Served over HTTP at ${address.url}"]`);
    await page.click(STATUS);
    await page.waitFor(`${ROW}:has-text("Serve over HTTP…"):has-text("${address.url}")`);
    await screenshots('serve-over-http-status');
    await page.click(`${ROW} >> text=Serve over HTTP…`);
    await page.waitFor(`${ROW} >> text=Stop`);
  });

  it('ends with Stop: nobody listens any more, and the next start has another token', async () => {
    // A change of settings may still be replacing the server.
    await until('a client', () =>
      connect(address).then(
        () => true,
        () => false,
      ),
    );
    await stopServing();
    await assert.rejects(fetch(address.url), (error: Error) => /ECONNREFUSED/.test(String(error.cause)));
    assert.deepEqual(await processes(), []);
    await openSheet();
    const next = await copiedAddress();
    assert.notEqual(next.token, address.token);
    assert.equal(await statusFor(next.url, { authorization: `Bearer ${address.token}` }), 401);
    address = next;
  });

  it('goes on with its clients when the server breaks down, and says so when it does not last', async () => {
    const client = await connect(address);
    const session = client.transport?.sessionId;
    const read = () => call(client, 'get_resource', { kind: 'namespace', name: 'shop' });
    assert.match(await read(), /kind: Namespace/);
    const kill = async () => {
      const [server] = await processes();
      assert.ok(server);
      process.kill(server.pid, 'SIGKILL');
    };
    await kill();
    await until('the next server', async () => /kind: Namespace/.test(await read().catch(() => '')));
    assert.equal(client.transport?.sessionId, session);
    await page.waitFor(SERVED);
    await kill();
    await notified('not served over HTTP any more');
    await page.waitFor(SERVED, { state: 'hidden' });
  });

  it('says what is wrong with the kubeconfig instead of starting', async () => {
    await set('kubeconfig', '/nonexistent/kubeconfig');
    try {
      await vscode.commands.executeCommand('mcpK8s.serveOverHttp');
      await notified('/nonexistent/kubeconfig');
      await page.screenshot('serve-over-http-no-kubeconfig');
      assert.deepEqual(await processes(), []);
    } finally {
      await set('kubeconfig', undefined);
    }
  });
});
