import assert from 'node:assert/strict';
import { definition, diagnosing } from './diagnosing.ts';
import { apply, kubectl } from './scratch.ts';

describe('diagnose_resource, what limits and extends a cluster', () => {
  const { namespace, diagnose, patchStatus } = diagnosing();
  const meta = (name: string) => `{ name: ${name}, namespace: ${namespace.name} }`;
  /** Cluster-scoped objects are named after it. */
  const own = (name: string) => `${namespace.name}-${name}`;
  const pod = (name: string, labels: string, resources = '{}') =>
    `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: ${namespace.name}, labels: ${labels} }\nspec: { containers: [{ name: app, image: nginx, resources: ${resources} }] }`;
  const webhook = (name: string, service: string, policy: string) =>
    `{ name: ${name}.example.com, failurePolicy: ${policy}, sideEffects: None, admissionReviewVersions: [v1], clientConfig: { service: { namespace: ${namespace.name}, name: ${service}, path: / } }, objectSelector: { matchLabels: { never: matches } }, rules: [{ apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [configmaps] }] }`;
  const clusterScoped: string[] = [];

  before(async () => {
    const cluster = (kind: string, name: string) => {
      clusterScoped.push(`${kind}/${own(name)}`);
      return `{ name: ${own(name)} }`;
    };
    const claim = (name: string, className: string) =>
      `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: ${meta(name)}\nspec: { storageClassName: ${className}, accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }`;
    await apply(
      [
        pod('a', '{ app: pair }'),
        pod('b', '{ app: pair }'),
        pod('greedy', '{ app: greedy }', '{ limits: { memory: 2Gi } }'),
        `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: ${meta('strict')}\nspec: { minAvailable: 2, selector: { matchLabels: { app: pair } } }`,
        `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: ${meta('fine')}\nspec: { minAvailable: 0, selector: { matchLabels: { app: greedy } } }`,
        `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: ${meta('of-nobody')}\nspec: { minAvailable: 1, selector: { matchLabels: { app: gone } } }`,
        `apiVersion: v1\nkind: Service\nmetadata: ${meta('hooks')}\nspec: { selector: { app: no-such-app }, ports: [{ port: 443 }] }`,
        `apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: ${cluster('validatingwebhookconfiguration', 'hooks')}\nwebhooks: [${webhook('gone', 'no-service', 'Fail')}, ${webhook('idle', 'hooks', 'Ignore')}]`,
        `apiVersion: apiregistration.k8s.io/v1\nkind: APIService\nmetadata: { name: v1.${own('absent')}.example.com }\nspec: { group: ${own('absent')}.example.com, version: v1, groupPriorityMinimum: 10, versionPriority: 10, insecureSkipTLSVerify: true, service: { namespace: ${namespace.name}, name: no-service } }`,
        `apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: ${cluster('priorityclass', 'one')}\nvalue: 1000\nglobalDefault: false\npreemptionPolicy: Never`,
        `apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: ${cluster('storageclass', 'ghost')}\nprovisioner: ghost.example.com`,
        `apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: ${cluster('storageclass', 'unused')}\nprovisioner: ghost.example.com\nvolumeBindingMode: WaitForFirstConsumer`,
        claim('waiting', own('ghost')),
        `apiVersion: v1\nkind: PersistentVolume\nmetadata: ${cluster('persistentvolume', 'left')}\nspec: { capacity: { storage: 1Gi }, accessModes: [ReadWriteOnce], persistentVolumeReclaimPolicy: Retain, storageClassName: left, claimRef: { namespace: ${namespace.name}, name: gone-claim, uid: 00000000-0000-0000-0000-000000000000 }, hostPath: { path: /tmp/left } }`,
        `apiVersion: v1\nkind: PersistentVolume\nmetadata: ${cluster('persistentvolume', 'local')}\nspec: { capacity: { storage: 1Gi }, accessModes: [ReadWriteOnce], storageClassName: local, local: { path: /data }, nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: kubernetes.io/hostname, operator: In, values: [node-that-left] }] }] } } }`,
      ].join('\n---\n'),
    );
    clusterScoped.push(`apiservice/v1.${own('absent')}.example.com`);
    await kubectl('wait', 'pod/a', 'pod/b', 'pod/greedy', '--for=condition=Ready', `--namespace=${namespace.name}`);
    await kubectl('wait', 'pdb/strict', '--for=jsonpath={.status.currentHealthy}=2', `--namespace=${namespace.name}`);
    await kubectl('wait', 'pdb/fine', '--for=jsonpath={.status.disruptionsAllowed}=1', `--namespace=${namespace.name}`);
  });
  after(async () => {
    await kubectl('delete', ...clusterScoped, '--ignore-not-found', '--wait=false');
  });

  it('finds a PodDisruptionBudget that lets nothing be evicted', async () => {
    assert.match(
      await diagnose('pdb', 'strict'),
      /minAvailable 2, 0 disruptions allowed, 2 of 2 pods healthy\nCause: it allows 0 disruptions, .*: it wants 2 of 2 pods to stay, so none may ever go: the budget itself is the reason$/m,
    );
    assert.match(await diagnose('pdb', 'fine'), /minAvailable 0, 1 disruption allowed.*\nHealthy/);
    assert.match(await diagnose('pdb', 'of-nobody'), /\nRisk: its selector matches no pod: it protects nothing$/m);
    await apply(
      `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: ${meta('second')}\nspec: { maxUnavailable: 1, selector: { matchExpressions: [{ key: app, operator: In, values: [greedy, pair] }] } }`,
    );
    assert.match(
      await diagnose('pdb', 'fine'),
      /\nCause: pods that it covers are covered by second too: eviction then fails/,
    );
    await kubectl('wait', 'pdb/second', '--for=jsonpath={.status.currentHealthy}=3', `--namespace=${namespace.name}`);
    assert.match(
      await diagnose('pdb', 'second'),
      /no node of theirs can be drained: its controller counts none of the 3 pods that it selects: pods without a controller need minAvailable as a number$/m,
    );
    await kubectl('delete', 'pdb', 'second', `--namespace=${namespace.name}`);
  });

  it('finds webhooks that nobody serves, and what becomes of requests', async () => {
    const text = await diagnose('validatingwebhookconfiguration', own('hooks'));
    assert.match(
      text,
      /^Cause: webhook gone\.example\.com: it is served by Service "no-service", which does not exist in namespace \S+, so CREATE of configmaps are refused \(failurePolicy Fail\)$/m,
    );
    assert.match(
      text,
      /^Risk: webhook idle\.example\.com: it is served by Service \S+\/hooks, which has no ready endpoints, so CREATE of configmaps go through unchecked \(failurePolicy Ignore\)$/m,
    );
  });

  it('finds an APIService that does not answer', async () => {
    const name = `v1.${own('absent')}.example.com`;
    await kubectl('wait', `apiservice/${name}`, '--for=condition=Available=False');
    const text = await diagnose('apiservice', name);
    assert.match(text, /^Cause: it is served by Service "no-service", which does not exist/m);
    assert.match(text, /^Cause: \S+\/v1 is not available: ServiceNotFound: /m);
    assert.match(text, /^Risk: the API server does not check the certificate/m);
  });

  it('knows CustomResourceDefinitions that are not accepted', async () => {
    const group = `${own('crd')}.example.com`;
    await apply(definition(group, 'v1', 'Gizmo', 'gizmos'));
    try {
      await kubectl('wait', `crd/gizmos.${group}`, '--for=condition=Established');
      assert.match(await diagnose('crd', `gizmos.${group}`), /Gizmo, served in v1\nHealthy/);
      await apply(definition(group, 'v1', 'Gizmo', 'gizmoes'));
      await kubectl('wait', `crd/gizmoes.${group}`, '--for=condition=NamesAccepted=False');
      assert.match(await diagnose('crd', `gizmoes.${group}`), /\nCause: its condition says NamesAccepted=False/);
    } finally {
      await kubectl('delete', 'crd', `gizmos.${group}`, `gizmoes.${group}`, '--ignore-not-found', '--wait=false');
    }
  });

  it('tells what a LimitRange forbids, and which pods it would not let in again', async () => {
    await apply(
      `apiVersion: v1\nkind: LimitRange\nmetadata: ${meta('small')}\nspec: { limits: [{ type: Container, max: { memory: 1Gi }, default: { memory: 512Mi } }] }`,
    );
    const text = await diagnose('limitrange', 'small');
    await kubectl('delete', 'limitrange', 'small', `--namespace=${namespace.name}`);
    assert.match(text, /Container: .*max memory 1Gi/);
    assert.match(text, /^Risk: 1 running pods are outside of it and could not be made again: greedy$/m);
  });

  it('tells of a PriorityClass what it preempts', async () => {
    assert.match(await diagnose('priorityclass', own('one')), /priority 1000, preempts nothing\nHealthy/);
  });

  it('calls no pod healthy that is not ready, whatever the reason', async () => {
    await patchStatus('pod', 'b', { conditions: [{ type: 'Ready', status: 'False', message: 'a gate of no name' }] });
    const text = await diagnose('pod', 'b');
    assert.match(text, /^Symptom: it is NotReady: a gate of no name$/m);
    assert.doesNotMatch(text, /Healthy/);
  });

  it('finds storage that nobody makes, that nobody can claim, or that is on a node which has gone', async () => {
    assert.match(
      await diagnose('sc', own('ghost')),
      /1 claims\nCause: 1 of its 1 claims are pending: \S+\/waiting; no CSIDriver "ghost\.example\.com" is installed: does its provisioner run\?$/m,
    );
    assert.match(
      await diagnose('sc', own('unused')),
      /binds when a pod uses the claim.*\nNothing wrong found; whether its provisioner runs is not known: no CSIDriver "ghost/,
    );
    await kubectl('wait', `pv/${own('left')}`, '--for=jsonpath={.status.phase}=Released');
    assert.match(
      await diagnose('pv', own('left')),
      /Released, 1Gi.*\nRisk: its claim \S+\/gone-claim is gone and nobody can claim it again \(reclaim policy Retain\)/,
    );
    assert.match(
      await diagnose('pv', own('local')),
      /\nCause: it can be reached only from node node-that-left, which does not exist$/m,
    );
  });

  it('finds a node that is full, or under pressure', async () => {
    const name = own('node');
    clusterScoped.push(`node/${name}`);
    await apply(
      `apiVersion: v1\nkind: Node\nmetadata: { name: ${name} }\nspec: { taints: [{ key: test.mcp-k8s.dev/full, effect: NoSchedule }] }`,
    );
    const pressure = {
      type: 'MemoryPressure',
      status: 'True',
      reason: 'KubeletHasInsufficientMemory',
      message: 'memory runs out',
    };
    await kubectl(
      'patch',
      'node',
      name,
      '--subresource=status',
      '--type=merge',
      '-p',
      JSON.stringify({
        status: {
          allocatable: { pods: '1', memory: '1Gi', cpu: '1' },
          conditions: [{ type: 'Ready', status: 'True' }, pressure],
        },
      }),
    );
    await apply(
      `apiVersion: v1\nkind: Pod\nmetadata: ${meta('alone')}\nspec: { nodeName: ${name}, tolerations: [{ operator: Exists }], containers: [{ name: app, image: nginx, resources: { requests: { memory: 1000Mi } } }] }`,
    );
    const text = await diagnose('node', name);
    assert.match(text, /^Cause: it has MemoryPressure: memory runs out$/m);
    assert.match(text, /^Risk: its pods take 98% of its memory, so hardly any more fit$/m);
  });

  it('says of a kind that nobody here knows only what was looked at', async () => {
    await apply(`apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata: ${meta('one')}\nspec: {}`);
    const text = await diagnose('lease', 'one');
    assert.match(text, /\nIt has no conditions and no warning events; nothing else is known about this kind\.$/);
    assert.doesNotMatch(text, /Healthy/);
  });

  it('finds errors in the log of a pod that is ready', async () => {
    const pods = await kubectl('get', 'pod', '-n', 'shop', '-l', 'app=web', '-o', 'jsonpath={.items[0].metadata.name}');
    const text = await diagnose('pod', pods, 'shop');
    assert.match(
      text,
      /^Risk: container web of pod web-\S+ runs, but its log tells of errors in 1 of its last \d+ lines: \[error\] upstream "checkout" has no endpoints/m,
    );
    assert.doesNotMatch(text, /Healthy/);
  });
});
