import assert from 'node:assert/strict';
import { isNeverSent, isWorthAnother } from '../../../../src/kubernetes/client/connection-failures.ts';

const failed = (code: string, more: object = {}) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code, ...more }) });

describe('connection failures', () => {
  it('know what was never sent from what may have been executed', () => {
    for (const code of ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH']) {
      assert.ok(isNeverSent(failed(code, { syscall: 'connect' })), code);
      assert.ok(!isNeverSent(failed(code, { syscall: 'read' })), `${code} of a connection in use`);
    }
    assert.ok(isNeverSent(failed('ENOTFOUND', { syscall: 'getaddrinfo' })));
    assert.ok(isNeverSent(failed('CERT_HAS_EXPIRED')));
    assert.ok(isNeverSent(failed('ERR_HTTP2_STREAM_ERROR', { http2ErrorCode: 7 })));
    assert.ok(!isNeverSent(failed('ERR_HTTP2_STREAM_ERROR', { http2ErrorCode: 2 })));
    assert.ok(!isNeverSent(failed('ECONNRESET', { syscall: 'read' })));
  });

  it('repeat a write only when it was never sent', () => {
    for (const code of ['ECONNRESET', 'UND_ERR_SOCKET', 'UND_ERR_INFO', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH']) {
      assert.ok(isWorthAnother(failed(code), true), code);
      assert.ok(!isWorthAnother(failed(code), false), code);
    }
    assert.ok(isWorthAnother(failed('ERR_HTTP2_STREAM_ERROR', { http2ErrorCode: 7 }), false));
  });
});
