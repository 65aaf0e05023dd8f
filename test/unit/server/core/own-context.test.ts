import assert from 'node:assert/strict';
import type { Kubeconfig } from '../../../../src/kubernetes/client/kubeconfig.ts';
import { OwnContext } from '../../../../src/server/core/own-context.ts';

function kubeconfig(currentContext: string | undefined, ...names: string[]): Kubeconfig {
  return {
    contexts: names.map((name) => ({ name, context: { cluster: 'c', user: 'u' } })),
    clusters: [{ name: 'c', cluster: { server: 'https://localhost' } }],
    users: [{ name: 'u', user: {} }],
    currentContext,
    shadowed: [],
    cut: [],
  };
}

describe('the own context of a server', () => {
  it('is the one that was current first, and stays it', () => {
    const own = new OwnContext(undefined);
    assert.equal(own.in(kubeconfig('dev', 'dev', 'prod')), 'dev');
    assert.equal(own.change, undefined);
    assert.equal(own.in(kubeconfig('prod', 'dev', 'prod')), 'dev');
    assert.match(own.change ?? '', /"prod" now\. This server keeps "dev"/);
    assert.equal(own.in(kubeconfig('prod', 'prod')), 'dev', 'nor does it follow when it is gone');
    own.in(kubeconfig('dev', 'dev', 'prod'));
    assert.equal(own.change, undefined);
  });

  it('is decided by the first kubeconfig that leads somewhere', () => {
    const own = new OwnContext(undefined);
    assert.equal(own.in(kubeconfig(undefined, 'dev', 'prod')), undefined);
    assert.equal(own.in(kubeconfig('gone', 'dev', 'prod')), undefined);
    assert.equal(own.in(kubeconfig(undefined, 'dev')), 'dev');
    assert.equal(own.in(kubeconfig('prod', 'dev', 'prod')), 'dev');
  });

  it('is no question where one was named', () => {
    const own = new OwnContext('prod');
    assert.equal(own.in(kubeconfig('dev', 'dev', 'prod')), 'prod');
    assert.equal(own.change, undefined);
  });
});
