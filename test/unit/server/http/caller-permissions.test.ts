import assert from 'node:assert/strict';
import { type CommandLine, parseCommandLine } from '../../../../src/server/command-line/options.ts';
import type { Identity } from '../../../../src/server/http/authentication/identity.ts';
import { CallerPermissions } from '../../../../src/server/http/caller-permissions.ts';
import { collected } from '../../../support/garbage.ts';

const AUTHENTICATED = ['--transport', 'streamable-http', '--auth-token-file', 'tokens'];

function configured(...callers: { users?: string[]; groups?: string[]; namespace: string }[]): CommandLine {
  const options = parseCommandLine(AUTHENTICATED, '1', {
    values: { 'allow-namespace': ['common'] },
    callers: callers.map(({ users = [], groups = [], namespace }) => ({
      ...{ users, groups },
      values: { 'allow-namespace': [namespace] },
    })),
  });
  assert.ok(!('code' in options));
  return options;
}

function caller(user: string | undefined, groups: unknown = [], more: object = {}): Identity {
  return { name: `${user} (x)`, user, owner: String(user), token: 't', claims: { groups, ...more } };
}

describe('permissions by caller', () => {
  const permissions = (options: CommandLine, group?: string) => {
    const authentication = options.http?.authentication;
    assert.ok(authentication);
    return new CallerPermissions(options, {
      ...authentication,
      impersonate: group === undefined ? undefined : { user: 'sub', group },
    });
  };
  const spaces = (all: CallerPermissions, who: Identity) => all.of(who).policy.namespaces.join();

  it('are those of the first entry that names the user or a group, letter by letter', () => {
    const all = permissions(
      configured(
        { users: ['alice'], namespace: 'a' },
        { groups: ['ops', 'dev'], namespace: 'b' },
        { users: ['bob'], namespace: 'c' },
      ),
    );
    assert.equal(spaces(all, caller('alice', ['ops'])), 'a');
    assert.equal(spaces(all, caller('bob', ['x', 'dev'])), 'b');
    assert.equal(spaces(all, caller('bob', 'ops')), 'b');
    assert.equal(spaces(all, caller('bob')), 'c');
    for (const who of [
      caller('Alice'),
      caller('alice '),
      caller(undefined),
      caller('alice (x)'),
      caller('eve', [['ops']]),
      caller('eve', { ops: true }),
      caller('eve', 'ops,dev'),
    ])
      assert.equal(spaces(all, who), 'common');
  });

  it('take the groups from the claim that names them', () => {
    const all = permissions(configured({ groups: ['ops'], namespace: 'b' }), 'roles');
    assert.equal(spaces(all, caller('eve', ['ops'])), 'common');
    assert.equal(spaces(all, caller('eve', [], { roles: ['ops'] })), 'b');
  });

  it('follow a change for everybody, and separate callers from the start or never', () => {
    const all = permissions(configured({ users: ['alice'], namespace: 'a' }));
    const [alice, bob] = [all.of(caller('alice')), all.of(caller('bob'))];
    let told = 0;
    bob.policy.watch(() => (told += 1));
    all.follow(configured({ users: ['bob'], namespace: 'b' }));
    assert.deepEqual([alice.policy.namespaces, bob.policy.namespaces, told], [['common'], ['b'], 1]);
    assert.notEqual(all.keyOf(caller('alice')), all.keyOf(caller('alice', ['ops'])));

    const shared = permissions(configured());
    assert.equal(shared.keyOf(caller('alice')), shared.keyOf(caller('bob')));
    assert.throws(() => shared.follow(configured({ users: ['bob'], namespace: 'b' })), /needs a restart/);
    assert.equal(spaces(shared, caller('bob')), 'common');
  });

  it('are let go of with the last that uses them, and a policy in use still follows', async () => {
    const all = permissions(configured({ users: ['alice'], namespace: 'a' }));
    const { policy } = all.of(caller('alice'));
    const gone = new WeakRef(all.of(caller('bob')));
    for (let times = 0; times < 20 && gone.deref(); times += 1) await collected();
    assert.equal(gone.deref(), undefined);
    all.follow(configured({ users: ['alice'], namespace: 'b' }));
    assert.deepEqual(policy.namespaces, ['b']);
    assert.equal(spaces(all, caller('bob')), 'common');
  });
});
