import assert from 'node:assert/strict';
import { isIdempotent, RetryPolicy } from '../../../../src/kubernetes/client/retry.ts';

const READ = { path: '/api/v1/pods' };
const WRITE = { method: 'POST' as const, path: '/api/v1/namespaces/a/pods' };
const ENOUGH = 30_000;

describe('retry policy', () => {
  const asked = (request: typeof READ, status: number, seconds?: number, leftMs = ENOUGH) =>
    new RetryPolicy(request).afterAnswer(status, seconds ? { 'retry-after': `${seconds}` } : {}, leftMs);

  it('pauses as long as a server asks for that has executed nothing', () => {
    for (const request of [READ, WRITE]) {
      assert.deepEqual(asked(request, 429), { pauseMs: 1_000 });
      assert.deepEqual(asked(request, 429, 3), { pauseMs: 3_000 });
      assert.equal(asked(request, 429, 6), undefined, 'too long');
      assert.equal(asked(request, 429, 3, 2_000), undefined, 'more than there is left');
      for (const status of [200, 404, 409, 500]) assert.equal(asked(request, status, 1), undefined);
    }
    assert.deepEqual(asked(READ, 503, 2), { pauseMs: 2_000 });
    assert.equal(asked(READ, 503), undefined);
    assert.equal(asked(WRITE, 503, 2), undefined, 'a write may have been executed');
  });

  it('gives up after three pauses', () => {
    const retries = new RetryPolicy(READ);
    const answers = [1, 2, 3, 4].map(() => retries.afterAnswer(429, {}, ENOUGH));
    assert.deepEqual(answers, [{ pauseMs: 1_000 }, { pauseMs: 1_000 }, { pauseMs: 1_000 }, undefined]);
  });

  it('asks for new credentials once', () => {
    const retries = new RetryPolicy(WRITE);
    assert.equal(retries.afterAnswer(401, {}, ENOUGH), 'new credentials');
    assert.equal(retries.afterAnswer(401, {}, ENOUGH), undefined);
  });

  it('sends again, once, what broke and changes nothing, or was never sent', () => {
    const lost = Object.assign(new Error('lost'), { code: 'ECONNRESET' });
    const refusedStream = Object.assign(new Error('refused'), { code: 'ERR_HTTP2_STREAM_ERROR', http2ErrorCode: 7 });
    const read = new RetryPolicy(READ);
    assert.deepEqual([read.afterFailure(lost), read.afterFailure(lost)], [true, false]);
    assert.equal(new RetryPolicy(WRITE).afterFailure(lost), false);
    assert.equal(new RetryPolicy(WRITE).afterFailure(refusedStream), true);
    assert.equal(new RetryPolicy(READ).afterFailure(new Error('something else')), false);
  });
});

describe('an idempotent request', () => {
  it('changes nothing: it reads, asks about itself or is a dry run', () => {
    const options = { kind: 'DeleteOptions', dryRun: ['All'] };
    assert.ok(isIdempotent(READ));
    assert.ok(isIdempotent({ method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews' }));
    assert.ok(isIdempotent({ ...WRITE, query: { dryRun: 'All' } }));
    assert.ok(isIdempotent({ method: 'DELETE', path: '/api/v1/namespaces/a/pods/b', body: options }));
    assert.ok(!isIdempotent(WRITE));
    assert.ok(!isIdempotent({ method: 'DELETE', path: '/api/v1/namespaces/a/pods/b', body: {} }));
    assert.ok(!isIdempotent({ path: '/api/v1/namespaces/a/pods/b/exec' }));
  });
});
