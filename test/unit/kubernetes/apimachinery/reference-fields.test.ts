import assert from 'node:assert/strict';
import { isNeeded, namesIn, referenceField } from '../../../../src/kubernetes/apimachinery/reference-fields.ts';

describe('fields that refer to other objects', () => {
  const read = (name: string, value: unknown, within = 'Pod') => {
    const field = referenceField(name, within);
    return field && namesIn(field, value).map((one) => `${field.kind}/${one}${isNeeded(field, within) ? '!' : ''}`);
  };

  it('hold a name, an object with one, or a list of these', () => {
    assert.deepEqual(read('serviceAccountName', 'bot'), ['ServiceAccount/bot!']);
    assert.deepEqual(read('configMapRef', { name: 'a' }), ['ConfigMap/a!']);
    assert.deepEqual(read('imagePullSecrets', [{ name: 'a' }, { name: 'b' }]), ['Secret/a!', 'Secret/b!']);
    assert.deepEqual(read('secret', { secretName: 'a' }), ['Secret/a!']);
    assert.deepEqual(read('secretName', 'a'), ['Secret/a']);
  });

  it('refer to nothing where that is optional, empty or something else', () => {
    for (const value of [{ name: 'a', optional: true }, { name: '' }, { name: 7 }, 'a', null, undefined, []])
      assert.deepEqual(read('configMapRef', value), []);
    for (const name of ['toString', '__proto__', 'image']) assert.equal(read(name, 'x'), undefined);
  });

  it('mean something in one kind only, or need it there only', () => {
    assert.deepEqual(read('serviceName', 'web', 'StatefulSet'), ['Service/web']);
    assert.equal(read('serviceName', 'web', 'Deployment'), undefined);
    assert.deepEqual(read('service', { name: 'web' }, 'Ingress'), ['Service/web!']);
    assert.deepEqual(read('service', { name: 'web' }, 'APIService'), ['Service/web']);
  });
});
