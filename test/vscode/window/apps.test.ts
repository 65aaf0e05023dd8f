import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FrameLocator, Page } from 'playwright-core';
import { testCluster } from '../../server/environment.ts';
import { McpServer } from '../../server/mcp-process.ts';
import { APP_HOST } from '../harness/app-host.ts';
import { openPage } from '../harness/chromium.ts';
import { referenceAppHost } from '../harness/reference-app-host.ts';

interface Said {
  id?: number;
  method?: string;
  error?: { code: number };
}

/** What is in the window of the host's page, and in any. */
interface AppHost {
  said: Said[];
  open(html: string, context: object): Promise<void>;
  tell(message: object): void;
  getComputedStyle(element: unknown): { color: string };
}

/** What is in the window of the reference host's page. */
interface ReferenceHost {
  show(html: string, result: object): Promise<{ app: string; modes: string[]; height: number; problems: string[] }>;
  end(): Promise<object>;
}

const MARKUP = '<img src=x onerror="parent.postMessage(1)"><b>bold</b>';

describe('a view of MCP Apps', () => {
  let server: McpServer;
  let page: Page;
  let folder: string;
  let view: FrameLocator;
  const requests: string[] = [];
  before(async () => {
    server = await McpServer.start((await testCluster()).kubeconfig('admin'));
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-apps-'));
    page = await openPage(folder);
    page.on('request', (request) => requests.push(request.url()));
    await page.setContent(APP_HOST);
    view = page.frameLocator('iframe');
  });
  after(async () => {
    await page?.context().close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  async function pageOf(name: string): Promise<string> {
    const { contents } = await server.client.readResource({ uri: `ui://mcp-k8s/${name}` });
    const [content] = contents;
    return content && 'text' in content ? content.text : '';
  }
  async function open(name: string, context: object = { theme: 'dark' }): Promise<void> {
    await page.evaluate(([html, given]) => (globalThis as unknown as AppHost).open(html, given), [
      await pageOf(name),
      context,
    ] as const);
  }
  const tell = (message: object) => page.evaluate((told) => (globalThis as unknown as AppHost).tell(told), message);
  async function show(name: string, result: object, context?: object): Promise<void> {
    await open(name, context);
    await tell({ method: 'ui/notifications/tool-input', params: { arguments: {} } });
    await tell({ method: 'ui/notifications/tool-result', params: result });
  }
  const texts = (selector: string) => view.locator(selector).allTextContents();

  it('shows a list that its user sorts and filters', async () => {
    const { result, text } = await server.call('list_resources', { kind: 'deploy', namespace: 'shop' });
    await show('table', { ...result });
    const names = text
      .split('\n')
      .slice(2)
      .map((line) => line.split('\t')[0] ?? '');
    await view.locator('tbody tr').first().waitFor();
    assert.deepEqual(await texts('tbody td:first-child'), names);
    await view.getByRole('button', { name: 'NAME' }).click();
    await view.getByRole('button', { name: 'NAME' }).click();
    assert.deepEqual(await texts('tbody td:first-child'), [...names].sort().reverse());
    assert.equal(await view.locator('th').first().getAttribute('aria-sort'), 'descending');
    await view.getByLabel('Filter').fill(' WEB ');
    assert.deepEqual(await texts('tbody td:first-child'), ['web']);
    assert.match((await texts('.count')).join(), new RegExp(`^1 of ${names.length}$`));
  });

  it('shows a diagnosis with its chain of causes', async () => {
    const { result } = await server.call('diagnose_resource', { kind: 'deploy', name: 'payments', namespace: 'shop' });
    await show(
      'diagnosis',
      { ...result },
      { theme: 'light', styles: { variables: { '--color-text-danger': '#123456' } } },
    );
    await view.locator('.finding.cause').first().waitFor();
    const steps = await texts('.finding.cause:first-of-type li');
    assert.match(steps[0] ?? '', /^pod payments-/);
    assert.match(steps.at(-1) ?? '', /^its log says: .*DATABASE_URL/);
    assert.equal(
      await view
        .locator('.finding.cause b')
        .first()
        .evaluate((label) => (globalThis as unknown as AppHost).getComputedStyle(label).color),
      'rgb(18, 52, 86)',
    );
    await view.getByText('Warning events').click();
    assert.ok(await view.locator('details[open] .lines').first().isVisible());
  });

  it('shows what has changed', async () => {
    const text = 'Updated configmaps "a":\n--- live\n+++ updated\n@@ -1,1 +1,1 @@ data\n-  a: 1\n+  a: 2';
    await show('change', { content: [{ type: 'text', text }] });
    await view.locator('.added').waitFor();
    assert.deepEqual([await texts('.removed'), await texts('.added')], [['-  a: 1'], ['+  a: 2']]);
    // Nothing in it decides anything.
    assert.equal(await view.locator('button').count(), 0);
  });

  it('shows whatever a cluster says as text', async () => {
    const text = `${MARKUP}\nNAME\t${MARKUP}\n${MARKUP}\tx\nCause: ${MARKUP}\n${MARKUP}:\n  ${MARKUP}\n--- ${MARKUP}\n+++ b\n+${MARKUP}`;
    for (const name of ['table', 'diagnosis', 'change']) {
      await show(name, { isError: true, content: [{ type: 'text', text }, { type: 'image' }, null] });
      await view.locator('.added').waitFor();
      assert.equal(await view.locator('img, main p b').count(), 0);
      assert.ok((await view.locator('main').textContent())?.includes(MARKUP));
    }
  });

  it('keeps to the messages of the extension, and asks for nothing', async () => {
    await open('table', { styles: { variables: { '--x': 'url(https://example.com/x)', 'color;': 'red', '--y': 1 } } });
    await tell({ id: 'a', method: 'ping' });
    await tell({ id: 'b', method: 'tools/list' });
    await tell({ id: 'c', method: 'ui/resource-teardown', params: { reason: 'over' } });
    await tell({ method: 'ui/notifications/host-context-changed', params: { theme: 'light' } });
    await tell({ method: 'ui/notifications/tool-cancelled', params: { reason: 'user' } });
    await view.getByText('The call was cancelled.').waitFor();
    const said = await page.evaluate(() => (globalThis as unknown as AppHost).said);
    assert.deepEqual(
      said.filter(({ id }) => typeof id === 'string').map(({ id, error }) => [id, error?.code]),
      [
        ['a', undefined],
        ['b', -32601],
        ['c', undefined],
      ],
    );
    const methods = said.flatMap(({ method }) => method ?? []);
    assert.deepEqual(methods.slice(0, 2), ['ui/initialize', 'ui/notifications/initialized']);
    assert.deepEqual(
      methods.slice(2).filter((method) => method !== 'ui/notifications/size-changed'),
      [],
    );
    assert.deepEqual(
      requests.filter((url) => !/^(about|data):/.test(url)),
      [],
    );
  });

  it('is shown by hosts that use the bridge of the SDK of MCP Apps', async () => {
    await page.setContent(await referenceAppHost());
    await page.waitForFunction('window.show');
    const { result } = await server.call('list_resources', { kind: 'deploy', namespace: 'shop' });
    for (const name of ['table', 'diagnosis', 'change']) {
      const { height, ...seen } = await page.evaluate(
        ([html, answer]) => (globalThis as unknown as ReferenceHost).show(html, answer),
        [await pageOf(name), { ...result }] as const,
      );
      assert.deepEqual(seen, { app: 'mcp-k8s', modes: ['inline', 'fullscreen'], problems: [] }, name);
      assert.ok(height > 0);
      await view.getByText('payments').first().waitFor();
      await view.locator('html[style*="color-scheme: light"]').waitFor();
      assert.deepEqual(await page.evaluate(() => (globalThis as unknown as ReferenceHost).end()), {});
    }
  });
});
