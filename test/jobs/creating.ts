import assert from 'node:assert/strict';
import type { Job } from './job.ts';
import { deployment, documents, service } from './manifests.ts';
import { read } from './reading.ts';

/** "Run nginx 1.29 as greeter, twice, behind a Service, and see that it works." */
export const createWithService: Job = {
  name: 'create a Deployment with a Service',
  atMost: { calls: 3, bytes: 450 },
  async prepare() {},
  async run(call, namespace) {
    const manifest = documents(
      deployment({ name: 'greeter', replicas: 2, port: 80 }),
      service('greeter', { app: 'greeter' }),
    );
    await call('create_resource', { manifest, namespace });
    const wait = (kind: string, until: string) =>
      call('wait_for_resource', { kind, name: 'greeter', namespace, for: until });
    read(await wait('Deployment', 'rollout'), /^(Rolled out) /);
    // Ready with the first endpoint; the second may follow a moment later.
    read(await wait('Service', 'ready'), /^(Ready) .* of [12] endpoints? ready/);
  },
  async verify(place) {
    const { status } = await place.get('deployment', 'greeter');
    assert.deepEqual([status.replicas, status.readyReplicas], [2, 2]);
    const pods = await place.pods('-l', 'app=greeter');
    assert.equal(pods.length, 2);
    await place.untilServed('greeter', pods);
  },
};

/** What an agent reads from a Deployment to make another like it. */
interface Original {
  '.spec.replicas': number;
  '.spec.template.spec.containers': { image: string }[];
}

/** The Deployment alongside web. */
export const CANARY = { name: 'web-canary', image: 'nginx:1.30' };

/** "Send a quarter of web's traffic to nginx 1.30, with the same number of pods as now." */
export const canary: Job = {
  name: 'shift traffic to a canary',
  atMost: { calls: 6, bytes: 900 },
  async prepare(place) {
    const stable = deployment({ name: 'web', replicas: 4, port: 80, labels: { track: 'stable' } });
    await place.apply(documents(stable, service('web', { app: 'web' })));
    await place.untilRolledOut('web');
  },
  async run(call, namespace) {
    const get = async (kind: string, fields: string[]) =>
      JSON.parse(await call('get_resource', { kind, name: 'web', namespace, fields, output: 'json' }));
    const wait = async (name: string) =>
      read(await call('wait_for_resource', { kind: 'Deployment', name, namespace, for: 'ready' }), /^(Ready) /);
    const { '.spec.selector': selector } = await get('Service', ['.spec.selector']);
    const original: Original = await get('Deployment', ['.spec.replicas', '.spec.template.spec.containers']);
    const labels = { ...selector, track: 'canary' };
    const replicas = original['.spec.replicas'] / 4;
    const containers = original['.spec.template.spec.containers'];
    const manifest = JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: CANARY.name, labels },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: containers.map((container) => ({ ...container, image: CANARY.image })) },
        },
      },
    });
    await call('create_resource', { manifest, namespace });
    await wait(CANARY.name);
    const rest = original['.spec.replicas'] - replicas;
    await call('scale_resource', { kind: 'Deployment', name: 'web', namespace, replicas: rest });
    await wait('web');
  },
  async verify(place) {
    const { spec } = await place.get('service', 'web');
    assert.deepEqual(spec.selector, { app: 'web' });
    const pods = await place.pods('-l', 'app=web');
    assert.deepEqual(pods.map((pod) => pod.spec.containers?.[0]?.image).sort(), [
      ...Array(3).fill('nginx:1.29'),
      'nginx:1.30',
    ]);
    await place.untilServed('web', pods);
  },
};
