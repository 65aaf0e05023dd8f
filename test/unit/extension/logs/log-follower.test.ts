import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { follow } from '../../../../src/extension/logs/log-follower.ts';
import type { FollowedObjects } from '../../../../src/extension/logs/pod-search.ts';
import type { ApiResource } from '../../../../src/kubernetes/apimachinery/api-resource.ts';
import { LoginError, UserError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import { orAborted } from '../../../../src/kubernetes/apimachinery/or-aborted.ts';
import { kinds } from '../../../../src/kubernetes/apimachinery/well-known-kinds.ts';
import type { Connection } from '../../../../src/kubernetes/client/cluster.ts';
import type { ApiRequest } from '../../../../src/kubernetes/client/request.ts';
import type { ContainerStatus, Pod } from '../../../../src/kubernetes/workloads/pods.ts';
import { until } from '../../../support/until.ts';

/** Milliseconds between two looks. */
const INTERVAL = 5;

describe('the logs of a workload', () => {
  it('are followed of pods that live before those that ended', async () => {
    const pod = (name: string, phase: string): Pod => ({
      metadata: {
        name,
        uid: name,
        namespace: 'shop',
        ownerReferences: [{ uid: 'w', kind: 'StatefulSet', name: 'web' }],
      },
      spec: { containers: [{ name: 'app' }] },
      status: { phase },
    });
    const pods = [...Array.from({ length: 60 }, (_, index) => pod(`old-${index}`, 'Failed')), pod('web-0', 'Running')];
    const followed: string[] = [];
    const client = {
      json: async ({ path }: ApiRequest) =>
        path.endsWith('/pods')
          ? { items: pods }
          : { metadata: { name: 'web', uid: 'w' }, spec: { selector: { matchLabels: { app: 'web' } } } },
      stream: async ({ path }: ApiRequest) => {
        followed.push(path.split('/').at(-2) ?? '');
        return (async function* () {})();
      },
    };
    const resource = { ...kinds.statefulSets, kind: 'StatefulSet', namespaced: true } as unknown as ApiResource;
    await follow({
      source: async () => ({
        connection: { client, closed: new AbortController().signal } as unknown as Connection,
        objects: [{ resource, namespace: 'shop', name: 'web' }],
      }),
      container: undefined,
      previous: true,
      lines: 10,
      onLines: () => undefined,
      signal: new AbortController().signal,
    });
    assert.deepEqual([followed.length, followed[0]], [50, 'web-0']);
  });
});

describe('the log of a container', () => {
  const resource = { ...kinds.pods, kind: 'Pod', namespaced: true } as unknown as ApiResource;
  const crashed: ContainerStatus = { name: 'app', state: { waiting: { reason: 'CrashLoopBackOff' } } };
  const running: ContainerStatus = { name: 'app', state: { running: {} } };

  /** Follows a pod that has another status at each look, until all is told; what was asked and told of the runs. */
  async function read(statuses: ContainerStatus[], logOf: (run: number) => string[], lines: number) {
    const asked: number[] = [];
    const told: string[] = [];
    const ended = new AbortController();
    let status: ContainerStatus | undefined;
    const client = {
      json: async () => {
        status = statuses.shift() ?? status;
        return {
          metadata: { name: 'web-0', uid: 'web-0', namespace: 'shop' },
          spec: { containers: [{ name: 'app' }] },
          status: { containerStatuses: status ? [status] : [] },
        };
      },
      // As a kubelet does it: the log of the run that is, or was last.
      stream: async () => {
        const run = status?.restartCount ?? 0;
        asked.push(run);
        return (async function* () {
          for (const line of logOf(run)) yield Buffer.from(`${line}\n`);
        })();
      },
    };
    const connection = { client, closed: new AbortController().signal } as unknown as Connection;
    const following = follow(
      {
        source: async () => ({ connection, objects: [{ resource, namespace: 'shop', name: 'web-0' }] }),
        container: undefined,
        previous: false,
        lines: 10,
        onLines: (batch) => told.push(...batch.map(({ text }) => text)),
        signal: ended.signal,
      },
      INTERVAL,
    );
    await until(() => statuses.length === 0 && told.length >= lines);
    ended.abort();
    await assert.rejects(following, { name: 'AbortError' });
    return { asked, told };
  }
  const boom = (run: number) => [`2026-01-01T00:0${run}:00.000000001Z boom ${run}`];

  it('that crashes is read of each run, although it is never seen running, and once', async () => {
    const runs = [0, 0, 0, 1, 1, 2, 2, 2].map((restartCount) => ({ ...crashed, restartCount }));
    assert.deepEqual(await read(runs, boom, 3), { asked: [0, 1, 2], told: ['boom 0', 'boom 1', 'boom 2'] });
  });

  it('is read of a run that its kubelet counts as it did the one before', async () => {
    const runs = ['a', 'a', 'b', 'b'].map((containerID) => ({ ...crashed, restartCount: 0, containerID }));
    assert.deepEqual((await read(runs, boom, 1)).asked, [0, 0]);
  });

  it('that says nothing is not asked for again once it has ended', async () => {
    const runs = [0, 0, 0, 0, 1].map((restartCount) => ({ ...crashed, restartCount }));
    const logOf = (run: number) => (run === 0 ? [] : boom(run));
    assert.deepEqual(await read(runs, logOf, 1), { asked: [0, 1], told: ['boom 1'] });
  });

  it('is read to its end when the stream ends before it', async () => {
    const log = boom(0);
    const statuses = [running, running, { ...crashed, restartCount: 0 }];
    const logOf = () => {
      log.push(`2026-01-01T00:01:00.00000000${log.length}Z more ${log.length}`);
      return log;
    };
    const { asked, told } = await read(statuses, logOf, 4);
    assert.deepEqual(told, ['boom 0', 'more 1', 'more 2', 'more 3']);
    assert.equal(asked.length, 3);
  });
});

describe('logs whose connection is replaced', () => {
  const resource = { ...kinds.services, kind: 'Service', namespaced: true } as unknown as ApiResource;
  const lineOf = (at: number, text: string) => Buffer.from(`2026-01-01T00:00:0${at}.000000001Z ${text}\n`);

  /** A cluster with these pods, each with one line of its own, whose logs end with the connection. */
  function cluster(names: string[]) {
    const closing = new AbortController();
    const requests: string[] = [];
    let open = 0;
    const client = {
      json: async ({ path, signal }: ApiRequest) => {
        signal?.throwIfAborted();
        requests.push(path);
        const pods = names.map((name) => ({
          metadata: { name, uid: name, namespace: 'shop' },
          spec: { containers: [{ name: 'app' }] },
          status: { containerStatuses: [{ name: 'app', state: { running: {} } }] },
        }));
        return path.endsWith('/pods') ? { items: pods } : { spec: { selector: { app: 'web' } } };
      },
      stream: async ({ path, signal }: ApiRequest) => {
        signal?.throwIfAborted();
        requests.push(path);
        const name = path.split('/').at(-2) ?? '';
        return (async function* () {
          open += 1;
          try {
            yield lineOf(names.indexOf(name), `of ${name}`);
            await orAborted(new Promise(() => undefined), signal ?? new AbortController().signal);
          } finally {
            open -= 1;
          }
        })();
      },
    };
    const connection = { client, closed: closing.signal } as unknown as Connection;
    const objects = [{ resource, namespace: 'shop', name: 'web' }];
    return {
      requests,
      /** How many logs are being streamed. */
      get open() {
        return open;
      },
      close: () => closing.abort(),
      source: { connection, objects },
    };
  }

  it('go on through the next one, with its new pods and without a line told twice', async () => {
    const before = cluster(['web-0']);
    const after = cluster(['web-0', 'web-1']);
    let now: () => Promise<FollowedObjects> = async () => before.source;
    const told: string[] = [];
    const ended = new AbortController();
    const following = follow(
      {
        source: () => now(),
        ...{ container: undefined, previous: false, lines: 10, signal: ended.signal },
        onLines: (batch) => told.push(...batch.map(({ text }) => text)),
      },
      INTERVAL,
    );
    await until(() => told.length === 1);
    now = () => Promise.reject(new UserError('You have not agreed to this kubeconfig.'));
    before.close();
    const asked = before.requests.length;
    await until(() => told.length === 2);
    now = async () => after.source;
    await until(() => told.length === 3);
    ended.abort();
    await assert.rejects(following, { name: 'AbortError' });
    assert.deepEqual(told, ['of web-0', 'You have not agreed to this kubeconfig.', 'of web-1']);
    assert.equal(before.requests.length, asked, 'nothing is asked through a connection that is closed');
    assert.equal(after.requests.filter((path) => path.endsWith('/log')).length, 2);
  });

  it('end with a login that is waited for in vain', async () => {
    const one = cluster(['web-0']);
    let now: () => Promise<FollowedObjects> = async () => one.source;
    const told: string[] = [];
    const following = follow(
      {
        source: () => now(),
        ...{ container: undefined, previous: false, lines: 10, signal: new AbortController().signal },
        onLines: (batch) => told.push(...batch.map(({ text }) => text)),
      },
      INTERVAL,
    );
    await until(() => told.length === 1);
    let logins = 0;
    now = async () => {
      logins += 1;
      throw new LoginError('nobody signed in');
    };
    await assert.rejects(following, /nobody signed in/);
    await until(() => one.open === 0);
    assert.equal(logins, 1);
  });

  it('are read to the end of a previous run', async () => {
    const before = cluster(['web-0']);
    const lines = [lineOf(0, 'of web-0'), lineOf(1, 'its end')];
    const after = cluster(['web-0']);
    const client = { ...after.source.connection.client, stream: async () => Readable.from(lines) };
    const sources = [before.source, { ...after.source, connection: { ...after.source.connection, client } }];
    const told: string[] = [];
    await follow(
      {
        source: async () => {
          const source = sources.shift() ?? (await Promise.reject(new Error('looked again')));
          if (sources.length > 0) setImmediate(before.close);
          return source as unknown as FollowedObjects;
        },
        ...{ container: undefined, previous: true, lines: 10, signal: new AbortController().signal },
        onLines: (batch) => told.push(...batch.map(({ text }) => text)),
      },
      INTERVAL,
    );
    assert.deepEqual(told, ['of web-0', 'its end']);
  });
});
