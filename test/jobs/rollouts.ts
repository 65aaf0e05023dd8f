import assert from 'node:assert/strict';
import type { Call, Job, Place } from './job.ts';
import { playFailure } from './kubelet.ts';
import { deployment } from './manifests.ts';
import { read } from './reading.ts';

const WEB = { kind: 'Deployment', name: 'web' };

/** "The new version of web does not come up: go back to the one that works." */
export const rollBack: Job = {
  name: 'roll back a bad rollout',
  atMost: { calls: 3, bytes: 2_300 },
  async prepare(place) {
    await place.apply(deployment({ name: 'web', image: 'nginx:1.28', replicas: 2 }));
    await place.untilRolledOut('web');
    await place.apply(deployment({ name: 'web', image: 'nginx:1.29', replicas: 2, behaviour: 'crash-loop' }));
    await place.untilPods('web', { CrashLoopBackOff: 1, ready: 2 });
  },
  async run(call, namespace) {
    const text = await call('diagnose_resource', { ...WEB, namespace });
    const [, revision] = read(text, /^web-\S+ (\d+)\/\1 revision (\d+) /m);
    await call('rollout_resource', { ...WEB, namespace, action: 'undo', toRevision: Number(revision) });
    await rolledOut(call, namespace);
  },
  verify: (place) => runs(place, 'nginx:1.28', 2),
};

/** "web is slow: double its replicas." */
export const scale: Job = {
  name: 'scale a Deployment',
  atMost: { calls: 3, bytes: 300 },
  async prepare(place) {
    await place.apply(deployment({ name: 'web', replicas: 2 }));
    await place.untilRolledOut('web');
  },
  async run(call, namespace) {
    const [replicas] = read(
      await call('get_resource', { ...WEB, namespace, fields: ['.spec.replicas'] }),
      /replicas\D*(\d+)/,
    );
    await call('scale_resource', { ...WEB, namespace, replicas: 2 * Number(replicas) });
    const text = await call('wait_for_resource', { ...WEB, namespace, for: 'ready' });
    read(text, /^(Ready) /);
  },
  verify: (place) => runs(place, 'nginx:1.29', 4),
};

/** "web does not start. It should be nginx 1.29." */
export const fixImage: Job = {
  name: 'fix an image',
  atMost: { calls: 3, bytes: 1_000 },
  async prepare(place) {
    await place.apply(deployment({ name: 'web', image: 'nginx:1.92', replicas: 1 }));
    await place.untilPods('web', { ready: 1 });
    await playFailure(place, 'web', (image) => ({
      phase: 'Pending',
      state: { waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": not found` } },
    }));
  },
  async run(call, namespace) {
    const text = await call('diagnose_resource', { ...WEB, namespace });
    const [image = '', name] = read(text, /^Cause: .*image "(\S+)" of container (\S+) cannot be pulled/m);
    const containers = [{ name, image: image.replace(/:.*/, ':1.29') }];
    const patch = JSON.stringify({ spec: { template: { spec: { containers } } } });
    await call('update_resource', { ...WEB, namespace, patch, patchType: 'strategic' });
    await rolledOut(call, namespace);
  },
  verify: (place) => runs(place, 'nginx:1.29', 1),
};

async function rolledOut(call: Call, namespace: string): Promise<void> {
  read(await call('wait_for_resource', { ...WEB, namespace, for: 'rollout' }), /^(Rolled out) /);
}

/** Whether all of web's pods are ready and run this image. */
async function runs(place: Place, image: string, replicas: number): Promise<void> {
  const { spec, status } = await place.get('deployment', 'web');
  assert.equal(spec.replicas, replicas);
  assert.deepEqual([status.replicas, status.updatedReplicas, status.readyReplicas], Array(3).fill(replicas));
  const pods = await place.pods('-l', 'app=web');
  assert.deepEqual(
    pods.map((pod) => pod.spec.containers?.[0]?.image),
    Array(replicas).fill(image),
  );
}
