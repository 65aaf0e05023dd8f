import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { mock } from 'node:test';
import type { ClientRegistry } from '../../../../src/server/http/client-registry.ts';
import { GracefulShutdown } from '../../../../src/server/http/graceful-shutdown.ts';
import { Sessions } from '../../../../src/server/http/sessions.ts';
import { StalledReaders } from '../../../../src/server/http/stalled-readers.ts';
import { until } from '../../../support/until.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

describe('the end of the HTTP server', () => {
  let server: Server;
  let tasks: { running: number };
  let ends: { stopping: AbortController; ending: AbortController };
  let exits: unknown[];
  let exited: Promise<unknown>;
  let shutdown: GracefulShutdown;
  let others: Map<string, NodeJS.SignalsListener[]>;

  beforeEach(async () => {
    others = new Map(SIGNALS.map((signal) => [signal, process.listeners(signal)]));
    exits = [];
    const exit = Promise.withResolvers<unknown>();
    exited = exit.promise;
    mock.method(process, 'exit', (code: unknown) => {
      exits.push(code);
      exit.resolve(code);
    });
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    tasks = { running: 1 };
    ends = { stopping: new AbortController(), ending: new AbortController() };
    shutdown = new GracefulShutdown({
      ...{ server, tasks, ends },
      sessions: new Sessions(1),
      registry: { close: () => undefined } as unknown as ClientRegistry,
      readers: new StalledReaders(),
      last: async () => undefined,
      log: () => undefined,
    });
  });
  afterEach(() => {
    mock.restoreAll();
    for (const signal of SIGNALS)
      for (const listener of process.listeners(signal))
        if (!others.get(signal)?.includes(listener)) process.off(signal, listener);
    server.close();
  });
  const signal = (name: (typeof SIGNALS)[number]) => process.listeners(name).at(-1)?.(name);

  it('waits for what runs when its parent is gone after a signal, but no longer than for the parent', async () => {
    signal('SIGTERM');
    void shutdown.end(60_000);
    assert.ok(ends.stopping.signal.aborted);
    tasks.running = 0;
    assert.equal(await exited, 0);
    assert.deepEqual(exits, [0]);
  });

  it('comes sooner when its parent is gone', async () => {
    signal('SIGTERM');
    const begin = performance.now();
    void shutdown.end(1);
    assert.equal(await exited, 0);
    assert.ok(ends.ending.signal.aborted);
    assert.ok(performance.now() - begin < 15_000);
  });

  it('is waited for when the first signal comes after the parent is gone', async () => {
    void shutdown.end(60_000);
    signal('SIGTERM');
    assert.deepEqual(exits, []);
    tasks.running = 0;
    assert.equal(await exited, 0);
  });

  it('comes at once with a second signal', async () => {
    signal('SIGINT');
    assert.deepEqual(exits, []);
    signal('SIGTERM');
    assert.deepEqual(exits, [1]);
    // Here the process goes on.
    tasks.running = 0;
    await until(() => exits.length === 2);
  });
});
