import assert from 'node:assert/strict';
import { addAbortSignal, PassThrough } from 'node:stream';
import { mock } from 'node:test';
import fc from 'fast-check';
import { ApiError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import type { ApiClient } from '../../../../src/kubernetes/client/client.ts';
import type { ApiRequest } from '../../../../src/kubernetes/client/request.ts';
import type { Contexts } from '../../../../src/server/core/contexts.ts';
import { Subscriptions } from '../../../../src/server/resources/subscriptions.ts';

const PODS = { group: '', version: 'v1', kind: 'Pod', name: 'pods', namespaced: true, verbs: ['watch'] };
const URIS = ['a', 'b', 'c'].map((name) => `k8s:///shop/pods/${name}.yaml`);
const CHECK_INTERVAL_MS = 5_000;

/** A cluster that answers when it is told to. */
class SlowCluster {
  readonly updated: string[] = [];
  /** The paths that are watched, each as often as it is. */
  readonly watched: { client: ApiClient; path: string }[] = [];
  readonly subscriptions: Subscriptions;
  #client = this.#newClient();
  #waiting: (() => void)[] = [];
  isForbidden = false;

  constructor() {
    const connect = async () => ({ client: this.#client, discovery: { resolve: () => this.#resolve() } });
    this.subscriptions = new Subscriptions({
      contexts: async () => ({ connect }) as unknown as Contexts,
      updated: (uri) => this.updated.push(uri),
      log: () => undefined,
    });
  }

  /** Answers all that was asked so far, and what is asked upon that. */
  async answer(): Promise<void> {
    for (let round = 0; round < 5; round += 1) {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const go of waiting) go();
      await turns();
    }
  }

  /** Lets the time pass between two checks. */
  async interval(): Promise<void> {
    mock.timers.tick(CHECK_INTERVAL_MS);
    await turns();
  }

  /** The kubeconfig leads to another cluster from now on. */
  change(): void {
    this.#client = this.#newClient();
  }

  get current(): ApiClient {
    return this.#client;
  }

  #resolve(): Promise<object> {
    return new Promise((resolve) => this.#waiting.push(() => resolve(PODS)));
  }

  #newClient(): ApiClient {
    const stream = async ({ path, query, signal }: ApiRequest) => {
      signal?.throwIfAborted();
      const watch = { client, path: `${path}?${query?.fieldSelector}` };
      this.watched.push(watch);
      const events = new PassThrough().once('close', () => this.watched.splice(this.watched.indexOf(watch), 1));
      return signal ? addAbortSignal(signal, events) : events;
    };
    const json = async () => {
      if (this.isForbidden) throw new ApiError(401, 'Unauthorized', 'Unauthorized');
      return { metadata: { resourceVersion: '1' }, items: [] };
    };
    const client = { answersPings: true, witness: () => undefined, json, stream } as unknown as ApiClient;
    return client;
  }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
}

describe('subscriptions', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'setInterval'] }));
  afterEach(() => mock.timers.reset());

  it('watch once what is slow to open, however long that takes', async () => {
    const cluster = new SlowCluster();
    const [first = '', second = ''] = URIS;
    const begun = cluster.subscriptions.subscribe(first);
    await turns();
    await cluster.answer();
    await begun;
    const slow = cluster.subscriptions.subscribe(second);
    for (let passed = 0; passed < 3; passed += 1) await cluster.interval();
    await cluster.answer();
    await slow;
    assert.equal(cluster.watched.length, 2);
    cluster.subscriptions.unsubscribe(second);
    await turns();
    assert.equal(cluster.watched.length, 1);
    cluster.subscriptions.close();
    await turns();
    assert.deepEqual(cluster.watched, []);
  });

  it('are begun for everybody who asks for them, or for nobody', async () => {
    const cluster = new SlowCluster();
    const [uri = ''] = URIS;
    for (const isForbidden of [true, false]) {
      cluster.isForbidden = isForbidden;
      const ends: string[] = [];
      for (let asked = 0; asked < 2; asked += 1)
        void cluster.subscriptions.subscribe(uri).then(
          () => ends.push('begun'),
          () => ends.push('refused'),
        );
      await turns();
      assert.deepEqual(ends, []);
      await cluster.answer();
      assert.deepEqual(ends, isForbidden ? ['refused', 'refused'] : ['begun', 'begun']);
    }
    cluster.subscriptions.close();
  });

  it('follow what is subscribed to in the cluster of the moment, and nothing else', async () => {
    const act = fc.oneof(
      fc.record({ what: fc.constantFrom('subscribe', 'subscribe', 'unsubscribe'), uri: fc.constantFrom(...URIS) }),
      fc.record({ what: fc.constantFrom('answer', 'interval'), uri: fc.constant('') }),
      fc.record({ what: fc.constantFrom('turn', 'change', 'forbid', 'permit'), uri: fc.constant('') }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), async (acts) => {
        const cluster = new SlowCluster();
        const followed = new Set<string>();
        const steps: Record<string, (uri: string) => unknown> = {
          subscribe: (uri) => {
            followed.add(uri);
            cluster.subscriptions.subscribe(uri).catch(() => followed.delete(uri));
          },
          unsubscribe: (uri) => {
            followed.delete(uri);
            cluster.subscriptions.unsubscribe(uri);
          },
          answer: () => cluster.answer(),
          interval: () => cluster.interval(),
          turn: () => turns(),
          change: () => cluster.change(),
          forbid: () => {
            cluster.isForbidden = true;
          },
          permit: () => {
            cluster.isForbidden = false;
          },
        };
        for (const { what, uri } of acts) await steps[what]?.(uri);
        cluster.isForbidden = false;
        for (const uri of followed) cluster.subscriptions.subscribe(uri).catch(() => undefined);
        await cluster.answer();
        for (let round = 0; round < 3; round += 1) {
          await cluster.interval();
          for (let answers = 0; answers < 4; answers += 1) await cluster.answer();
        }
        assert.equal(cluster.watched.length, followed.size);
        assert.ok(cluster.watched.every(({ client }) => client === cluster.current));
        cluster.updated.length = 0;
        cluster.subscriptions.close();
        await turns();
        mock.timers.tick(10 * CHECK_INTERVAL_MS);
        assert.deepEqual([cluster.watched, cluster.updated], [[], []]);
      }),
      { numRuns: 40 },
    );
  });
});
