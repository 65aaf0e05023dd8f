import assert from 'node:assert/strict';
import type { Job } from './job.ts';
import { configMap, deployment, documents, service } from './manifests.ts';
import { read } from './reading.ts';

const TRIAL = { trial: 'search' };
const MARK = 'trial=search';
const KINDS = 'deployments,services,configmaps,pods';

/** "The search trial is over: remove everything labelled trial=search." */
export const cleanUp: Job = {
  name: 'clean up',
  atMost: { calls: 5, bytes: 800 },
  async prepare(place) {
    await place.apply(
      documents(
        deployment({ name: 'web' }),
        service('web', { app: 'web' }),
        deployment({ name: 'search', replicas: 2, labels: TRIAL }),
        service('search', TRIAL),
        configMap('search', { index: 'products' }, TRIAL),
        configMap('settings', { mode: 'careful' }),
      ),
    );
    await Promise.all(['web', 'search'].map((name) => place.untilRolledOut(name)));
  },
  async run(call, namespace) {
    const kind = 'deploy,svc,cm';
    const text = await call('list_resources', { kind, namespace, labelSelector: MARK, output: 'name' });
    const sections = text.split('\n\n').map((section) => section.split('\n'));
    const found = sections.flatMap(([summary = '', ...names]) => {
      const [resource] = read(summary, /^\d+ (\S+) in namespace/);
      return names.map((name) => ({ kind: resource, name }));
    });
    const remove = { namespace, propagationPolicy: 'Foreground' };
    await Promise.all(found.map((object) => call('delete_resource', { ...object, ...remove })));
    const gone = { kind: 'Deployment', name: 'search', namespace, for: 'deleted' };
    read(await call('wait_for_resource', gone), /^(Gone) /);
  },
  async verify(place) {
    assert.deepEqual(await place.list(KINDS, '-l', MARK), []);
    const left = (await place.list(KINDS)).map(({ metadata }) => metadata.name.replace(/^web-.*/, 'pod of web'));
    assert.deepEqual(left.sort(), ['kube-root-ca.crt', 'pod of web', 'settings', 'web', 'web']);
  },
};
