import assert from 'node:assert/strict';
import type { ApiClient } from '../../../../src/kubernetes/client/client.ts';
import type { ApiRequest } from '../../../../src/kubernetes/client/request.ts';
import { HelmGate } from '../../../../src/kubernetes/helm/helm-gate.ts';

describe('the gate of helm', () => {
  it('reads unseen only records of releases', async () => {
    const seen: string[] = [];
    const unseen: string[] = [];
    const list = { kind: 'SecretList', items: [] };
    const pathOf = ({ path, query }: ApiRequest) => `${path}?${query?.labelSelector ?? ''}`;
    const client = {
      answer: async (request: ApiRequest) => {
        seen.push(pathOf(request));
        return { body: list, headers: {} };
      },
      stream: async (request: ApiRequest) => {
        unseen.push(pathOf(request));
        return [Buffer.from(JSON.stringify(list))];
      },
    };
    await using gate = await HelmGate.open({
      client: client as unknown as ApiClient,
      operation: 'helmUpgrade',
      place: { name: 'web', namespace: 'n' },
      writes: { write: async () => undefined },
      showsSecrets: false,
    });
    const server = /server: (\S+)/.exec(gate.kubeconfig())?.[1] ?? '';
    const secrets = '/api/v1/namespaces/n/secrets';
    const own = [
      `${secrets}?name=web,owner=helm`,
      `${secrets}?owner in (helm)`,
      `${secrets}/sh.helm.release.v1.web.v1?`,
    ];
    const others = [`${secrets}?owner=helmet`, `${secrets}?notowner=helm`, `${secrets}?`, `${secrets}/owner?`];
    for (const one of [...own, ...others]) {
      const [path, selector = ''] = one.split('?');
      const query = selector === '' ? '' : `?labelSelector=${encodeURIComponent(selector)}`;
      assert.equal((await fetch(`${server}${path}${query}`)).status, 200, one);
    }
    assert.deepEqual([unseen, seen], [own, others]);
  });
});
