import assert from 'node:assert/strict';
import { ApiError } from '../../../../../src/kubernetes/apimachinery/errors.ts';
import { kinds } from '../../../../../src/kubernetes/apimachinery/well-known-kinds.ts';
import { lookupIn } from '../../../../support/fake-cluster.ts';

describe('Lookup', () => {
  it('reads a list to its end, and says so where it is too long', async () => {
    let asked = 0;
    const page = (rest: object) => ({ items: Array(500).fill({ metadata: { name: 'x' } }), metadata: rest });
    const short = lookupIn(() => page(++asked < 3 ? { continue: 'more' } : {}));
    const all = await short.list(kinds.pods, 'shop');
    assert.equal(all.length, 1_500);
    assert.equal(short.count(all as unknown[]), '1500');
    assert.deepEqual([...short.partial], []);
    const long = lookupIn(() => page({ continue: 'more', remainingItemCount: 7_000 }));
    const some = await long.list(kinds.pods, 'shop');
    assert.equal(long.count(some as unknown[]), `${some.length} or more`);
    assert.deepEqual([...long.partial], [`the first ${some.length} of ${some.length + 7_000} pods`]);
  });

  it('never holds the values of a Secret, but certificates', async () => {
    const data = { 'tls.crt': 'Y2VydA==', 'tls.key': 'a2V5', password: 'aHVudGVyMg==' };
    const lookup = lookupIn((path) => (path.endsWith('/s') ? { data } : { items: [{ data }] }));
    const expected = { 'tls.crt': 'Y2VydA==', 'tls.key': '', password: '' };
    const one = await lookup.get(kinds.secrets, 'shop', 's');
    const [other] = (await lookup.list(kinds.secrets, 'shop')) as { data?: unknown }[];
    assert.deepEqual([typeof one === 'object' && one.data, other?.data], [expected, expected]);
  });

  it('takes what can be no name for the name of nothing', async () => {
    const lookup = lookupIn(() => assert.fail('nothing may be asked'));
    for (const name of ['', '..', 'a/b', 'a%2fb'])
      assert.equal(await lookup.get(kinds.secrets, 'shop', name), 'absent');
    assert.deepEqual(await lookup.list(kinds.secrets, '..'), []);
  });

  it('keeps the reason why something could not be read', async () => {
    const lookup = lookupIn(() => {
      throw new ApiError(503, 'ServiceUnavailable', 'no');
    });
    assert.equal(await lookup.list(kinds.pods, 'shop'), 'unknown');
    assert.deepEqual([...lookup.unreadable], [['pods', '503']]);
  });
});
