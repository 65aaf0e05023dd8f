import assert from 'node:assert/strict';
import { checkCluster } from '../../../../src/extension/diagnostics/cluster.ts';
import { ApiError, UnreachableError, UserError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import type { Connection } from '../../../../src/kubernetes/client/cluster.ts';

describe('the check of the cluster', () => {
  const remedies = async (error: Error) => {
    const connection = { client: { json: () => Promise.reject(error) } } as unknown as Connection;
    return (await checkCluster(connection, new AbortController().signal)).remedies.join(' ');
  };

  it('speaks of the network only where that is the matter, and else of signing in', async () => {
    const unreachable = new UnreachableError('cannot be reached', 'refused');
    for (const error of [unreachable, new Error('odd'), new ApiError(500, 'InternalError', 'no')])
      assert.match(await remedies(error), /VPN/);
    for (const error of [new UserError('the program aws failed'), new ApiError(401, 'Unauthorized', 'no')])
      assert.match(await remedies(error), /^Sign in to the cluster/);
  });

  it('takes any answer for an answer', async () => {
    assert.equal(await remedies(new ApiError(403, 'Forbidden', 'no')), '');
  });
});
