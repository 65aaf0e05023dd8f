import assert from 'node:assert/strict';
import { ApiError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import type { ApiRequest } from '../../../../src/kubernetes/client/request.ts';
import { parseCommandLine } from '../../../../src/server/command-line/options.ts';
import type { Contexts } from '../../../../src/server/core/contexts.ts';
import { remoteHelm } from '../../../../src/server/core/helm-access.ts';
import { Calls } from '../../../../src/server/mcp/calls.ts';
import { LivePermissions } from '../../../../src/server/mcp/permissions.ts';

/** Calls in a cluster with many kinds, whose lists this answers. */
function callsWith(json: (request: ApiRequest) => Promise<object>): Calls {
  const options = parseCommandLine([], '1');
  assert.ok('permissions' in options);
  const { policy, review } = new LivePermissions(options.permissions);
  const resources = Array.from({ length: 40 }, (_, index) => ({
    ...{ group: 'example.com', version: 'v1', kind: `Kind${index}`, name: `kind${index}s`, singularName: '' },
    ...{ shortNames: [], namespaced: true, verbs: ['list'], subresources: [] },
  }));
  const connection = {
    client: { json, login: async () => undefined },
    discovery: { kinds: async () => ({ resources, missing: [] }) },
    ...{ namespace: 'shop', allowedNamespaces: [] },
  };
  const contexts = { connect: async () => connection, policyFor: () => policy } as unknown as Contexts;
  const others = { journal: undefined, prometheus: undefined, helm: remoteHelm(undefined), log: () => undefined };
  return new Calls({ version: '1', policy, review, contexts: async () => contexts, ...others });
}

describe('a call', () => {
  it('leaves nothing running that its answer did not wait for', async () => {
    const asked: ApiRequest[] = [];
    const calls = callsWith(({ path, signal, ...request }) => {
      asked.push({ path, signal, ...request });
      if (path.includes('/kind3s')) return Promise.reject(new ApiError(401, 'Unauthorized', 'Unauthorized'));
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    });
    const { signal } = new AbortController();
    const { isError } = await calls.call('list_changes', {}, { signal, progress: () => undefined });
    assert.equal(isError, true);
    const count = asked.length;
    await new Promise(setImmediate);
    assert.deepEqual(
      [asked.length, asked.every((request) => request.signal?.aborted), signal.aborted],
      [count, true, false],
    );
  });

  it('ends when its client cancels it', async () => {
    const cancel = new AbortController();
    const calls = callsWith(({ signal }) => {
      cancel.abort(new Error('no longer needed'));
      return Promise.reject(signal?.reason);
    });
    const answer = await calls.call('list_changes', {}, { signal: cancel.signal, progress: () => undefined });
    assert.match(JSON.stringify(answer), /no longer needed/);
  });
});
