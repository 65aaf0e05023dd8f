import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { ApiError, ConnectionLostError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import type { KubernetesList } from '../../../../src/kubernetes/apimachinery/objects.ts';
import type { ApiRequest } from '../../../../src/kubernetes/client/request.ts';
import { pauseFor, watch } from '../../../../src/kubernetes/client/watch.ts';
import { soon } from '../../../support/until.ts';

/** How a watch ends after its events: normally, with 410, or with a broken connection. */
type End = 'ended' | 'expired' | 'lost' | 'bookmark';

/** A collection whose watches end at once, in this order; the last one stays open. */
function collection(ends: readonly End[]) {
  const left = [...ends];
  const log: { version: number; name: string; gone: boolean }[] = [];
  let version = 100;
  const asked: ApiRequest[] = [];
  const current = () => {
    const there = new Map<string, number>();
    for (const change of log) {
      if (change.gone) there.delete(change.name);
      else there.set(change.name, change.version);
    }
    return there;
  };
  const objectOf = (name: string, of: number) => ({ metadata: { name, uid: name, resourceVersion: String(of) } });
  const client = {
    json: async <T>(request: ApiRequest): Promise<T> => {
      asked.push(request);
      const items = [...current()].map(([name, of]) => objectOf(name, of));
      const list: KubernetesList = { metadata: { resourceVersion: String(version) }, items };
      return list as T;
    },
    stream: async (request: ApiRequest) => {
      asked.push(request);
      const end = left.shift();
      return (async function* () {
        const line = (type: string, object: object) => Buffer.from(`${JSON.stringify({ type, object })}\n`);
        let from = Number(request.query?.resourceVersion);
        do {
          for (const change of log.filter((one) => one.version > from))
            yield line(change.gone ? 'DELETED' : 'MODIFIED', objectOf(change.name, change.version));
          from = version;
          if (end === 'bookmark') yield line('BOOKMARK', objectOf('', version));
          if (end === 'expired') yield line('ERROR', { code: 410, reason: 'Expired', message: 'too old' });
          if (end === 'lost') throw new ConnectionLostError('lost');
          if (end === undefined) await delay(5);
        } while (end === undefined && !request.signal?.aborted);
      })();
    },
  };
  const change = (name: string, gone = false) => {
    version += 1;
    log.push({ version, name, gone });
  };
  return { client, change, asked, current };
}

describe('a watch', () => {
  it('loses no change, however its connections end', async () => {
    const end = fc.constantFrom<End>('ended', 'expired', 'lost', 'bookmark');
    const step = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean());
    await fc.assert(
      fc.asyncProperty(fc.array(end, { maxLength: 3 }), fc.array(step, { maxLength: 8 }), async (ends, steps) => {
        const { client, change, current } = collection(ends);
        const abort = new AbortController();
        const known = new Map<string, string>();
        for (const [name] of steps.slice(0, 2)) change(name);
        const follow = (async () => {
          for await (const event of watch(client, { path: '/p', signal: abort.signal })) {
            if (event.type === 'SYNC') continue;
            const { name = '', resourceVersion = '' } = event.object.metadata ?? {};
            if (event.type === 'DELETED') known.delete(name);
            else known.set(name, resourceVersion);
          }
        })();
        for (const [name, gone] of steps.slice(2)) {
          await delay(1);
          change(name, gone);
        }
        const wanted = () => JSON.stringify([...current()].map(([name, of]) => [name, String(of)]).sort());
        const seen = () => JSON.stringify([...known].sort());
        for (let tries = 0; tries < 1_000 && seen() !== wanted(); tries += 1) await delay(10);
        assert.equal(seen(), wanted());
        abort.abort();
        await follow;
      }),
      { numRuns: 15 },
    );
  });

  const storms: [string, End, number][] = [
    ['that the server ends at once', 'ended', 9],
    ['that the server ends at once after a bookmark', 'bookmark', 9],
    ['whose connections break at once', 'lost', 9],
    // A list follows each.
    ['whose versions have always expired', 'expired', 16],
  ];
  for (const [name, end, most] of storms) {
    it(`${name} is not begun again without a pause`, async () => {
      const { client, asked } = collection(Array<End>(1_000).fill(end));
      const abort = new AbortController();
      const follow = (async () => {
        for await (const _ of watch(client, { path: '/p', signal: abort.signal }));
      })();
      // How often it is begun in a time is what is tested.
      await delay(1_500);
      abort.abort();
      await follow;
      assert.ok(asked.length <= most, `${asked.length} requests in 1.5 s`);
    });
  }

  it('comes back at a time of its own, after a pause that grows to half a minute', () => {
    const chance = mock.method(Math, 'random', () => 0);
    try {
      assert.deepEqual([0, 1, 2, 20].map(pauseFor), [100, 200, 400, 30_000]);
      chance.mock.mockImplementation(() => 0.8);
      assert.deepEqual([0, 1, 2, 20].map(pauseFor), [120, 240, 480, 36_000]);
    } finally {
      chance.mock.restore();
    }
  });

  it('that tells of a change each time is begun once a second at most', async () => {
    const { client, change, asked } = collection(Array<End>(1_000).fill('ended'));
    const abort = new AbortController();
    const names: (string | undefined)[] = [];
    const follow = (async () => {
      for await (const event of watch(client, { path: '/p', signal: abort.signal }))
        if (event.type !== 'SYNC') {
          names.push(event.object.metadata?.name);
          change(`next-${names.length}`);
        }
    })();
    change('first');
    // How often it is begun in a time is what is tested.
    await delay(2_500);
    abort.abort();
    await follow;
    assert.ok(asked.length <= 5, `${asked.length} requests in 2.5 s`);
    assert.ok(names.length >= 2, names.join(', '));
  });

  it('passes over lists and events that a server writes as null', async () => {
    const events = [
      { type: 'BOOKMARK', object: null },
      { type: 'BOOKMARK', object: { kind: 'Table', metadata: null, columnDefinitions: null, rows: null } },
      { type: 'ADDED', object: { metadata: { name: 'a', uid: 'a' } } },
      { type: 'ERROR', object: null },
    ];
    const client = {
      json: async <T>() => ({ kind: 'PodList', metadata: null, items: null }) as T,
      stream: async () =>
        (async function* () {
          for (const event of events) yield Buffer.from(`${JSON.stringify(event)}\n`);
        })(),
    };
    const abort = new AbortController();
    const seen: string[] = [];
    for await (const event of watch(client, { path: '/p', signal: abort.signal })) {
      seen.push(event.type);
      if (seen.length === 2) abort.abort();
    }
    assert.deepEqual(seen, ['SYNC', 'ADDED']);
  });

  it('asks a server without pings for shorter watches, so that silence is noticed', async () => {
    for (const [answersPings, seconds] of [
      [true, 290],
      [false, 40],
    ] as const) {
      const { client, asked } = collection([]);
      const abort = new AbortController();
      const follow = (async () => {
        for await (const _ of watch({ ...client, answersPings }, { path: '/p', signal: abort.signal }));
      })();
      await soon(() => asked.at(-1)?.query?.timeoutSeconds !== undefined);
      abort.abort();
      await follow;
      assert.equal(asked.at(-1)?.query?.timeoutSeconds, seconds);
    }
  });

  it('that is refused at first says so', async () => {
    const { client } = collection([]);
    const refused = { ...client, json: () => Promise.reject(new ApiError(403, 'Forbidden', 'no')) };
    const { signal } = new AbortController();
    await assert.rejects(watch(refused, { path: '/p', signal }).next(), /no/);
  });
});
