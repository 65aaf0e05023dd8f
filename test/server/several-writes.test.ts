import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ElicitRequestSchema, type ElicitResult } from '@modelcontextprotocol/sdk/types.js';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

const SWITCHES = ['--enable-create', '--enable-update', '--enable-delete'];

describe('writing several objects at once', () => {
  const namespace = scratchNamespace();
  let folder: string;
  let journal: string;
  let server: McpServer;
  const questions: string[] = [];
  let answer: ElicitResult;
  /** What happens while the user reads. */
  let meanwhile: () => Promise<unknown>;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-several-'));
    journal = join(folder, 'journal');
    const args = ['--namespace', namespace.name, '--journal', journal, ...SWITCHES];
    const capabilities = { elicitation: {} };
    server = await McpServer.start((await testCluster()).kubeconfig('admin'), args, {}, capabilities);
    server.client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
      questions.push(params.message);
      await meanwhile();
      return answer;
    });
  });
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    questions.length = 0;
    answer = { action: 'accept', content: { decision: 'Apply' } };
    meanwhile = async () => undefined;
  });

  const entries = async (name: string) =>
    (await readFile(journal, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((entry) => String(entry.name).startsWith(name));
  const outcomes = async (name: string) =>
    (await entries(name)).map((entry) => `${entry.access} ${entry.name} ${entry.outcome}`).sort();
  const workload = (name: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace.name}, labels: { set: ${name.slice(0, -2)} } }
spec:
  replicas: 1
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: app, image: 'nginx:1' }] }`;
  const configMap = (name: string) => `apiVersion: v1
kind: ConfigMap
metadata: { name: ${name}, namespace: ${namespace.name}, labels: { set: ${name.slice(0, -2)} } }
data: { a: b }`;
  const cronJob = (name: string) => `apiVersion: batch/v1
kind: CronJob
metadata: { name: ${name}, namespace: ${namespace.name}, labels: { set: ${name.slice(0, -2)} } }
spec:
  schedule: '0 0 1 1 *'
  jobTemplate:
    metadata: { labels: { from: template }, annotations: { note: kept } }
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{ name: app, image: 'nginx:1', env: [{ name: DB_PASSWORD, value: hunter2-cron }] }]`;
  const make = (manifest: (name: string) => string, ...names: string[]) => apply(names.map(manifest).join('\n---\n'));
  const get = (path: string, ...object: string[]) =>
    kubectl('get', ...object, '-n', namespace.name, '-o', `jsonpath=${path}`);
  const replicas = (set: string) => get('{.items[*].spec.replicas}', 'deploy', '-l', `set=${set}`);

  it('scales them under one review, with one journal entry each', async () => {
    await make(workload, 'scale-a', 'scale-b');
    const text = await server.text('scale_resource', { kind: 'deploy', names: ['scale-a', 'scale-b'], replicas: 2 });
    assert.equal(
      text,
      `In context admin:\nScaled deployments.apps "scale-a", "scale-b" in namespace ${namespace.name}: 1 → 2 replicas.`,
    );
    assert.equal(questions.length, 1);
    assert.match(questions[0] ?? '', /^2 changes:\n1\. update Deployment\/scale .*scale-a.*\n2\. .*scale-b/);
    assert.equal(await replicas('scale'), '2 2');
    assert.deepEqual(await outcomes('scale-'), ['update scale-a applied', 'update scale-b applied']);
  });

  it('chooses them by label, and by name only what is named', async () => {
    await make(workload, 'label-a', 'label-b');
    const text = await server.text('rollout_resource', {
      kind: 'deploy',
      labelSelector: 'set=label',
      action: 'restart',
    });
    assert.match(text, /^In context admin:\nRestarted deployments\.apps "label-a", "label-b" in namespace [^ ]+\.$/);
    assert.match(
      await server.text('rollout_resource', { kind: 'deploy', name: 'label-a', action: 'pause' }),
      /^Paused deployments\.apps "label-a" in namespace \S+ \(context admin\)/,
    );
    assert.equal(await get('{.items[*].spec.paused}', 'deploy', '-l', 'set=label'), 'true');
  });

  it('patches and deletes them', async () => {
    await make(configMap, 'cm-a', 'cm-b', 'cm-c');
    const all = { kind: 'cm', labelSelector: 'set=cm' };
    const patched = await server.text('update_resource', { ...all, patch: '{"data":{"a":"c"}}' });
    assert.equal(patched.match(/^Updated configmaps "cm-a", "cm-b", "cm-c" in namespace/gm)?.length, 1);
    assert.equal(await get('{.items[*].data.a}', 'cm', '-l', 'set=cm'), 'c c c');
    const dry = await server.text('delete_resource', { kind: 'cm', names: ['cm-a', 'cm-b'], dryRun: true });
    assert.match(dry, /^Dry run: configmaps "cm-a", "cm-b" in namespace \S+ would be deleted\.$/m);
    assert.equal(questions.length, 1, 'a dry run asks nobody');
    assert.match(await server.text('delete_resource', all), /^Deleted configmaps "cm-a", "cm-b", "cm-c"/m);
    assert.equal(questions.length, 2);
    assert.equal(await get('{.items[*].metadata.name}', 'cm', '-l', 'set=cm'), '');
    const deleted = (await outcomes('cm-')).filter((line) => line.startsWith('delete'));
    assert.deepEqual(deleted, [
      'delete cm-a applied',
      'delete cm-a dryRun',
      'delete cm-b applied',
      'delete cm-b dryRun',
      'delete cm-c applied',
    ]);
  });

  it('writes none of them when one cannot be written, or the user says no', async () => {
    await make(configMap, 'none-a', 'none-b');
    const missing = await server.error('delete_resource', { kind: 'cm', names: ['none-a', 'nome-b', 'none-b'] });
    assert.match(missing, /^Nothing was changed\.\ncm "nome-b": There is no configmaps "nome-b".*Nearest: none-b/);
    assert.equal(questions.length, 0);
    answer = { action: 'accept', content: { decision: 'Reject', reason: 'Not today' } };
    assert.match(
      await server.error('delete_resource', { kind: 'cm', labelSelector: 'set=none' }),
      /^The user rejected this; nothing was written\. Reason: Not today$/,
    );
    assert.equal(await get('{.items[*].metadata.name}', 'cm', '-l', 'set=none'), 'none-a none-b');
    assert.deepEqual(await outcomes('none-'), ['delete none-a rejected', 'delete none-b rejected']);
  });

  it('says exactly what was done when one fails after the review', async () => {
    await make(configMap, 'half-a', 'half-b', 'half-c');
    // Another object takes the name: it was not chosen, and not reviewed.
    meanwhile = async () => {
      await kubectl('delete', 'cm', 'half-b', '-n', namespace.name);
      await make(configMap, 'half-b');
    };
    const text = await server.error('delete_resource', { kind: 'cm', labelSelector: 'set=half' });
    assert.match(
      text,
      /^Done for 2 of 3:\nDeleted configmaps "half-a", "half-c" in namespace \S+\.\nNot for the others:\ncm "half-b": .*(uid|UID).*\(409 Conflict\)/,
    );
    assert.equal(await get('{.items[*].metadata.name}', 'cm', '-l', 'set=half'), 'half-b');
    assert.deepEqual(await outcomes('half-'), [
      'delete half-a applied',
      'delete half-b failed',
      'delete half-c applied',
    ]);
  });

  it('asks again about an object that has changed meanwhile', async () => {
    await make(configMap, 'again-a', 'again-b');
    meanwhile = async () => {
      meanwhile = async () => undefined;
      await kubectl('patch', 'cm', 'again-b', '-n', namespace.name, '-p', '{"data":{"other":"x"}}');
    };
    const patch = '{"data":{"a":"c"}}';
    await server.text('update_resource', { kind: 'cm', names: ['again-a', 'again-b'], patch });
    assert.equal(questions.length, 2);
    assert.match(questions[1] ?? '', /^update ConfigMap .*again-b in context admin\n[\s\S]*other: x/);
    assert.equal(await get('{.items[*].data.a}', 'cm', '-l', 'set=again'), 'c c');
  });

  it('says what is wrong with a choice', async () => {
    const error = (input: object) => server.error('delete_resource', { kind: 'cm', ...input });
    const one = /exactly one of the three/;
    assert.match(await error({}), one);
    assert.match(await error({ name: 'a', names: ['b'] }), one);
    assert.match(await error({ names: ['b'], labelSelector: 'a=b' }), one);
    assert.match(await error({ names: [] }), /nothing is chosen/);
    assert.match(await error({ labelSelector: ' ' }), /would choose everything/);
    assert.match(
      await error({ labelSelector: 'set=nothing' }),
      /^There are no configmaps with set=nothing in namespace/,
    );
    assert.match(await error({ labelSelector: 'a=b', namespace: 'shpo' }), /namespace "shpo" does not exist/);
    const names = Array.from({ length: 101 }, (_, index) => `cm-${index}`);
    assert.match(await error({ names }), /101 objects, and one call writes at most 100/);
    assert.match(
      await server.error('update_resource', { manifest: configMap('x-a'), names: ['x-a'] }),
      /names and labelSelector go with kind and patch/,
    );
    assert.equal(questions.length, 0);
  });

  describe('rollout_resource', () => {
    const rollout = (name: string, action: string, kind = 'cronjob') =>
      server.text('rollout_resource', { kind, name, action });

    it('starts a CronJob now, as kubectl create job --from does', async () => {
      await make(cronJob, 'cron-a');
      const text = await rollout('cron-a', 'trigger');
      const [, job = ''] =
        /^Triggered cronjobs\.batch "cron-a" in .* \(context admin\): created jobs\.batch "(cron-a-manual-\w+)" in /.exec(
          text,
        ) ?? [];
      assert.ok(job, text);
      assert.match(questions[0] ?? '', /^create Job .*cron-a-manual/);
      assert.doesNotMatch(questions[0] ?? '', /hunter2/);
      const made = JSON.parse(await kubectl('get', 'job', job, '-n', namespace.name, '-o', 'json'));
      const uid = await get('{.metadata.uid}', 'cronjob', 'cron-a');
      const { annotations, labels, ownerReferences } = made.metadata;
      assert.equal(annotations['cronjob.kubernetes.io/instantiate'], 'manual');
      assert.equal(annotations.note, 'kept');
      assert.equal(labels.from, 'template');
      assert.deepEqual(ownerReferences, [
        { apiVersion: 'batch/v1', kind: 'CronJob', name: 'cron-a', uid, controller: true },
      ]);
      assert.match(JSON.stringify(made.spec), /hunter2-cron/);
      assert.deepEqual(await outcomes('cron-a-manual'), [`create ${job} applied`]);
    });

    it('suspends and resumes CronJobs and Jobs', async () => {
      await make(cronJob, 'susp-a', 'susp-b');
      const both = { kind: 'cronjob', labelSelector: 'set=susp' };
      assert.match(
        await server.text('rollout_resource', { ...both, action: 'suspend' }),
        /^Suspended cronjobs\.batch "susp-a", "susp-b" in namespace \S+: no new Jobs start/m,
      );
      assert.equal(await get('{.items[*].spec.suspend}', 'cronjob', '-l', 'set=susp'), 'true true');
      assert.match(await rollout('susp-a', 'suspend'), /^No change: .*suspended already/);
      assert.match(await rollout('susp-a', 'resume'), /^Resumed cronjobs\.batch "susp-a"/);
      assert.equal(await get('{.items[*].spec.suspend}', 'cronjob', '-l', 'set=susp'), 'false true');
      await kubectl('create', 'job', 'susp-job', '--image=nginx:1', '-n', namespace.name);
      assert.match(await rollout('susp-job', 'suspend', 'job'), /^Suspended jobs\.batch "susp-job".*pods are deleted/);
      assert.match(questions.at(-1) ?? '', /! spec\.suspend becomes true: running pods are deleted\./);
    });

    it('shows the history, which get_resource shows without the switch', async () => {
      await make(workload, 'hist-a');
      const table = /^REVISION\tIMAGES\tCHANGE-CAUSE\n1 \(current\)\tnginx:1\t-$/m;
      const wait = { kind: 'deploy', name: 'hist-a', for: 'rollout', timeoutSeconds: 60 };
      await server.text('wait_for_resource', wait);
      assert.match(await rollout('hist-a', 'history', 'deploy'), table);
      assert.equal(questions.length, 0);
      const reader = await McpServer.start((await testCluster()).kubeconfig('viewer'));
      const named = { kind: 'deploy', name: 'hist-a', namespace: namespace.name, output: 'history' };
      assert.match(await reader.text('get_resource', named), table);
      assert.match(await reader.error('get_resource', { ...named, kind: 'ns', name: 'shop' }), /have no rollouts/);
      await reader.stop();
    });

    it('says what it cannot do', async () => {
      const refused = (kind: string, name: string, action: string) =>
        server.error('rollout_resource', { kind, name, action });
      await make(cronJob, 'cannot-a');
      await make(workload, 'cannot-b');
      assert.match(
        await refused('cronjob', 'cannot-a', 'restart'),
        /have no rollouts\. .*For it there is: resume, suspend, trigger\./,
      );
      assert.match(
        await refused('deploy', 'cannot-b', 'trigger'),
        /^Only CronJobs can be triggered, not deployments\.apps\./,
      );
      assert.match(await refused('deploy', 'cannot-b', 'suspend'), /^Only Jobs and CronJobs can be suspended/);
    });
  });

  it('is refused where it is not permitted: by the switches, by the cluster', async () => {
    await make(configMap, 'mine-a');
    await make(cronJob, 'cron-b');
    const { kubeconfig } = await testCluster();
    const args = ['--namespace', namespace.name, '--journal', '/dev/null', '--review=off', '--enable-update'];
    const viewer = await McpServer.start(kubeconfig('viewer'), args);
    const all = { kind: 'cm', labelSelector: 'set=mine' };
    assert.match(
      await viewer.error('update_resource', { ...all, patch: '{"data":{"a":"c"}}' }),
      /^Nothing was changed\.\ncm "mine-a": .*User "viewer" cannot .*\(403\)/,
    );
    assert.match(await viewer.error('delete_resource', all), /switched off/);
    await viewer.stop();
    const tenant = await McpServer.start(kubeconfig('tenant'), args);
    assert.match(await tenant.error('update_resource', { ...all, patch: '{"data":{}}' }), /cannot list.*\(403\)/);
    await tenant.stop();
    const admin = await McpServer.start(kubeconfig('admin'), [...args, '--enable-list=false']);
    assert.match(await admin.error('update_resource', { ...all, patch: '{"data":{}}' }), /listing is switched off/);
    assert.match(
      await admin.error('rollout_resource', { kind: 'cronjob', name: 'cron-b', action: 'trigger' }),
      /action=trigger is switched off.*mcpK8s\.enableCreate/,
    );
    await kubectl('create', 'job', 'running', '--image=nginx:1', '-n', namespace.name);
    assert.match(
      await admin.error('rollout_resource', { kind: 'job', name: 'running', action: 'suspend' }),
      /running pods are deleted\..*needs the switch for deleting too/,
    );
    await admin.stop();
  });
});
