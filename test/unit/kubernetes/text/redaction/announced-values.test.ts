import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redactText } from '../../../../../src/kubernetes/text/redact-text.ts';

/** What servers print once, at their first start; `V` stands for the value. */
const ANNOUNCEMENTS = [
  '6 [Note] [MY-010454] [Server] A temporary password is generated for root@localhost: V',
  "Simple auth manager | Password for user 'admin': V",
  'Auto-generated password for user admin (id=1): V',
  '2026 [INFO] Bootstrap password for admin user: V',
  'password (will not be shown again): V',
  'Token created: V',
  'secret key generated -> V',
  'API token for bob (admin): V',
  'Client secret generated: V',
  'The admin password has been set to: V',
  'Changed password for user elastic\nPASSWORD elastic = V',
  'HikariConfig - password........................"V"',
];
const BELOW = [
  'Please use the following password to proceed to installation:\n\nV\n\nThis may also be found at: /x',
  'Password for the elastic user (reset with `bin/elasticsearch-reset-password -u elastic`):\n  V',
];

describe('what a clause about a credential ends with', () => {
  it('is hidden', () => {
    const value = fc.constantFrom(
      'sX.hr2<jW8qf',
      'a)K2jdf;qwR',
      'QmW8zzzz',
      'abcd1234',
      'hunter2x',
      '1f2e3d4c5b6a7988',
    );
    fc.assert(
      fc.property(fc.constantFrom(...ANNOUNCEMENTS), value, (announcement, secret) => {
        const text = announcement.replace('V', () => secret);
        const shown = redactText(text);
        assert.ok(!shown.includes(secret), shown);
        assert.ok(shown.endsWith('<redacted>') || shown.endsWith('<redacted>"'), shown);
      }),
    );
    for (const announcement of BELOW)
      for (const secret of ['AbC123*xyz', '1f2e3d4c5b6a79880011223344556677'])
        assert.equal(redactText(announcement.replace('V', () => secret)), announcement.replace('V', '<redacted>'));
  });

  it('is not taken for a credential where it is something else', () => {
    for (const text of [
      'password expired for user: bob1234',
      'password authentication failed for user: app1234',
      'token validation failed for request abc: x12345',
      'API token rotated by operator in namespace: prod1a',
      'token ttl remaining: 24h30m',
      'token issued for host: web1.example.com',
      'token of service account: cibot2',
      'key rotation finished: v1.2.3a',
      'token last used at: 2026-01-01T00:00:00Z',
      'password changed by: admin1',
      'Loading token.... done',
      'API key last seen:\n  Deployment1',
      'token created: see below1 for more',
      "'an id-token that has ended': oidc1234",
      'the token made here: make(token1)',
      '| file | a token of the file: one a line |',
    ])
      assert.equal(redactText(text), text);
  });

  it('leaves the space after an owner', () => {
    assert.equal(redactText('password for user postgres: hunter2'), 'password for user postgres: <redacted>');
  });
});
