import assert from 'node:assert/strict';
import { ApiError } from '../../../../../src/kubernetes/apimachinery/errors.ts';
import type { ApiRequest } from '../../../../../src/kubernetes/client/request.ts';
import { checkAccess } from '../../../../../src/server/tools/read/check-access.ts';
import { kind } from '../../../../support/api-resource.ts';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const role = { kind: 'Role', name: 'owner' };
const alice = { kind: 'User', name: 'alice' };
const rules = [{ apiGroups: [''], resources: ['namespaces', 'namespaces/status'], verbs: ['*'] }];

interface Review {
  spec: { resourceAttributes: { namespace?: string } };
}

/** What is answered where a Role in namespace shop lets alice do everything with Namespaces. */
async function check(args: object, mayReview = true): Promise<string> {
  const json = async ({ path, body }: ApiRequest) => {
    if (path.endsWith('reviews')) {
      if (!mayReview) throw new ApiError(403, 'Forbidden', 'forbidden');
      const { namespace } = (body as Review).spec.resourceAttributes;
      return { status: { allowed: namespace === 'shop' } };
    }
    const metadata = { namespace: 'shop', name: 'owner' };
    if (path.endsWith('/namespaces/shop/roles')) return { items: [{ metadata, rules }] };
    if (path.endsWith('/namespaces/shop/rolebindings'))
      return { items: [{ metadata, roleRef: role, subjects: [alice] }] };
    return { items: [] };
  };
  const resource = kind('Namespace', '', { namespaced: false, verbs, subresources: ['status'] });
  const client = { json, send: async () => undefined };
  const connection = { client, discovery: { resolve: async () => resource }, namespace: 'default' };
  const context = { connection, policy: { needRefusal: () => undefined }, signal: new AbortController().signal };
  const given = { kind: 'namespaces', groups: [], subject: 'user:alice', ...args };
  const { text } = await checkAccess.run(given, context as unknown as Parameters<typeof checkAccess.run>[1]);
  return text;
}

describe('check_access for a Namespace', () => {
  const ofOne = ['delete', 'get', 'patch', 'update'];

  it('counts the bindings in it for requests that name it, however they are read', async () => {
    for (const mayReview of [true, false])
      for (const verb of verbs) {
        const of = (args: object) => check({ verb, ...args }, mayReview);
        assert.match(await of({ name: 'shop' }), ofOne.includes(verb) ? /^yes: / : /^no: /, verb);
        assert.match(await of({ name: 'other' }), /^no: /);
        assert.match(await of({ namespace: 'shop' }), /^no: /);
      }
    assert.match(await check({ verb: 'update', kind: 'namespaces/status', name: 'shop' }), /^yes: /);
  });

  it('tells the verbs apart in one answer', async () => {
    assert.match(
      await check({ name: 'shop' }),
      /^User alice may delete, get, patch, update namespaces named shop; not create, deletecollection, list, watch$/m,
    );
    const each = await check({ name: 'shop' }, false);
    for (const verb of verbs)
      assert.match(each, new RegExp(`^${ofOne.includes(verb) ? 'yes' : 'no'}: User alice may (not )?${verb} `, 'm'));
  });

  it('names those who may by a binding in it', async () => {
    const whoMay = (verb: string) => check({ verb, name: 'shop', subject: '*' });
    assert.match(await whoMay('delete'), /^User alice\tRoleBinding shop\/owner of Role owner$/m);
    assert.match(await whoMay('create'), /^Nobody\.$/m);
  });
});
