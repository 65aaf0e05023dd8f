import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type ApiResource,
  apiVersionOf,
  resourceNameOf,
} from '../../../../src/kubernetes/apimachinery/api-resource.ts';
import { UserError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import { resolveKind } from '../../../../src/kubernetes/client/kind-resolution.ts';

// Few words, so that groups share kinds and one's plural is another's singular or short name.
const word = fc.constantFrom('a', 'as', 'ab', 'abs', 'po', 'svc');
const resource: fc.Arbitrary<ApiResource> = fc.record({
  group: fc.constantFrom('', 'apps', 'example.com', 'v1.apps'),
  version: fc.constantFrom('v1', 'v1beta1', 'v2'),
  kind: word.map((text) => text.charAt(0).toUpperCase() + text.slice(1)),
  name: word,
  singularName: fc.oneof(word, fc.constant('')),
  shortNames: fc.uniqueArray(word, { maxLength: 2 }),
  namespaced: fc.boolean(),
  verbs: fc.constant(['get']),
  subresources: fc.constant([]),
});
const served = fc.uniqueArray(resource, {
  minLength: 1,
  maxLength: 12,
  selector: (one) => `${resourceNameOf(one)}/${one.version}`,
});
const spelling = fc.constantFrom<(text: string) => string>(
  (text) => text,
  (text) => text.toUpperCase(),
  (text) => ` ${text}\n`,
);

/** What the text resolves to, or the error that it is ambiguous. */
function resolution(resources: readonly ApiResource[], text: string, apiVersion?: string): ApiResource | UserError {
  try {
    return resolveKind(resources, text, apiVersion);
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return error;
  }
}

describe('resolveKind, of any kinds', () => {
  it('finds every name of every kind, or says what else has it, in names that it finds', () => {
    fc.assert(
      fc.property(served, spelling, (resources, spelled) => {
        for (const { name, kind, singularName, shortNames } of resources) {
          for (const wanted of [name, kind, ...(singularName ? [singularName] : []), ...shortNames]) {
            const found = resolution(resources, spelled(wanted));
            if (found instanceof UserError) {
              const names =
                /is ambiguous: .*Call again with kind (.*)\.$/.exec(found.message)?.[1]?.split(' or ') ?? [];
              assert.ok(names.length > 1, found.message);
              for (const one of names) assert.equal(resourceNameOf(resolution(resources, one) as ApiResource), one);
            } else {
              const own = [found.name, found.kind.toLowerCase(), found.singularName, ...found.shortNames];
              assert.ok(own.includes(wanted.toLowerCase()));
            }
          }
        }
      }),
    );
  });

  it('finds every kind by its plural with its group', () => {
    fc.assert(
      fc.property(served, (resources) => {
        for (const { name, group } of resources.filter((one) => one.group !== '')) {
          const found = resolution(resources, `${name}.${group}`) as ApiResource;
          assert.deepEqual([found.name, found.group], [name, group]);
        }
      }),
    );
  });

  it('takes no other group for a core kind’s name', () => {
    fc.assert(
      fc.property(served, (resources) => {
        for (const { name } of resources.filter(({ group }) => group === ''))
          assert.equal((resolution(resources, name) as ApiResource).group, '');
      }),
    );
  });

  it('finds every kind by its plural and its apiVersion, in that very version', () => {
    fc.assert(
      fc.property(served, (resources) => {
        for (const one of resources) {
          assert.equal(resolution(resources, one.name, apiVersionOf(one)), one);
        }
      }),
    );
  });

  it('finds a kind as a manifest names it', () => {
    fc.assert(
      fc.property(served, (resources) => {
        for (const one of resources) {
          const rivals = resources.filter(
            ({ group, version, kind }) => group === one.group && version === one.version && kind === one.kind,
          );
          if (rivals.length === 1) assert.equal(resolution(resources, one.kind, apiVersionOf(one)), one);
        }
      }),
    );
  });

  it('takes any text', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(served, text, fc.option(text, { nil: undefined }), (resources, kind, apiVersion) => {
        resolution(resources, kind, apiVersion);
        resolution(resources, `${kind}.${apiVersion}`);
      }),
    );
  });
});
