import assert from 'node:assert/strict';
import { redactText } from '../../../../../src/kubernetes/text/redact-text.ts';

describe('a name in an address', () => {
  it('is no value’s where it is that of a host or of a path', () => {
    for (const text of [
      'http://auth-token:8080/x',
      'http://token-svc.shop:8080',
      'Get "http://token-svc:8080/healthz": dial tcp 10.0.0.1:8080: connect: connection refused',
      'proxy_pass http://token-svc:8080;',
      'ws://secret-agent:80/a',
      'tcp://password-db:5432',
      '{"url":"http://auth-token:8080/x","a":1}',
      'Post "https://idp.example.com/oauth/token": EOF',
      'Get "https://vault/v1/secret": 403 Forbidden',
      'Get "https://vault/v1/secret": context deadline exceeded',
      'Get "https://vault/v1/secret": net/http: TLS handshake timeout',
      'Get "https://vault/v1/secret": oauth2: cannot fetch token',
      'token_expires_in=3600',
    ])
      assert.equal(redactText(text), text);
    for (const text of [
      'http://token:hunter2@db/x',
      'http://token:12345@db/x',
      'http://token:12345/hunter2@db',
      'http://auth-token:hunter2/x',
      'proxy_pass hunter2;',
      '{"https://idp/token": "hunter2"}',
      '"https://example.com/password": hunter2',
      '"https://example.com/password": swordfish',
      '"https://example.com/token": correct horse',
    ])
      assert.notEqual(redactText(text), text);
  });
});
