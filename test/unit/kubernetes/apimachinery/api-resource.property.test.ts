import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type ApiResource, pathOf, resourceNameOf } from '../../../../src/kubernetes/apimachinery/api-resource.ts';
import { requestTarget } from '../../../../src/kubernetes/apimachinery/request-target.ts';

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
