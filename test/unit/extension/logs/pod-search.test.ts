import assert from 'node:assert/strict';
import { type FollowedObjects, PodSearch } from '../../../../src/extension/logs/pod-search.ts';
import type { ApiResource } from '../../../../src/kubernetes/apimachinery/api-resource.ts';
import { ApiError, LoginError, UnreachableError, UserError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import { kinds } from '../../../../src/kubernetes/apimachinery/well-known-kinds.ts';
import type { Connection } from '../../../../src/kubernetes/client/cluster.ts';
import type { ApiRequest } from '../../../../src/kubernetes/client/request.ts';

describe('a search for pods', () => {
  const resource = { ...kinds.pods, kind: 'Pod', namespaced: true } as unknown as ApiResource;
  const ended = new AbortController();
  let answer: (request: ApiRequest) => Promise<object>;
  let source: () => Promise<FollowedObjects>;
  let problems: string[];
  let shown: (string | undefined)[];
  let search: PodSearch;

  function connect(...names: string[]): { close: () => void } {
    const closing = new AbortController();
    const client = { json: (request: ApiRequest) => answer(request) };
    const connection = { client, closed: closing.signal } as unknown as Connection;
    source = async () => ({ connection, objects: names.map((name) => ({ resource, namespace: 'shop', name })) });
    return { close: () => closing.abort() };
  }
  const fails = (error: Error) => () => Promise.reject(error);
  const unauthorized = new ApiError(401, 'Unauthorized', 'Unauthorized');
  const unreachable = new UnreachableError('The cluster cannot be reached.', 'gone');
  const looks = async (count: number) => {
    for (let left = count; left > 0; left -= 1) await search.look();
  };

  beforeEach(() => {
    answer = async ({ path }) => {
      const name = path.split('/').at(-1);
      return { metadata: { name, uid: name } };
    };
    problems = [];
    shown = [];
    connect('web-0');
    search = new PodSearch({
      source: () => source(),
      onPods: (pods) => {
        shown = pods.map(({ metadata }) => metadata?.name);
      },
      onProblem: (text) => problems.push(text),
      signal: ended.signal,
    });
  });

  it('keeps the pods that it found, and says once why it finds no others', async () => {
    await looks(1);
    const works = answer;
    answer = fails(unauthorized);
    await looks(2);
    assert.deepEqual((await search.look())?.pods.length, 1);
    assert.deepEqual(problems, [
      'The cluster refused your credentials (Unauthorized). Sign in to it again, or switch to another context.',
    ]);
    answer = fails(new ApiError(403, 'Forbidden', 'pods is forbidden'));
    await looks(2);
    assert.match(problems[1] ?? '', /^You may not do this in the cluster: pods is forbidden/);
    answer = works;
    await looks(1);
    answer = fails(unauthorized);
    await looks(2);
    assert.equal(problems.length, 3, 'once more after it was mended');
  });

  it('says once why it finds no others, however that is worded each time', async () => {
    await looks(1);
    for (const text of ['one', 'two', 'three'])
      for (const error of [new ApiError(403, 'Forbidden', text), new UserError(text)]) {
        answer = fails(error);
        await looks(1);
      }
    assert.equal(problems.length, 2);
    assert.equal(problems[1], 'one');
  });

  it('says once that a pod is gone, in words for users, and finds it when it is back', async () => {
    await looks(1);
    const works = answer;
    for (const round of [1, 2]) {
      answer = fails(new ApiError(404, 'NotFound', 'pods "web-0" not found'));
      await looks(2);
      assert.deepEqual((await search.look())?.pods, [], 'nothing is asked of it');
      assert.deepEqual(shown, ['web-0'], 'its containers stay known');
      assert.deepEqual(problems, Array(round).fill('Pod web-0 is gone from the cluster.'));
      answer = works;
      assert.equal((await search.look())?.pods.length, 1);
    }
  });

  it('goes on with the others when one is gone', async () => {
    connect('web-0', 'web-1');
    const works = answer;
    answer = (request) =>
      request.path.endsWith('/web-0') ? fails(new ApiError(404, 'NotFound', 'not found'))() : works(request);
    await looks(2);
    assert.deepEqual(shown, ['web-1']);
    assert.deepEqual(problems, ['Pod web-0 is gone from the cluster.']);
  });

  it('fails when all are gone from the start', async () => {
    answer = fails(new ApiError(404, 'NotFound', 'pods "web-0" not found'));
    await assert.rejects(search.look(), new UserError('Pod web-0 is gone from the cluster.'));
    assert.deepEqual(problems, []);
  });

  it('says nothing of a cluster that is away for a while', async () => {
    await looks(1);
    for (const error of [unreachable, new ApiError(429, '', 'busy'), new ApiError(503, '', 'starting')]) {
      answer = fails(error);
      await looks(1);
    }
    assert.deepEqual(problems, []);
  });

  it('says why it has no connection any more', async () => {
    const { close } = connect('web-0');
    await looks(1);
    close();
    source = fails(new UserError('not agreed'));
    await looks(2);
    assert.equal((await search.look())?.signal.aborted, true);
    assert.deepEqual(problems, ['not agreed']);
  });

  it('looks again when its connection is replaced during the first look', async () => {
    const { close } = connect('web-0');
    const works = answer;
    answer = async ({ signal }) => {
      close();
      signal?.throwIfAborted();
      return {};
    };
    assert.equal(await search.look(), undefined);
    connect('web-0');
    answer = works;
    assert.equal((await search.look())?.signal.aborted, false);
    assert.deepEqual(problems, []);
  });

  it('ends with what it is for, although its connection is closed too', async () => {
    const { close } = connect('web-0');
    const over = new AbortController();
    search = new PodSearch({ source: () => source(), onProblem: (text) => problems.push(text), signal: over.signal });
    answer = ({ signal }) => {
      close();
      over.abort(new Error('over'));
      return Promise.reject(signal?.reason);
    };
    await assert.rejects(search.look(), /over/);
  });

  it('waits for a cluster that was never reached, and says so once', async () => {
    const connected = source;
    source = fails(unreachable);
    await looks(2);
    assert.equal(await search.look(), undefined);
    source = connected;
    assert.equal((await search.look())?.pods.length, 1);
    assert.deepEqual(problems, ['The cluster cannot be reached.']);
  });

  it('asks nobody to sign in time and again', async () => {
    await looks(1);
    answer = fails(new LoginError('nobody signed in'));
    await assert.rejects(search.look(), /nobody signed in/);
  });

  it('fails with what is wrong from the start', async () => {
    answer = fails(unauthorized);
    await assert.rejects(search.look(), unauthorized);
    source = fails(new UserError('no target'));
    await assert.rejects(search.look(), /no target/);
  });
});
