import assert from 'node:assert/strict';
import {
  foreignAnswer,
  foreignFailure,
  unavailableService,
} from '../../../../src/kubernetes/client/foreign-answers.ts';

describe('what something else than an API server answers', () => {
  const answers: [number, Record<string, string>, string, RegExp][] = [
    [
      200,
      {},
      '<!doctype html><html><head><title>Sign in | SSO</title>',
      /^a web page, "Sign in \| SSO": the server of/,
    ],
    [200, {}, ' \n<html><body><h1>It works!</h1>', /^a web page, "It works!": /],
    [200, {}, '<html>', /^a web page, without a title: /],
    [
      302,
      { location: 'https://me:pw@sso.example.com/a?code=1#x' },
      '',
      /^a redirect to https:\/\/sso\.example\.com\/a: /,
    ],
    [301, { location: '/login' }, '<html>', /^a redirect to \/login: /],
    [304, {}, '', /^nothing$/],
    [200, {}, '', /^nothing$/],
    [204, {}, '', /^nothing$/],
    [200, {}, '\x1f\ufffd\b', /^something compressed that is not marked as such$/],
    [200, {}, 'hello', /^something that is not JSON$/],
  ];
  for (const [status, headers, text, expected] of answers)
    it(`is named: ${status} ${JSON.stringify(text)}`, () => {
      assert.match(foreignAnswer(status, headers, text), expected);
      assert.doesNotMatch(foreignAnswer(status, headers, text), /pw|code=1/);
    });

  const failures: [number, string, unknown, string][] = [
    [
      502,
      '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>…',
      undefined,
      'A proxy or gateway in front of the API server answered "502 Bad Gateway"',
    ],
    [503, 'service unavailable\n', undefined, 'service unavailable'],
    [404, '404 page not found\n', undefined, '404 page not found'],
    [406, '', undefined, 'Not Acceptable'],
    [413, '', undefined, 'Payload Too Large'],
    [499, '', undefined, 'HTTP 499'],
    [400, '{}', {}, 'Bad Request'],
    [400, '{"message":7}', { message: 7 }, 'Bad Request'],
    [400, '{"message":"said"}', { message: 'said' }, 'said'],
    [400, '', { error: 'bad_data' }, 'bad_data'],
    [401, '', { error: 'invalid_token', error_description: 'The token is expired' }, 'The token is expired'],
    [403, '', { error: { code: 403, message: 'Permission denied', status: 'PERMISSION_DENIED' } }, 'Permission denied'],
  ];
  for (const [status, text, body, expected] of failures)
    it(`is a failure in words: ${status} ${JSON.stringify(body ?? text)}`, () => {
      assert.equal(foreignFailure(status, text, body), expected);
    });

  it('is an APIService without a server, by its name', () => {
    const path = '/apis/metrics.k8s.io/v1beta1/nodes';
    assert.match(
      unavailableService(path, 'service unavailable\n') ?? '',
      /^APIService v1beta1\.metrics\.k8s\.io is not available: .*\(service unavailable\)$/,
    );
    assert.match(
      unavailableService(path, 'error trying to reach service: dial tcp: i/o timeout') ?? '',
      /i\/o timeout/,
    );
    assert.equal(unavailableService('/api/v1/pods', 'service unavailable'), undefined);
    assert.equal(unavailableService(path, '{"kind":"Status"}'), undefined);
  });
});
