import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type ApiResource, pathOf, resourceNameOf } from '../../../../src/kubernetes/apimachinery/api-resource.ts';
import { requestTarget } from '../../../../src/kubernetes/apimachinery/request-target.ts';
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

describe('pathOf, of any object', () => {
  const resource = fc.record({
    group: fc.constantFrom('', 'apps', 'example.com'),
    version: fc.constant('v1'),
    name: fc.constantFrom('pods', 'things'),
    namespaced: fc.boolean(),
  });

  it('keeps every name in its place, or refuses it', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('.', '..', '../x', '%2e%2e', 'a/b', 'a?b', '#', '\ud800', ''),
    );
    fc.assert(
      fc.property(
        resource,
        name,
        name,
        fc.constantFrom(undefined, 'status', 'log'),
        (one, namespace, object, subresource) => {
          let path: string;
          try {
            path = pathOf(one, namespace, object, subresource);
          } catch (error) {
            assert.ok(error instanceof RangeError, String(error));
            return;
          }
          assert.equal(new URL(path, 'https://host').pathname, path);
          assert.deepEqual(requestTarget(path), {
            group: one.group,
            version: one.version,
            resource: one.name,
            namespace: (one.namespaced && namespace) || undefined,
            name: object,
            subresource,
          });
          assert.ok(path.includes(`/${resourceNameOf(one as ApiResource).split('.')[0]}/`));
        },
      ),
    );
  });
});
