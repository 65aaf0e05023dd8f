import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apply, kubectl, scratchNamespace } from '../server/scratch.ts';
import { withAgent } from './agent.ts';

// Like the API server's audit log, the journal records every attempt, failed ones included.
describe('an attempt to write', () => {
  const namespace = scratchNamespace();
  const place = () => ['--namespace', namespace.name];
  const map = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { a: b }`;
  before(() => apply(map('there').replace('name: there', `name: there, namespace: ${namespace.name}`)));

  const one = { kind: 'cm', name: 'there' };
  const all = ['--enable-create', '--enable-update', '--enable-delete', '--enable-exec'];
  const attempts: [string, string[], string, object, object][] = [
    [
      'that a switch refuses',
      [],
      'create_resource',
      { manifest: map('x') },
      { access: 'create', outcome: 'refused', kind: 'ConfigMap', name: 'x' },
    ],
    [
      'of an invalid manifest',
      all,
      'create_resource',
      { manifest: ': {' },
      { access: 'create', outcome: 'failed', kind: 'create_resource' },
    ],
    [
      'of an unknown kind',
      all,
      'create_resource',
      { manifest: map('x').replace('ConfigMap', 'ConfigMop') },
      { access: 'create', outcome: 'failed', kind: 'ConfigMop', name: 'x' },
    ],
    [
      'of an unknown kind to update',
      all,
      'update_resource',
      { kind: 'mop', name: 'x', patch: '{}' },
      { access: 'update', outcome: 'failed', kind: 'mop', name: 'x' },
    ],
    [
      'of a closed kind',
      [...all, '--deny-kind', 'secrets'],
      'delete_resource',
      { kind: 'secret', name: 'x' },
      { access: 'delete', outcome: 'refused', name: 'x' },
    ],
    [
      'of what is not there',
      all,
      'delete_resource',
      { kind: 'cm', name: 'nowhere' },
      { access: 'delete', outcome: 'failed', name: 'nowhere' },
    ],
    [
      'with wrong parameters',
      all,
      'scale_resource',
      { kind: 'deploy', name: 'x', replicas: 'many' },
      { access: 'update', outcome: 'failed', name: 'x' },
    ],
    [
      'that the API server refuses',
      all,
      'update_resource',
      { ...one, patch: '{"data":{"a":7}}' },
      { access: 'update', outcome: 'failed', name: 'there' },
    ],
    [
      'to create that is a dry run',
      all,
      'create_resource',
      { manifest: map('x'), dryRun: true },
      { access: 'create', outcome: 'dryRun', kind: 'ConfigMap', name: 'x' },
    ],
    [
      'to update that is a dry run',
      all,
      'update_resource',
      { ...one, patch: '{"data":{"a":"c"}}', dryRun: true },
      { access: 'update', outcome: 'dryRun', kind: 'ConfigMap', name: 'there' },
    ],
    [
      'to delete that is a dry run',
      all,
      'delete_resource',
      { ...one, dryRun: true },
      { access: 'delete', outcome: 'dryRun', kind: 'ConfigMap', name: 'there' },
    ],
    [
      'that changes nothing',
      all,
      'update_resource',
      { ...one, patch: '{"data":{"a":"b"}}' },
      { access: 'update', outcome: 'unchanged', kind: 'ConfigMap', name: 'there' },
    ],
    [
      'to run a command',
      all,
      'exec_in_pod',
      { name: 'nowhere', command: ['true'] },
      { access: 'exec', outcome: 'failed', name: 'nowhere' },
    ],
  ];
  for (const [what, args, tool, input, expected] of attempts)
    it(`is one line of the journal: one ${what}`, () =>
      withAgent([...place(), ...args], async (agent) => {
        const { isError } = await agent.call(tool, { ...input });
        const entries = await agent.journal();
        assert.equal(entries.length, 1, JSON.stringify(entries));
        const [entry] = entries;
        assert.deepEqual({ ...entry, ...expected }, entry);
        assert.equal(entry?.caller, 'Visual Studio Code');
        if (isError) assert.ok(entry?.reason);
        if (args.length > 0 && tool !== 'scale_resource') assert.equal(entry?.context, 'admin');
        assert.equal(await kubectl('get', 'cm', 'there', '-n', namespace.name, '-o', 'jsonpath={.data.a}'), 'b');
      }));

  it('says who let it through', () =>
    withAgent([...place(), ...all], async (agent) => {
      await agent.text('create_resource', { manifest: map('asked') });
      assert.deepEqual(
        (await agent.journal()).map(({ outcome, decision }) => [outcome, decision]),
        [['applied', 'client']],
      );
    }));

  it('is for its owner only, also in a file that others could read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-attempts-'));
    const path = join(folder, 'journal');
    await writeFile(path, '');
    await chmod(path, 0o644);
    await withAgent([...place(), '--journal', path], async (agent) => {
      await agent.error('create_resource', { manifest: map('x') });
      assert.match(await readFile(path, 'utf8'), /refused/);
      assert.equal((await stat(path)).mode & 0o777, 0o600);
    });
    await rm(folder, { recursive: true });
  });
});
