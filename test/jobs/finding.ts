import assert from 'node:assert/strict';
import type { Job, Place } from './job.ts';
import { deployment, documents } from './manifests.ts';
import { read, readTable } from './reading.ts';

const FULL = 'kubelet has insufficient memory available';
const sickNode = ({ namespace }: Place) => `${namespace}-sick`;

interface Crash {
  pod: string;
  exitCode: number;
  logLine: string;
}

/** "Something crashes in this namespace. What, and why?" */
export const findCrash: Job<Crash> = {
  name: 'find the crashing pod and its cause',
  atMost: { calls: 1, bytes: 300 },
  async prepare(place) {
    const crashing = deployment({ name: 'payments', image: 'busybox:1.37', behaviour: 'crash-loop' });
    await place.apply(documents(deployment({ name: 'web', replicas: 3 }), deployment({ name: 'api' }), crashing));
    await Promise.all([place.untilRolledOut('web'), place.untilRolledOut('api')]);
    await place.untilPods('payments', { CrashLoopBackOff: 1 });
  },
  async run(call, namespace) {
    const text = await call('diagnose_resource', { kind: 'Namespace', name: namespace });
    const [pod = '', exitCode, logLine = ''] = read(
      text,
      /^Cause: pod (\S+): container \S+ crashes with exit code (\d+),.*its log says: (.+)$/m,
    );
    return { pod, exitCode: Number(exitCode), logLine };
  },
  async verify(place, found) {
    const pods = await place.list('pods');
    const crashing = pods.filter(({ status }) => status.containerStatuses?.some(({ ready }) => !ready));
    assert.deepEqual(
      crashing.map(({ metadata }) => metadata.name),
      [found.pod],
    );
    assert.equal(crashing[0]?.status.containerStatuses?.[0]?.lastState?.terminated?.exitCode, found.exitCode);
    const log = await place.kubectl('logs', found.pod, '--previous');
    assert.ok(log.split('\n').some((line) => line.includes(found.logLine)));
    assert.match(found.logLine, /DATABASE_URL is not set/);
  },
};

/** "Which nodes are under pressure, and from what?" */
export const findPressure: Job<{ node: string; pressure: string; message: string }[]> = {
  name: 'which nodes are under pressure',
  atMost: { calls: 2, bytes: 650 },
  async prepare(place) {
    const name = sickNode(place);
    // The taint keeps DaemonSets off; the pressure is written into the status, as no kubelet reports it.
    await place.apply(
      `{ apiVersion: v1, kind: Node, metadata: { name: ${name} }, spec: { unschedulable: true, taints: [{ key: test.mcp-k8s.dev/sick, effect: NoExecute }] } }`,
    );
    await place.kubectl('wait', 'node', name, '--for=condition=Ready', '--timeout=100s');
    const condition = { type: 'MemoryPressure', status: 'True', reason: 'KubeletHasInsufficientMemory', message: FULL };
    const patch = JSON.stringify({ status: { conditions: [condition] } });
    await place.kubectl('patch', 'node', name, '--subresource=status', '--type=strategic', '-p', patch);
  },
  async run(call) {
    const columns = ['TRUE:.status.conditions[?(@.status=="True")].type'];
    const nodes = readTable(await call('list_resources', { kind: 'Node', columns }));
    const pressed = nodes.filter(({ TRUE = '' }) => TRUE.includes('Pressure'));
    return Promise.all(
      pressed.map(async ({ NAME: node = '' }) => {
        const text = await call('diagnose_resource', { kind: 'Node', name: node });
        const [pressure = '', message = ''] = read(text, /^Cause: it has (\w+Pressure): (.+)$/m);
        return { node, pressure, message };
      }),
    );
  },
  async verify(place, found) {
    const expected = (await place.list('nodes')).flatMap(({ metadata, status }) =>
      (status.conditions ?? [])
        .filter(({ type, status }) => type.endsWith('Pressure') && status === 'True')
        .map(({ type }) => ({ node: metadata.name, pressure: type, message: FULL })),
    );
    assert.equal(expected.length, 1);
    assert.deepEqual(found, expected);
  },
  async cleanUp(place) {
    await place.kubectl('delete', 'node', sickNode(place), '--ignore-not-found', '--wait=false');
  },
};
