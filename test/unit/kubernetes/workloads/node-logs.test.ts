import assert from 'node:assert/strict';
import type { ApiResource } from '../../../../src/kubernetes/apimachinery/api-resource.ts';
import { ApiError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import { kinds } from '../../../../src/kubernetes/apimachinery/well-known-kinds.ts';
import type { ApiClient } from '../../../../src/kubernetes/client/client.ts';
import type { ApiRequest } from '../../../../src/kubernetes/client/request.ts';
import { readNodeLog } from '../../../../src/kubernetes/workloads/node-logs.ts';

const LISTING =
  '<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n<a href="containers/">containers/</a>\n<a href="cron.log">cron.log</a>\n<a href="pods/">pods/</a>\n</pre>\n';

describe("a node's log", () => {
  let requests: ApiRequest[];
  const read = (log: string, files: Record<string, string>, service?: string) => {
    requests = [];
    const stream = async (request: ApiRequest) => {
      requests.push(request);
      const name = request.path.replace('/api/v1/nodes/n/proxy/logs/', '');
      const text = request.query?.query && service !== undefined ? service : files[name];
      if (text === undefined) throw new ApiError(404, 'NotFound', 'not found');
      return (async function* () {
        yield Buffer.from(text);
      })();
    };
    const client = { stream } as unknown as ApiClient;
    const signal = new AbortController().signal;
    return readNodeLog(client, kinds.nodes as unknown as ApiResource, {
      node: 'n',
      log,
      lines: 2,
      sinceSeconds: 60,
      signal,
    });
  };
  const texts = async (...args: Parameters<typeof read>) => {
    const found = await read(...args);
    return 'names' in found ? found.names : found.lines.map(({ text }) => text);
  };

  it('of a service is asked for by name, and redacted', async () => {
    const [first, second] = await texts('kubelet', {}, 'started\npassword=hunter2-secret\n');
    assert.equal(first, 'started');
    assert.match(second ?? '', /^password=<redacted/);
    assert.deepEqual([requests[0]?.query?.query, requests[0]?.query?.tailLines], ['kubelet', 3]);
    assert.match(String(requests[0]?.query?.sinceTime), /^\d{4}-/);
  });

  it('is a file where the query is switched off', async () => {
    assert.deepEqual(await texts('cron', { '': LISTING, 'cron.log': 'a\nb\nc\n' }), ['b', 'c']);
    assert.deepEqual(await texts('kubelet', { '': LISTING }), ['cron.log']);
    assert.deepEqual(await texts('', { '': LISTING }), ['cron.log']);
    await assert.rejects(read('kubelet', {}), /shows no logs: its system log handler is switched off/);
  });

  it('of a file is its newest part', async () => {
    assert.deepEqual(await texts('apt/history.log', { 'apt/history.log': 'a\nb\nc' }), ['b', 'c']);
    assert.match(requests[0]?.headers?.Range ?? '', /^bytes=-\d+$/);
    await assert.rejects(read('no.log', {}), /has no log "no\.log"/);
  });

  it('has older lines, or is all there is', async () => {
    const more = async (...args: Parameters<typeof read>) => {
      const found = await read(...args);
      return 'names' in found ? undefined : [found.lines.length, found.more];
    };
    assert.deepEqual(await more('kubelet', {}, 'a\nb\n'), [2, false]);
    assert.deepEqual(await more('kubelet', {}, 'a\nb\nc\n'), [2, true]);
    assert.deepEqual(await more('a.log', { 'a.log': 'a\nb\n' }), [2, false]);
    assert.deepEqual(await more('a.log', { 'a.log': 'a\nb\nc\n' }), [2, true]);
    // One byte more than is kept was asked for.
    const long = `${'x '.repeat(2 ** 21)}\n`;
    assert.deepEqual(await more('a.log', { 'a.log': `\n${long}${long}`.slice(-(2 ** 23) - 1) }), [1, true]);
    assert.equal(requests[0]?.headers?.Range, `bytes=-${2 ** 23 + 1}`);
  });

  it('is not that of a pod, and nothing else', async () => {
    for (const log of ['pods', 'pods/a_b_c/0.log', 'containers/x']) await assert.rejects(read(log, {}), /logs of pods/);
    for (const log of ['..', '../run', 'a/../../run', '%2e%2e', 'a?b', 'a b', './a'])
      await assert.rejects(read(log, {}), /is no log/);
    assert.equal(requests.length, 0);
  });
});
