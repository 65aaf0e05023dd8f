import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/until.ts';
import { testCluster } from './environment.ts';
import { type HttpClient, HttpServer } from './http-process.ts';

const TOKENS = { alice: 'a'.repeat(32), bob: 'b'.repeat(32) };
const WRITING = ['create_resource', 'update_resource', 'delete_resource'];

describe('a configuration that is followed', () => {
  let folder: string;
  let path: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-followed-'));
    path = join(folder, 'team.yaml');
    await mkdir(`${path}.d`);
  });
  after(() => rm(folder, { recursive: true }));

  /** Whole at once, as editors and the kubelet write files. */
  async function write(to: string, content: object | string): Promise<void> {
    await writeFile(join(folder, 'new'), typeof content === 'string' ? content : JSON.stringify(content));
    await rename(join(folder, 'new'), to);
  }

  it('keeps every session through changes, good, bad and half, each of which is said', async () => {
    const people = join(folder, 'people');
    await writeFile(people, `${TOKENS.alice},alice\n${TOKENS.bob},bob\n`);
    const base = {
      transport: 'streamable-http,sse',
      'auth-token-file': people,
      callers: [{ users: ['alice'], 'enable-create': true }],
    };
    await write(path, base);
    const { kubeconfig } = await testCluster();
    const server = await HttpServer.start(['--kubeconfig', kubeconfig('admin'), '--config', path]);
    const clients: Record<keyof typeof TOKENS, HttpClient[]> = { alice: [], bob: [] };
    for (const name of ['alice', 'bob'] as const)
      for (const over of ['streamable-http', 'sse'] as const)
        clients[name].push(await server.connect({ token: TOKENS[name], over }));
    const every = Object.values(clients).flat();
    const broken: unknown[] = [];
    for (const { client } of every) client.onerror = client.onclose = (error?: unknown) => void broken.push(error);
    const sessions = () => every.map(({ transport }) => ('sessionId' in transport ? transport.sessionId : ''));
    const begun = sessions();

    const allowed = async (name: keyof typeof TOKENS) => {
      const lists = clients[name].map(async ({ client }) => {
        const { tools } = await client.listTools();
        return WRITING.filter((tool) => tools.some(({ name }) => name === tool)).join(' ');
      });
      // Both sessions of a caller may do the same.
      return [...new Set(await Promise.all(lists))].join(' and ');
    };
    const said = () => server.log().filter(({ message }) => /^The changed configuration is/.test(message)).length;
    const extra = join(`${path}.d`, 'more.yaml');
    const steps: [change: () => Promise<void>, alice: string, bob: string, problem?: RegExp][] = [
      [() => write(path, `${JSON.stringify(base).slice(0, -9)}`), 'create_resource', '', /team\.yaml/],
      [() => write(extra, { 'enable-update': true }), 'create_resource', '', /team\.yaml/],
      [() => write(path, { ...base, port: '1' }), 'create_resource update_resource', 'update_resource'],
      [
        () => write(extra, { callers: [{ user: ['bob'] }] }),
        'create_resource update_resource',
        'update_resource',
        /users/,
      ],
      [() => rm(extra), 'create_resource', ''],
      [() => rm(path), 'create_resource', '', /team\.yaml/],
      [() => write(path, { ...base, callers: [{ users: ['bob'], 'enable-delete': true }] }), '', 'delete_resource'],
    ];
    const last = () =>
      server.log().findLast(({ message }) => /^The changed configuration is/.test(message))?.message ?? '';
    for (const [change, alice, bob, problem] of steps) {
      const before = said();
      await change();
      await until(async () => {
        const isSaid = said() > before && (problem ? /is not used/ : /is used\./).test(last());
        if (!isSaid || (problem && !problem.test(last()))) return false;
        return (await allowed('alice')) === alice && (await allowed('bob')) === bob;
      });
    }
    assert.deepEqual(sessions(), begun);
    assert.deepEqual(broken, []);
    for (const { client } of every) client.onclose = () => undefined;
  });
});
