import assert from 'node:assert/strict';
import fc from 'fast-check';
import { demandedField } from '../../../../src/kubernetes/apimachinery/field-selector.ts';
import { kinds } from '../../../../src/kubernetes/apimachinery/well-known-kinds.ts';
import type { ApiClient } from '../../../../src/kubernetes/client/client.ts';
import { notFoundError } from '../../../../src/kubernetes/client/not-found.ts';
import type { ApiRequest } from '../../../../src/kubernetes/client/request.ts';

describe('what is said of a missing object', () => {
  it('tells where one of its name is, whatever signs are in it', async () => {
    const names = fc.string({ unit: fc.constantFrom('a', ':', '=', ',', '\\', '!'), minLength: 1 });
    await fc.assert(
      fc.asyncProperty(names, async (name) => {
        const client = {
          // Of the API server: the namespace itself, and lists, by the name if it is selected.
          json: async ({ path, query }: ApiRequest) => {
            const selector = query?.fieldSelector;
            if (selector === undefined) return { items: [], metadata: { name: path } };
            const isFound = demandedField(String(selector), 'metadata.name') === name;
            return { items: isFound ? [{ metadata: { name, namespace: 'other' } }] : [] };
          },
        } as unknown as ApiClient;
        const { signal } = new AbortController();
        const resource = {
          ...kinds.configMaps,
          kind: 'ConfigMap',
          singularName: '',
          shortNames: [],
          verbs: [],
          subresources: [],
        };
        const { message } = await notFoundError(client, resource, 'shop', name, signal);
        assert.match(message, /It exists in namespace other\.$/);
      }),
    );
  });
});
