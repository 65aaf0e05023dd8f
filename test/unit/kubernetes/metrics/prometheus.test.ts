import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { prometheusAt } from '../../../../src/kubernetes/metrics/prometheus.ts';

describe('prometheusAt', () => {
  const signal = new AbortController().signal;

  async function answering(
    answer: (request: IncomingMessage, response: ServerResponse) => void,
    run: (address: string) => Promise<void>,
  ) {
    const server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      await run(`http://us%40er:p%3Ass@127.0.0.1:${(server.address() as AddressInfo).port}/base/`);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  }

  it('signs in with what the address says, and names neither in any error', async () => {
    const asked: (string | undefined)[] = [];
    await answering(
      ({ url, headers }, response) => {
        asked.push(url, headers.authorization);
        response.end(JSON.stringify({ status: 'success', data: { result: [] }, warnings: ['partial'] }));
      },
      async (address) => {
        const prometheus = prometheusAt(address);
        assert.match(prometheus.place, /^http:\/\/127\.0\.0\.1:\d+$/);
        assert.deepEqual((await prometheus.ask('query', { query: 'a&b' }, signal)).warnings, ['partial']);
        assert.deepEqual(asked, [
          '/base/api/v1/query?query=a%26b',
          `Basic ${Buffer.from('us@er:p:ss').toString('base64')}`,
        ]);
      },
    );
    for (const [status, body, message] of [
      [401, 'who?', /: HTTP 401$/],
      [400, '{"status":"error","error":"parse error at 1"}', /: parse error at 1$/],
      [302, '', /cannot be asked: it answers with something else/],
      [200, '<html>', /cannot be asked: it answers with something else/],
      [200, '{"status":"success"}', /it answers with something else/],
    ] as const)
      await answering(
        (_, response) => response.writeHead(status, { location: '/elsewhere' }).end(body),
        (address) =>
          assert.rejects(prometheusAt(address).ask('query', {}, signal), (error: Error) => {
            assert.match(error.message, message);
            assert.doesNotMatch(error.message, /us%40|us@|p%3A|p:ss/);
            return true;
          }),
      );
  });

  it('gives up after the time it has', async () => {
    await answering(
      () => undefined,
      (address) => assert.rejects(prometheusAt(address).ask('query', {}, signal, 200), /did not answer within 0\.2 s/),
    );
  });

  it('takes http and https only, and does not repeat what it was given', () => {
    for (const address of ['prometheus:9090', 'file:///etc/passwd', 'https://', 'secret'])
      assert.throws(() => prometheusAt(address), {
        message: 'The address of Prometheus in the settings is no http or https URL.',
      });
  });
});
