import assert from 'node:assert/strict';
import fc from 'fast-check';
import { coordinatesOf, resourceUri } from '../../../../src/kubernetes/apimachinery/resource-uri.ts';

const part = fc
  .string({ unit: 'binary', minLength: 1 })
  .filter((text) => !text.includes('/') && text !== '_' && !/^\.\.?$/.test(text));
const maybe = fc.option(part, { nil: undefined });

describe('resource URIs, of any object', () => {
  it('lead back to the object', () => {
    const context = fc.option(fc.string({ unit: 'binary', minLength: 1 }), { nil: undefined });
    fc.assert(
      fc.property(
        fc.record({ context, namespace: maybe, resource: part, name: part }, { noNullPrototype: true }),
        (coordinates) => {
          const uri = resourceUri(coordinates);
          const { protocol, pathname, searchParams } = new URL(uri);
          assert.equal(protocol, 'k8s:');
          const query = uri.split('?')[1] ?? '';
          assert.deepEqual(coordinatesOf(decodeURIComponent(pathname), query), coordinates);
          assert.equal(searchParams.get('context') ?? undefined, coordinates.context);
        },
      ),
    );
  });

  it('take any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (path, query) => {
        coordinatesOf(path, query);
        coordinatesOf(`/${path}/pods/${query}.yaml`, query);
      }),
    );
  });
});
