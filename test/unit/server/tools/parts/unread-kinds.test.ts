import assert from 'node:assert/strict';
import {
  ApiError,
  LoginError,
  RefusedError,
  UnreachableError,
} from '../../../../../src/kubernetes/apimachinery/errors.ts';
import { concernsEveryKind } from '../../../../../src/server/tools/parts/unread-kinds.ts';

describe('concernsEveryKind', () => {
  const going = new AbortController().signal;

  it('tells what any kind would fail with from what one does', () => {
    for (let code = 400; code < 600; code += 1)
      assert.equal(concernsEveryKind(new ApiError(code, '', ''), going), code === 400 || code === 401, String(code));
    assert.equal(concernsEveryKind(new LoginError('nobody signed in'), going), true);
    for (const error of [
      new RefusedError('closed to agents'),
      new UnreachableError('no answer within 60 s', 'no answer'),
      new TypeError('not a list'),
    ])
      assert.equal(concernsEveryKind(error, going), false, error.message);
  });

  it('takes any failure of a cancelled call for its end', () => {
    assert.equal(concernsEveryKind(new ApiError(500, '', ''), AbortSignal.abort()), true);
  });
});
