import { testCluster } from '../server/environment.ts';
import { McpServer } from '../server/mcp-process.ts';
import { scratchNamespace } from '../server/scratch.ts';
import { applyPods, script } from './pods.ts';
import { waitFor } from './waiting.ts';

/** What diagnosis finds about real failures. */
describe('diagnose_resource on real failures', () => {
  let server: McpServer;
  const namespace = scratchNamespace();
  async function diagnosed(args: object, cause: RegExp): Promise<void> {
    let last = '';
    const found = async () => {
      last = await server.text('diagnose_resource', { kind: 'pod', namespace: namespace.name, ...args });
      return cause.test(last) || undefined;
    };
    await waitFor(found, () => last);
  }

  before(async () => {
    const { kubeconfig } = await testCluster();
    server = await McpServer.start(kubeconfig('admin'), []);
    const stay = 'exec sleep infinity';
    await applyPods(
      namespace.name,
      { name: 'no-config', containers: [script(stay, { envFrom: [{ configMapRef: { name: 'absent' } }] })] },
      { name: 'no-key', containers: [script(stay, { env: {}, envFrom: [{ secretRef: { name: 'nowhere' } }] })] },
      {
        name: 'no-volume',
        containers: [script(stay, { volumeMounts: [{ name: 'keys', mountPath: '/keys' }] })],
        volumes: [{ name: 'keys', secret: { secretName: 'absent' } }],
      },
      { name: 'no-command', containers: [{ image: 'busybox:1.37', command: ['/no/such/program'] }] },
      { name: 'bad-image', containers: [{ image: 'Not A Name' }] },
      { name: 'never-pulled', containers: [{ image: 'shop/absent:1.0', imagePullPolicy: 'Never' }] },
      {
        name: 'init',
        initContainers: [{ name: 'migrate', ...script('echo "table orders is locked" >&2; exit 7') }],
        containers: [script(stay)],
      },
      {
        name: 'dying',
        containers: [
          script(stay, { livenessProbe: { exec: { command: ['false'] }, periodSeconds: 1, failureThreshold: 1 } }),
        ],
      },
      { name: 'late', restartPolicy: 'Never', activeDeadlineSeconds: 2, containers: [script(stay)] },
      {
        name: 'big',
        restartPolicy: 'Never',
        containers: [
          script(`dd if=/dev/zero of=/data/file bs=1M count=8; ${stay}`, {
            volumeMounts: [{ name: 'data', mountPath: '/data' }],
          }),
        ],
        volumes: [{ name: 'data', emptyDir: { sizeLimit: '1Mi' } }],
      },
      // In a pod's command, $$ stands for $.
      { name: 'segfault', containers: [script(`sh -c 'kill -SEGV $$$$'; exit $?`)] },
    );
  });
  after(() => server.stop());

  const live = (app: string) => ({ kind: 'deployment', name: app, namespace: 'live' });

  it('a crash loop, with the exit code and the last words', () =>
    diagnosed(
      live('invoices'),
      /Cause: pod invoices-\S+: container invoices crashes with exit code 1, restarted \d+ times?; its log says: FATAL: environment variable DATABASE_URL is not set/,
    ));

  it('a container that takes too much memory', () =>
    diagnosed(
      live('thumbnails'),
      /Cause: pod thumbnails-\S+: container thumbnails uses more memory than it may \(limit 128Mi\) and is killed: OOMKilled, exit code 137/,
    ));

  it('a probe that fails', () => diagnosed(live('index'), /Cause: .*readiness probe.*503/i));

  it('an image of a registry that does not exist', () =>
    diagnosed(live('newsletter'), /Cause: .*registry\.example\.com\/shop\/newsletter:2\.0/));

  it('an init container that waits', () => diagnosed(live('delivery'), /wait-for-warehouse/));

  it('configuration that is missing', async () => {
    await diagnosed({ name: 'no-config' }, /Cause: .*configmap "absent" not found/i);
    await diagnosed({ name: 'no-key' }, /Cause: .*secret "nowhere" not found/i);
    await diagnosed({ name: 'no-volume' }, /Cause: .*secret "absent" not found/i);
  });

  it('what cannot start', async () => {
    await diagnosed({ name: 'no-command' }, /Cause: .*\/no\/such\/program/);
    await diagnosed({ name: 'bad-image' }, /Cause: .*Not A Name/);
    await diagnosed({ name: 'never-pulled' }, /Cause: .*shop\/absent:1\.0/);
  });

  it('an init container that fails', () =>
    diagnosed({ name: 'init' }, /Cause: .*init container migrate .*exit code 7.*table orders is locked/));

  it('what the kubelet ends', async () => {
    await diagnosed({ name: 'dying' }, /Cause: .*liveness probe/i);
    await diagnosed({ name: 'late' }, /DeadlineExceeded/);
    await diagnosed({ name: 'segfault' }, /Cause: .*exit code 139/);
    await diagnosed({ name: 'big' }, /Cause: .*Evicted/);
  });
});
