import assert from 'node:assert/strict';
import { demandedField } from '../../../../src/kubernetes/apimachinery/field-selector.ts';
import { kinds } from '../../../../src/kubernetes/apimachinery/well-known-kinds.ts';
import type { ApiClient } from '../../../../src/kubernetes/client/client.ts';
import type { ApiRequest } from '../../../../src/kubernetes/client/request.ts';
import { watchObject } from '../../../../src/kubernetes/client/watch-object.ts';

describe('a watch of one object', () => {
  it('is of its name alone, whatever signs are in it', async () => {
    for (const name of ['web', 'system:node', 'a=b', 'a,metadata.name=b', 'a\\', '=,\\']) {
      const asked: ApiRequest[] = [];
      const client = {
        json: async (request: ApiRequest) => {
          asked.push(request);
          return { metadata: { resourceVersion: '1' }, items: [] };
        },
      } as unknown as ApiClient;
      const { signal } = new AbortController();
      for await (const { type } of watchObject(client, { resource: kinds.configMaps, namespace: 'n', name, signal }))
        if (type === 'SYNC') break;
      assert.deepEqual(
        asked.map(({ query }) => demandedField(String(query?.fieldSelector), 'metadata.name')),
        [name],
      );
    }
  });
});
