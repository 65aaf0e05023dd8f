import assert from 'node:assert/strict';
import { userInfoOf } from '../../../../../src/server/http/authentication/user-info.ts';

const base = { tokenFile: undefined, tokenStdin: false, oidc: undefined, tokenReview: undefined, passThrough: false };

describe('the login of a caller', () => {
  it('keeps the credentials of the kubeconfig’s user, and nothing of whom that one acts as', () => {
    const identity = {
      name: 'ann',
      user: 'ann',
      owner: 'ann',
      token: 't',
      claims: { email: 'ann@example.com', groups: ['readers'] },
    };
    const { userInfo } = userInfoOf(identity, { ...base, impersonate: { user: 'email', group: 'groups' } });
    const own = {
      name: 'server',
      user: {
        token: 'secret',
        as: 'root',
        'as-uid': '1',
        'as-groups': ['admins'],
        'as-user-extra': { scope: ['all'] },
      },
    };
    assert.deepEqual(userInfo?.(own).user, { token: 'secret', as: 'ann@example.com', 'as-groups': ['readers'] });
  });
});
