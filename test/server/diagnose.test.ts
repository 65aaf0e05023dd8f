import assert from 'node:assert/strict';
import { brokenObjects, gadgets, sickNode } from './broken-objects.ts';
import { testCluster } from './environment.ts';
import { FaultProxy } from './fault-proxy.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

/** About 1,500 tokens. */
const LONGEST = 5_200;

describe('diagnose_resource', () => {
  let server: McpServer;
  const namespace = scratchNamespace();
  const full = scratchNamespace();
  const place = () => ['--namespace', namespace.name];
  const patchStatus = (kind: string, name: string, status: object) =>
    kubectl('patch', kind, name, ...place(), '--subresource=status', '--type=merge', '-p', JSON.stringify({ status }));

  before(async () => {
    server = await McpServer.start((await testCluster()).kubeconfig('admin'), ['--namespace', 'shop']);
    await apply(brokenObjects(namespace.name, full.name));
  });
  after(async () => {
    await kubectl('patch', 'configmap', 'held', ...place(), '--type=merge', '-p', '{"metadata":{"finalizers":null}}');
    await kubectl('delete', 'node', 'sick', '--ignore-not-found', '--wait=false');
    await server.stop();
  });

  const diagnose = async (kind: string, name: string, where: string | undefined = undefined, as = server) => {
    const text = await as.text('diagnose_resource', { kind, name, ...(where ? { namespace: where } : {}) });
    assert.ok(text.length < LONGEST, `${text.length} characters`);
    return text;
  };
  const here = (kind: string, name: string) => diagnose(kind, name, namespace.name);
  /** The object and the first finding about it. */
  const first = (text: string) => text.split('\n').slice(0, 3).join('\n');

  describe('names the cause first', () => {
    it('of a crash loop, with the line of its log that says why', async () => {
      const text = await diagnose('deploy', 'payments');
      assert.match(
        first(text),
        /^Deployment shop\/payments, \S+ old: 0\/1 ready\nCause: pod payments-\S+: container payments crashes with exit code 1, restarted 6 times; its log says: FATAL: environment variable DATABASE_URL is not set$/m,
      );
      assert.match(text, /^Log of payments-\S+ payments \(previous run\):\n( {2}.*\n)* {2}exit status 1$/m);
    });

    it('of an image that does not exist', async () => {
      assert.match(
        first(await diagnose('deploy', 'recommendations')),
        /^Cause: .*image "shop\/recommendations:does-not-exist" of container recommendations cannot be pulled: .*not found$/m,
      );
    });

    it('of a pod that fits on no node, with what it asks for', async () => {
      assert.match(
        first(await diagnose('deploy', 'analytics')),
        /^Cause: pod analytics-\S+: no node takes it: 0\/\d nodes are available: .*Insufficient cpu.*it requests cpu 500, memory 1Gi; the largest node offers cpu 32/m,
      );
    });

    it('of a probe that fails, with the error in the log behind it', async () => {
      assert.match(
        first(await diagnose('deploy', 'search')),
        /^Cause: .*container search runs .*but is not ready: its readiness probe \(GET :http\/index-is-built\) fails, 31 times: .*503; its log says: ERROR cannot read the product feed/m,
      );
    });

    it('of a Service whose selector matches no pod, with what the pods have instead', async () => {
      assert.match(
        first(await diagnose('svc', 'checkout')),
        /0 endpoints ready.*\nCause: it has no endpoints: its selector app=checkout matches no pod in namespace shop; pods have app=analytics, api, cart/,
      );
    });

    it('of a Service whose pods are not ready', async () => {
      await apply(
        'apiVersion: v1\nkind: Service\nmetadata: { name: payments, namespace: shop }\nspec: { selector: { app: payments }, ports: [{ port: 80 }] }',
      );
      const text = await diagnose('svc', 'payments');
      await kubectl('delete', 'service', 'payments', '--namespace=shop');
      assert.match(
        first(text),
        /Cause: pod payments-\S+: .*DATABASE_URL is not set\nSymptom: .*none of the 1 pods .* is ready/,
      );
    });

    it('of a Service that leads to a port which the containers do not have', async () => {
      assert.match(
        await here('svc', 'wrong-port'),
        /^Cause: its targetPort "grpc" is the name of no container port; there are: http$/m,
      );
    });

    it('of pods that a ResourceQuota forbids', async () => {
      await kubectl('wait', 'deployment/refused', '--for=condition=ReplicaFailure', `--namespace=${full.name}`);
      const text = await diagnose('deploy', 'refused', full.name);
      assert.match(
        first(text),
        /0\/2 ready\nCause: ResourceQuota "none" forbids its pods: requested: pods=1, used: pods=0, limited: pods=0/,
      );
      // Events that differ only in pod names share a line.
      assert.equal(text.match(/FailedCreate x?\d* /g)?.length, 1, text);
      assert.match(first(await diagnose('statefulset', 'refused', full.name)), /Cause: ResourceQuota "none"/);
      // It does what it is for; who suffers from it says so.
      assert.match(first(await diagnose('quota', 'none', full.name)), /pods 0 of 0\nHealthy/);
    });

    it('of references to a ConfigMap, Secret, key or claim that does not exist, near names told', async () => {
      const text = await here('deploy', 'unresolved');
      assert.match(
        text,
        /^Cause: ConfigMap "setings" does not exist in namespace \S+, needed by envFrom of container app; nearest: settings$/m,
      );
      assert.match(text, /^Cause: Secret "certificates" does not exist in namespace \S+, needed by volume certs$/m);
      assert.match(
        text,
        /^Cause: Secret "keys" has no key "password", needed by env PASSWORD of container app; its keys: user$/m,
      );
      assert.match(text, /^Cause: PersistentVolumeClaim "nothing" does not exist/m);
      assert.doesNotMatch(text, /left-out|bob-the-builder|Ym9iLX/);
    });

    it('of containers that are called like credentials, in words that are all there', async () => {
      const names = ['usesecrets', 'my-token', 'db-password', 'api-key', 'private-key', 'authorization', 'passwd'];
      const containers = names.map((name) => `{ name: ${name}, image: x, envFrom: [{ secretRef: { name: none } }] }`);
      await apply(
        `apiVersion: v1\nkind: Pod\nmetadata: { name: named, namespace: ${namespace.name} }\nspec: { containers: [${containers.join(', ')}] }`,
      );
      const text = await here('pod', 'named');
      assert.doesNotMatch(text, /<redacted/);
      assert.match(
        text,
        /needed by envFrom of container usesecrets, envFrom of container my-token, envFrom of container db-password and 4 more(: a pod that starts now does not get past this)?$/m,
      );
    });

    it('of a container that its kubelet could not configure', async () => {
      await kubectl('wait', 'pod/misconfigured', '--for=condition=Ready', ...place());
      const waiting = { reason: 'CreateContainerConfigError', message: 'configmap "absent" not found' };
      await patchStatus('pod', 'misconfigured', {
        phase: 'Pending',
        conditions: [{ type: 'Ready', status: 'False' }],
        containerStatuses: [
          { name: 'app', ready: false, restartCount: 0, image: 'nginx', imageID: '', state: { waiting } },
        ],
      });
      assert.match(
        first(await here('pod', 'misconfigured')),
        /CreateContainerConfigError.*\nCause: ConfigMap "absent" does not exist in namespace \S+, needed by envFrom of container app\nCause: container app cannot be started: CreateContainerConfigError/,
      );
    });

    it('of an autoscaler without metrics, or without a target', async () => {
      assert.match(
        first(await here('hpa', 'no-requests')),
        /Cause: it has no metrics to go by: container app of Deployment rolling has no cpu request, of which 60% are its target/,
      );
      assert.match(first(await here('hpa', 'no-target')), /Cause: the Deployment gone that it scales does not exist/);
    });

    it('of an object that a finalizer keeps', async () => {
      await kubectl('delete', 'configmap', 'held', ...place(), '--wait=false');
      assert.match(
        first(await here('cm', 'held')),
        /Cause: it is being deleted since \S+ and stays until its finalizers are removed: example\.com\/hold \(set by kubectl-client-side-apply\)/,
      );
    });

    it('of a claim without a storage class', async () => {
      assert.match(
        first(await diagnose('pvc', 'archive')),
        /Pending .*\nCause: it is Pending: the storage class "cold-storage" does not exist.*; there are no storage classes/,
      );
      assert.match(
        first(await here('sts', 'storage')),
        /^StatefulSet \S+ \S+ old: 0\/1 ready\nCause: PersistentVolumeClaim "data-storage-0": it is Pending: the storage class "fast" does not exist/,
      );
    });

    it('of a rollout that is stuck while the old pods serve', async () => {
      await kubectl('rollout', 'status', 'deployment/rolling', ...place());
      const patch = {
        spec: {
          template: {
            metadata: { annotations: { 'demo.mcp-k8s/behaviour': 'image-pull-failure' } },
            spec: { containers: [{ name: 'app', image: 'nginx:9.99' }] },
          },
        },
      };
      await kubectl('patch', 'deployment', 'rolling', ...place(), '-p', JSON.stringify(patch));
      await kubectl('wait', 'deployment/rolling', '--for=condition=Progressing=False', ...place());
      assert.match(
        first(await here('deploy', 'rolling')),
        /2\/2 ready\nCause: .*image "nginx:9\.99" of container app cannot be pulled.*\nSymptom: its rollout is stuck: new ReplicaSet \S+ \(nginx:9\.99\) has 0 of 1 ready; \S+ still serves 2; ProgressDeadlineExceeded/,
      );
    });

    it('of a Job that failed, with the log of its pod', async () => {
      await kubectl('wait', 'job/import', '--for=condition=Failed', ...place());
      assert.match(
        first(await here('job', 'import')),
        /Failed, 0\/1 succeeded, 1 failed\nCause: pod import-\S+: container payments crashes with exit code 3; its log says: FATAL: .*\nSymptom: it failed: BackoffLimitExceeded/,
      );
    });

    it('of memory that ran out', async () => {
      await kubectl(
        'wait',
        'pod/greedy',
        '--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=CrashLoopBackOff',
        ...place(),
      );
      assert.match(
        first(await here('pod', 'greedy')),
        /CrashLoopBackOff 6 restarts.*\nCause: container app uses more memory than it may \(limit 64Mi\) and is killed: OOMKilled, exit code 137/,
      );
    });

    it('of a Node that is not ready', async () => {
      await apply(sickNode);
      // Its simulation makes it ready, once.
      await kubectl('wait', 'node', 'sick', '--for=condition=Ready', '--timeout=60s');
      await kubectl(
        'patch',
        'node',
        'sick',
        '--subresource=status',
        '--type=merge',
        '-p',
        '{"status":{"conditions":[{"type":"Ready","status":"False","reason":"KubeletNotReady","message":"container runtime is down"}]}}',
      );
      assert.match(
        first(await diagnose('node', 'sick')),
        /^Node sick, \S+ old: NotReady, cordoned, 0 pods.*\nCause: it is not ready: KubeletNotReady: container runtime is down/,
      );
    });

    it('of an Ingress that leads nowhere', async () => {
      const text = await here('ingress', 'front');
      assert.match(
        first(text),
        /Cause: a\.example\.com\/ leads to Service "frontend", which does not exist in namespace \S+; nearest: front-end/,
      );
      assert.match(
        text,
        /^Cause: a\.example\.com\/x leads to port grpc of Service front-end, which it does not have; it has: http 80$/m,
      );
      assert.match(
        first(await diagnose('ingress', 'shop')),
        /Cause: shop\.example\.com\/checkout leads to Service checkout: it has no endpoints: its selector app=checkout matches no pod/,
      );
    });

    it('of a custom resource, from its status, and says when it has none', async () => {
      await apply(gadgets);
      try {
        await kubectl('wait', 'crd/gadgets.test.mcp-k8s.dev', '--for=condition=Established');
        await apply(
          `apiVersion: test.mcp-k8s.dev/v1\nkind: Gadget\nmetadata: { name: unpainted, namespace: ${namespace.name} }\nspec: {}`,
        );
        const condition = {
          type: 'Ready',
          status: 'False',
          reason: 'OutOfPaint',
          message: 'there is no red paint left',
        };
        await patchStatus('gadget', 'unpainted', { phase: 'Broken', conditions: [condition] });
        assert.match(
          first(await here('gadget', 'unpainted')),
          /phase Broken\nCause: its condition says Ready=False \(OutOfPaint\): there is no red paint left\nSymptom: it reports Broken/,
        );
      } finally {
        await kubectl('delete', 'crd', 'gadgets.test.mcp-k8s.dev', '--wait=false');
      }
      assert.match(await diagnose('widget', 'red-widget'), /Risk: it has no status: no controller has acted on it/);
    });
  });

  it('gives an overview of a namespace, one line for each cause', async () => {
    const text = await diagnose('ns', 'shop');
    for (const cause of [
      /FATAL: .*DATABASE_URL/,
      /recommendations:does-not-exist/,
      /Insufficient cpu/,
      /probe .* fails/,
      /cold-storage/,
    ]) {
      assert.match(text, new RegExp(`^Cause: .*${cause.source}`, 'm'));
    }
    assert.match(text, /^Symptom: Services without ready endpoints: checkout$/m);
    assert.ok(text.length < 2_000, `${text.length}`);
  });

  it('says of healthy objects that they are, in few lines', async () => {
    for (const [kind, name] of [
      ['deploy', 'catalog'],
      ['sts', 'postgres'],
      ['ds', 'log-agent'],
      ['job', 'migrate-db'],
      ['cronjob', 'nightly-report'],
      ['svc', 'web'],
      ['pvc', 'uploads'],
      ['cm', 'shop-config'],
      ['secret', 'db-credentials'],
      ['crd', 'widgets.demo.mcp-k8s.dev'],
      ['node', 'node-1'],
    ] as const) {
      const text = await diagnose(kind, name);
      assert.match(text, /\nHealthy: nothing wrong found\./, `${kind} ${name}`);
      assert.ok(text.split('\n').length <= 8, text);
    }
  });

  it('names owners up to the top, and bounds the children', async () => {
    const pod = await kubectl('get', 'pod', '-n', 'shop', '-l', 'app=web', '-o', 'jsonpath={.items[0].metadata.name}');
    assert.match(await diagnose('pod', pod), /^Owned by: ReplicaSet web-\w+, Deployment web$/m);
    await kubectl('rollout', 'status', 'deployment/many', ...place());
    const text = await here('deploy', 'many');
    assert.match(text, /^Deployment .*30\/30 ready\nHealthy/);
    assert.match(text, /^and 22 more, all ready$/m);
  });

  it('offers what exists instead of what does not', async () => {
    assert.match(
      await server.error('diagnose_resource', { kind: 'deploy', name: 'paymnets' }),
      /no deployments\.apps "paymnets".*Nearest: payments/,
    );
    assert.match(
      await server.error('diagnose_resource', { kind: 'backup', name: 'nightly' }),
      /ambiguous.*kind backups/,
    );
    assert.match(await diagnose('backups.alpha.mcp-k8s.dev', 'nightly'), /^Backup shop\/nightly/);
  });

  it('shows no credentials of messages', async () => {
    await kubectl('wait', 'pod/talkative', '--for=condition=Ready', ...place());
    const terminated = {
      exitCode: 1,
      reason: 'Error',
      message: 'cannot reach postgres://app:hunter2secret@db:5432/shop',
    };
    await patchStatus('pod', 'talkative', {
      conditions: [{ type: 'Ready', status: 'False' }],
      containerStatuses: [
        {
          name: 'app',
          ready: false,
          restartCount: 2,
          image: 'nginx',
          imageID: '',
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated },
        },
      ],
    });
    const text = await here('pod', 'talkative');
    assert.match(first(text), /cannot reach postgres:.*db:5432/);
    assert.doesNotMatch(text, /hunter2secret/);
  });

  it('does what a viewer may, and names what could not be read', async () => {
    const viewer = await McpServer.start((await testCluster()).kubeconfig('viewer'), ['--namespace', 'shop']);
    try {
      const text = await diagnose('deploy', 'unresolved', namespace.name, viewer);
      assert.match(first(text), /Cause: ConfigMap "setings" does not exist/);
      assert.doesNotMatch(text, /Secret "/);
      assert.match(text, /\nNot readable for this user, so not considered: .*secrets/);
      assert.match(
        first(await diagnose('deploy', 'analytics', undefined, viewer)),
        /Cause: .*Insufficient cpu.*it requests cpu 500/,
      );
      assert.match(
        first(await diagnose('pvc', 'archive', undefined, viewer)),
        /Cause: it is Pending: .*"cold-storage" not found/,
      );
      assert.match(await viewer.error('diagnose_resource', { kind: 'node', name: 'node-0' }), /forbidden.*\(403\)/);
    } finally {
      await viewer.stop();
    }
  });

  it('serves a tenant in the one namespace that is theirs', async () => {
    const tenant = await McpServer.start((await testCluster()).kubeconfig('tenant'));
    try {
      assert.match(
        await diagnose('deploy', 'worker', undefined, tenant),
        /^Deployment team-a\/worker, .*2\/2 ready\nHealthy/,
      );
      assert.match(
        await tenant.error('diagnose_resource', { kind: 'deploy', name: 'web', namespace: 'shop' }),
        /\(403\)/,
      );
    } finally {
      await tenant.stop();
    }
  });

  it('tells the cause although events and logs cannot be had', async () => {
    const proxy = await FaultProxy.start((await testCluster()).kubeconfig('admin'));
    proxy.fail(({ path }) => /\/(events|log)$/.test(path), { status: 503, reason: 'ServiceUnavailable' });
    const behind = await McpServer.start(proxy.kubeconfig, ['--namespace', 'shop']);
    try {
      const text = await diagnose('deploy', 'payments', undefined, behind);
      assert.match(first(text), /Cause: .*container payments crashes with exit code 1, restarted 6 times$/m);
      assert.match(text, /not considered: .*events \(503\)/);
      assert.match(text, /pods\/log \(503\)/);
      const asked = proxy.exchanges.filter(({ path }) => path.includes('/shop/'));
      const distinct = new Set(asked.map(({ path, query }) => `${path}?${query}`));
      assert.equal(distinct.size, asked.length, 'nothing is asked for twice');
      assert.ok(asked.length <= 12, `${asked.length} requests`);
    } finally {
      await behind.stop();
      await proxy.stop();
    }
  });
});
