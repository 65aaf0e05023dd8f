import assert from 'node:assert/strict';
import type { Pod } from '../../../../src/kubernetes/workloads/pods.ts';
import { offeredPorts, portInPod, reachablePod } from '../../../../src/kubernetes/workloads/ports.ts';

function pod(name: string, ports: object[] = [], state: { phase?: string; ready?: boolean; deleted?: boolean } = {}) {
  const { phase = 'Running', ready = false, deleted = false } = state;
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }];
  return {
    metadata: { name, ...(deleted ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) },
    spec: { containers: [{ name: 'a' }, { name: 'b', ports }] },
    status: { phase, conditions },
  } as Pod;
}

describe('the ports that an object offers', () => {
  it('are a Service’s own, with the pods’ ports behind them', () => {
    const ports = [
      { name: 'http', port: 80, targetPort: 'web' },
      { name: 'metrics', port: 9090, targetPort: 9100, protocol: 'TCP' },
      { port: 443 },
      { name: 'dns', port: 53, protocol: 'UDP' },
    ];
    assert.deepEqual(offeredPorts({ kind: 'Service', spec: { ports } }, [pod('a', [{ containerPort: 1 }])]), [
      { name: 'http', port: 80, target: 'web' },
      { name: 'metrics', port: 9090, target: 9100 },
      { name: undefined, port: 443, target: 443 },
    ]);
  });

  it('are in its pods what they are for a Service that is headless: it maps none', () => {
    const ports = [{ name: 'http', port: 80, targetPort: 8080 }, { port: 81, targetPort: 'web' }, { port: 443 }];
    const targets = (clusterIP: string) =>
      offeredPorts({ kind: 'Service', spec: { clusterIP, ports } }, []).map(({ target }) => target);
    assert.deepEqual(targets('None'), [80, 81, 443]);
    assert.deepEqual(targets('10.0.0.1'), [8080, 'web', 443]);
  });

  it('are those of the containers of its pods, each once', () => {
    const pods = [
      pod('a', [
        { name: 'http', containerPort: 80 },
        { containerPort: 81, protocol: 'SCTP' },
      ]),
      pod('b', [{ name: 'http', containerPort: 80 }, { containerPort: 82 }]),
    ];
    assert.deepEqual(offeredPorts({ kind: 'Deployment' }, pods), [
      { name: 'http', port: 80, target: 80 },
      { name: undefined, port: 82, target: 82 },
    ]);
  });

  it('are those of sidecars too, but not of init containers', () => {
    const ports = (containerPort: number) => [{ name: `port-${containerPort}`, containerPort }];
    const initContainers = [
      { name: 'proxy', restartPolicy: 'Always', ports: ports(15021) },
      { name: 'init', ports: ports(1) },
    ];
    const one: Pod = { ...pod('a'), spec: { containers: [{ name: 'app' }], initContainers } };
    assert.deepEqual(
      offeredPorts({ kind: 'Deployment' }, [one]).map(({ port }) => port),
      [15021],
    );
    assert.equal(portInPod(one, 'port-15021'), 15021);
  });

  it('are none where nothing is declared', () => {
    assert.deepEqual(offeredPorts({ kind: 'Pod' }, [pod('a')]), []);
    assert.deepEqual(offeredPorts({ kind: 'Service', spec: { type: 'ExternalName' } }, []), []);
    assert.deepEqual(offeredPorts({ kind: 'Deployment' }, [{ metadata: { name: 'bare' } }]), []);
  });
});

describe('the pod that is reached', () => {
  const name = (pods: Pod[]) => reachablePod(pods, 'Service web').metadata?.name;

  it('is one that is ready and stays', () => {
    const leaving = pod('leaving', [], { ready: true, deleted: true });
    assert.equal(name([pod('starting'), leaving, pod('ready', [], { ready: true })]), 'ready');
  });

  it('is one that runs, where none is ready', () => {
    assert.equal(name([pod('pending', [], { phase: 'Pending' }), pod('running')]), 'running');
  });

  it('is missed in the name of what was to be reached', () => {
    const gone = [pod('done', [], { phase: 'Succeeded' })];
    for (const pods of [[], gone]) assert.throws(() => name(pods), /^UserError: Service web has no pod that runs\.$/);
  });
});

describe('a port in a pod', () => {
  const web = pod('web-1', [
    { name: 'web', containerPort: 8080 },
    { name: 'dns', containerPort: 53, protocol: 'UDP' },
  ]);

  it('is found by its number, declared or not, and by its name', () => {
    assert.equal(portInPod(web, 9999), 9999);
    assert.equal(portInPod(web, 'web'), 8080);
  });

  it('is missed by a name that it has not, or that is not TCP', () => {
    for (const absent of ['http', 'dns'])
      assert.throws(() => portInPod(web, absent), new RegExp(`Pod "web-1" has no port named "${absent}"`));
  });
});
