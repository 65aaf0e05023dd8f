import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ElicitRequestSchema,
  type ElicitResult,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { parse, stringify } from 'yaml';
import { testCluster } from './environment.ts';
import { FaultProxy } from './fault-proxy.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

describe('permissions', () => {
  let folder: string;
  let contexts: string;
  const namespace = scratchNamespace();
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-permissions-'));
    contexts = (await testCluster()).kubeconfig();
  });
  after(() => rm(folder, { recursive: true }));

  const WRITES = ['--enable-create', '--enable-update', '--enable-delete', '--enable-exec'];
  async function use<T>(args: string[], run: (server: McpServer) => Promise<T>, kubeconfig = contexts): Promise<T> {
    const server = await McpServer.start(kubeconfig, [
      '--namespace',
      namespace.name,
      '--journal',
      join(folder, 'journal'),
      ...args,
    ]);
    try {
      return await run(server);
    } finally {
      await server.stop();
    }
  }
  const configMap = (name: string, place = namespace.name) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${place} }\ndata: { a: b }`;

  describe('contexts', () => {
    it('are one unless more are allowed, and then every tool takes one', async () => {
      await use([], async (server) => {
        const { tools } = await server.client.listTools();
        assert.ok(tools.every(({ inputSchema }) => !('context' in (inputSchema.properties ?? {}))));
        assert.match(
          await server.error('list_resources', { kind: 'ns', context: 'viewer' }),
          /Context "viewer" is not allowed here\. Allowed: admin/,
        );
        assert.match(await server.text('list_resources', { kind: 'ns', context: 'admin' }), /shop/);
      });
      await use(['--allow-context', 'view*'], async (server) => {
        const { tools } = await server.client.listTools();
        const get = tools.find(({ name }) => name === 'get_resource');
        assert.deepEqual(get?.inputSchema.properties?.context, { type: 'string', enum: ['admin', 'viewer'] });
        assert.match(
          await server.error('get_resource', {
            kind: 'secret',
            name: 'db-credentials',
            namespace: 'shop',
            context: 'viewer',
          }),
          /User "viewer" cannot get/,
        );
        assert.match(
          await server.text('get_resource', { kind: 'secret', name: 'db-credentials', namespace: 'shop' }),
          /kind: Secret/,
        );
        assert.match(
          await server.error('list_resources', { kind: 'ns', context: 'tenant' }),
          /not allowed here\. Allowed: admin, viewer/,
        );
      });
    });

    it('are listed with what is allowed, and without a credential', async () => {
      await use(['--allow-context', 'viewer', '--protect-context', '*iew*', ...WRITES], async (server) => {
        const text = await server.text('list_contexts');
        assert.match(
          text,
          /^NAME\tCLUSTER\tSERVER\tNAMESPACE\tALLOWED\tWRITABLE\nadmin \(default\)\t\S+\thttps:\S+\t\S+\tyes\tcreate,update,delete,exec\nviewer\t.*\tyes\tprotected\n/m,
        );
        assert.match(text, /^tenant\t.*\tno\t-$/m);
        assert.doesNotMatch(text, /token|BEGIN|LS0t/);
      });
    });

    it('follow the kubeconfig, and a dead one slows none of the others', async () => {
      const config = parse(await readFile(contexts, 'utf8'));
      config.clusters.push({ name: 'dead', cluster: { server: 'https://127.0.0.1:1' } });
      config.contexts.push({ name: 'dead', context: { cluster: 'dead', user: 'admin' } });
      const path = join(folder, 'changing');
      await writeFile(path, stringify(config));
      await use(
        ['--allow-context', '*'],
        async (server) => {
          await server.tools();
          assert.match(
            await server.error('list_resources', { kind: 'ns', context: 'dead' }),
            /context "dead".*cannot be reached/,
          );
          assert.match(await server.text('list_resources', { kind: 'ns', context: 'admin' }), /shop/);
          const changed = new Promise<void>((resolve) =>
            server.client.setNotificationHandler(ToolListChangedNotificationSchema, () => resolve()),
          );
          config.contexts.push({ name: 'newcomer', context: { cluster: 'dead', user: 'admin' } });
          await writeFile(path, stringify(config));
          await changed;
          const { tools } = await server.client.listTools();
          assert.match(JSON.stringify(tools[0]?.inputSchema.properties?.context), /newcomer/);
        },
        path,
      );
    });

    it('that are protected are never written to', async () => {
      await use([...WRITES, '--protect-context', 'adm*'], async (server) => {
        assert.match(
          await server.error('create_resource', { manifest: configMap('protected') }),
          /"admin" is protected/,
        );
        assert.match(
          await server.error('create_resource', { manifest: configMap('protected'), dryRun: true }),
          /"admin" is protected/,
        );
        assert.match(
          await server.error('delete_resource', { kind: 'deploy', name: 'web', namespace: 'shop' }),
          /"admin" is protected/,
        );
        assert.match(await server.text('list_resources', { kind: 'deploy', namespace: 'shop' }), /web/);
      });
    });
  });

  it('keep to the allowed namespaces, also in lists of all of them', async () => {
    await use([...WRITES, '--allow-namespace', 'team-a', '--allow-namespace', 'team-b'], async (server) => {
      const text = await server.text('list_resources', { kind: 'configmaps' });
      assert.match(text, /^team-a\tsettings\t/m);
      assert.match(text, /^team-b\tsettings\t/m);
      assert.doesNotMatch(text, /shop|kube-system/);
      assert.match(
        await server.error('list_resources', { kind: 'configmaps', namespace: 'shop' }),
        /Namespace "shop" is outside/,
      );
      assert.match(
        await server.error('get_resource', { kind: 'cm', name: 'shop-config', namespace: 'shop' }),
        /outside/,
      );
      assert.match(await server.error('create_resource', { manifest: configMap('x', 'shop') }), /outside/);
      assert.match(await server.error('list_resources', { kind: 'ns' }), /outside/);
      assert.match(await server.text('list_resources', { kind: 'nodes' }), /node-/);
      // Advice must not reveal what exists elsewhere either.
      const advice = await server.error('get_resource', { kind: 'deploy', name: 'payments', namespace: 'team-a' });
      assert.doesNotMatch(advice, /shop/);
    });
  });

  it('close kinds to reading or to writing', async () => {
    await use([...WRITES, '--deny-kind', 'secrets', '--read-only-kind', 'configmaps'], async (server) => {
      assert.match(await server.error('list_resources', { kind: 'secrets' }), /kind secrets is closed/);
      assert.match(
        await server.error('get_resource', { kind: 'secret', name: 'db-credentials', namespace: 'shop' }),
        /closed/,
      );
      assert.match(await server.error('create_resource', { manifest: configMap('x') }), /read but not written/);
      assert.match(await server.text('list_resources', { kind: 'cm', namespace: 'shop' }), /shop-config/);
    });
  });

  it('close subresources by their names, before a user is asked', async () => {
    const { kubeconfig } = await testCluster();
    const deny = [
      '--deny-kind',
      'pods/exec',
      '--deny-kind',
      'deployments.apps/scale',
      '--read-only-kind',
      'jobs.batch',
    ];
    const place = ['--namespace', 'shop', '--journal', join(folder, 'journal')];
    const server = await McpServer.start(kubeconfig('admin'), [...place, ...WRITES, ...deny], {}, { elicitation: {} });
    let asked = 0;
    server.client.setRequestHandler(ElicitRequestSchema, () => {
      asked += 1;
      return { action: 'decline' };
    });
    try {
      const exec = { name: 'postgres-0', command: ['true'] };
      assert.match(await server.error('exec_in_pod', exec), /^The kind pods\/exec is closed to agents here\.$/);
      assert.match(
        await server.error('scale_resource', { kind: 'deploy', name: 'web', replicas: 9 }),
        /^The kind deployments\.apps\/scale is closed to agents here\.$/,
      );
      assert.equal(asked, 0);
      const patch = '{"metadata":{"labels":{"a":"b"}}}';
      assert.match(await server.error('update_resource', { kind: 'deploy', name: 'web', patch }), /rejected/);
      assert.equal(asked, 1, 'the rest is open, after a yes');
    } finally {
      await server.stop();
    }
  });

  it('close a kind by every way to it', async () => {
    await use([...WRITES, '--review=off', '--deny-kind', 'secrets'], async (server) => {
      const manifest = `apiVersion: v1\nkind: Secret\nmetadata: { name: s, namespace: ${namespace.name} }`;
      const one = { kind: 'secrets', name: 'db-credentials', namespace: 'shop' };
      for (const [tool, args] of [
        ['list_resources', { kind: 'Secret' }],
        ['list_resources', { kind: 'secrets.v1', apiVersion: 'v1', columns: ['.data'] }],
        ['list_resources', { kind: 'secret', groupBy: ['.type'] }],
        ['get_resource', { ...one, fields: ['.data'] }],
        ['diagnose_resource', one],
        ['wait_for_resource', { ...one, for: 'ready' }],
        ['create_resource', { manifest }],
        ['create_resource', { manifest, dryRun: true }],
        ['update_resource', { ...one, patch: '{"data":null}' }],
        ['delete_resource', one],
      ] as const)
        assert.match(await server.error(tool, args), /The kind secrets is closed to agents here/, tool);
      const uri = 'k8s:///shop/secrets/db-credentials.yaml';
      await assert.rejects(server.client.readResource({ uri }), /closed to agents/);
      await assert.rejects(server.client.subscribeResource({ uri }), /closed to agents/);
    });
  });

  it('hand out no token and open no way into a node', async () => {
    const proxy = await FaultProxy.start((await testCluster()).kubeconfig('admin'));
    const request = '\nmetadata: { name: default, namespace: shop }\nspec: { audiences: [x] }';
    try {
      await use(
        [...WRITES, '--review=off'],
        async (server) => {
          for (const [tool, args] of [
            ['create_resource', { manifest: `apiVersion: authentication.k8s.io/v1\nkind: TokenRequest${request}` }],
            ['create_resource', { manifest: `apiVersion: v1\nkind: serviceaccounts/token${request}` }],
            ['get_resource', { kind: 'nodes/proxy', name: 'node-0' }],
            ['get_resource', { kind: 'node', name: 'node-0/proxy' }],
            ['get_resource', { kind: 'node', name: 'node-0%2Fproxy' }],
            ['get_resource', { kind: 'pod', name: 'postgres-0/log', namespace: 'shop' }],
            ['get_resource', { kind: 'cm', name: 'configmaps', namespace: 'shop/secrets' }],
            ['list_resources', { kind: 'cm', namespace: 'shop/secrets' }],
            ['get_resource', { kind: 'serviceaccount', name: 'default/token', namespace: 'shop' }],
            ['list_resources', { kind: 'serviceaccounts/token' }],
            ['update_resource', { kind: 'serviceaccounts/token', name: 'default', patch: '{}' }],
          ] as const)
            assert.match(
              await server.error(tool, args),
              /is no (kind|object)|serves no kind|is not a valid name: names hold no/,
              JSON.stringify(args),
            );
        },
        proxy.kubeconfig,
      );
      for (const { path } of proxy.exchanges)
        assert.doesNotMatch(decodeURIComponent(path), /\/(token|proxy|log|secrets)(\/|$)/);
    } finally {
      await proxy.stop();
    }
  });

  it('show no secret value in a column, in a count, or as an object of a list', async () => {
    await use([], async (server) => {
      for (const args of [
        { columns: ['.data.password', '.data', '..data'] },
        { groupBy: ['.data.password'] },
        { groupBy: ['.data', '.metadata.name'] },
        { output: 'yaml' },
      ]) {
        const text = await server.text('list_resources', { kind: 'secrets', namespace: 'shop', ...args });
        assert.match(text, /<redacted #[0-9a-f]{4}>/);
        assert.doesNotMatch(text, /demo-Pa55word|ZGVtby1QYTU1/);
      }
    });
  });

  it('count a dry run as the write that it tries', async () => {
    await use([], async (server) => {
      const one = { kind: 'cm', name: 'x', dryRun: true };
      for (const [tool, args] of [
        ['create_resource', { manifest: configMap('x'), dryRun: true }],
        ['update_resource', { ...one, patch: '{}' }],
        ['delete_resource', one],
      ] as const)
        assert.match(await server.error(tool, args), /switched off/, tool);
    });
  });

  it('of --read-only win over every switch', async () => {
    await use([...WRITES, '--read-only'], async (server) => {
      assert.ok((await server.client.listTools()).tools.every(({ annotations }) => annotations?.readOnlyHint));
      assert.match(await server.error('create_resource', { manifest: configMap('x') }), /switched off/);
    });
  });

  describe('review', () => {
    async function reviewed(
      answer: ElicitResult | (() => Promise<ElicitResult>),
      run: (server: McpServer, asked: string[]) => Promise<void>,
      args: string[] = [],
    ): Promise<void> {
      const { kubeconfig } = await testCluster();
      const all = ['--namespace', namespace.name, '--journal', join(folder, 'reviews'), ...WRITES, ...args];
      const server = await McpServer.start(kubeconfig('admin'), all, {}, { elicitation: {} });
      const asked: string[] = [];
      server.client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
        asked.push(params.message);
        return typeof answer === 'function' ? answer() : answer;
      });
      try {
        await run(server, asked);
      } finally {
        await server.stop();
      }
    }

    it('shows the user what will change, and writes after a yes', async () => {
      await apply(configMap('approved'));
      await reviewed({ action: 'accept', content: { decision: 'Apply' } }, async (server, asked) => {
        await server.text('update_resource', { kind: 'cm', name: 'approved', patch: '{"data":{"a":"c"}}' });
        assert.equal(asked.length, 1);
        assert.match(asked[0] ?? '', /^update ConfigMap .*\/approved in context admin\n[\s\S]*^- {2}a: b\n\+ {2}a: c/m);
        await server.text('create_resource', {
          manifest: `${configMap('approved-2')}\n---\n${configMap('approved-3')}`,
        });
        assert.equal(asked.length, 2, 'one review for one call');
        await server.text('update_resource', {
          kind: 'cm',
          name: 'approved',
          patch: '{"data":{"a":"d"}}',
          dryRun: true,
        });
        assert.equal(asked.length, 2, 'a dry run needs none');
      });
    });

    for (const answer of [
      { action: 'accept', content: { decision: 'Reject', reason: 'not on a Friday' } },
      { action: 'decline' },
      { action: 'cancel' },
      { action: 'accept', content: {} },
    ] as ElicitResult[]) {
      it(`writes nothing after ${JSON.stringify(answer)}`, async () => {
        await apply(configMap('rejected'));
        await reviewed(answer, async (server) => {
          const error = await server.error('update_resource', {
            kind: 'cm',
            name: 'rejected',
            patch: '{"data":{"a":"c"}}',
          });
          assert.match(
            error,
            answer.content?.reason ? /rejected this.*not on a Friday/ : /rejected this; nothing was written/,
          );
          assert.match(await server.error('create_resource', { manifest: configMap('rejected-2') }), /rejected/);
          assert.match(await server.error('delete_resource', { kind: 'cm', name: 'rejected' }), /rejected/);
        });
        assert.equal(await kubectl('get', 'cm', 'rejected', '-n', namespace.name, '-o', 'jsonpath={.data.a}'), 'b');
        assert.equal(await kubectl('get', 'cm', 'rejected-2', '-n', namespace.name, '--ignore-not-found'), '');
      });
    }

    for (const [what, meanwhile, patchType, times] of [
      ['the status moves on', ['--subresource=status', '-p', '{"status":{"observedGeneration":1}}'], 'merge', 1],
      ['the status moves on', ['--subresource=status', '-p', '{"status":{"observedGeneration":2}}'], 'json', 1],
      ['something else is changed', ['-p', '{"metadata":{"labels":{"other":"x"}}}'], 'merge', 2],
      ['something else is changed', ['-p', '{"metadata":{"labels":{"other":"y"}}}'], 'json', 2],
    ] as const) {
      it(`is asked for ${times === 1 ? 'once' : 'again'} when ${what} before a ${patchType} patch is applied`, async () => {
        const name = `busy-${patchType}-${times}`;
        await apply(
          `apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: { name: ${name}, namespace: ${namespace.name}, labels: { mine: old } }\nspec: { replicas: 0, selector: { matchLabels: { a: ${name} } }, template: { metadata: { labels: { a: ${name} } }, spec: { containers: [{ name: c, image: nginx }] } } }`,
        );
        let left = 1;
        const answer = async (): Promise<ElicitResult> => {
          if (left-- > 0) await kubectl('patch', 'rs', name, '-n', namespace.name, '--type=merge', ...meanwhile);
          return { action: 'accept', content: { decision: 'Apply' } };
        };
        await reviewed(answer, async (server, asked) => {
          const patches = {
            merge: '{"metadata":{"labels":{"mine":"new"}}}',
            json: '[{"op":"add","path":"/metadata/labels/mine","value":"new"}]',
          };
          await server.text('update_resource', { kind: 'rs', name, patch: patches[patchType], patchType });
          assert.equal(asked.length, times);
        });
        const label = await kubectl('get', 'rs', name, '-n', namespace.name, '-o', 'jsonpath={.metadata.labels.mine}');
        assert.equal(label, 'new');
      });
    }

    it('is a refusal where it is required and cannot be shown', async () => {
      await use([...WRITES, '--review=required'], async (server) => {
        assert.match(
          await server.error('create_resource', { manifest: configMap('unseen') }),
          /a user must review every write/,
        );
      });
      assert.equal(await kubectl('get', 'cm', 'unseen', '-n', namespace.name, '--ignore-not-found'), '');
    });

    it('shows the user the value that the agent gave, and no other', async () => {
      await apply(
        `apiVersion: v1\nkind: Secret\nmetadata: { name: judged, namespace: ${namespace.name} }\nstringData: { old: battery-staple }`,
      );
      await reviewed({ action: 'decline' }, async (server, asked) => {
        const answer = await server.error('update_resource', {
          kind: 'secret',
          name: 'judged',
          patch: '{"stringData":{"password":"correct-horse"}}',
        });
        assert.doesNotMatch(answer, /horse|staple/);
        assert.match(asked[0] ?? '', /^\+ {2}password: Y29ycmVjdC1ob3JzZQ== \(correct-horse\)$/m);
        assert.match(asked[0] ?? '', /old: "<redacted #[0-9a-f]{4}>"/);
        assert.doesNotMatch(asked.join(), /staple|YmF0dGVye/);
      });
    });
  });

  it('leave a journal with what undo needs, for its owner only, without a secret value', async () => {
    const path = join(folder, 'audit', 'journal.jsonl');
    await apply(
      `${configMap('journaled')}\n---\napiVersion: v1\nkind: Secret\nmetadata: { name: hidden, namespace: ${namespace.name} }\nstringData: { password: correct-horse }`,
    );
    await use(
      [
        '--journal',
        path,
        '--enable-create',
        '--enable-update',
        '--protect-context',
        'viewer',
        '--allow-context',
        'viewer',
      ],
      async (server) => {
        await server.text('update_resource', { kind: 'cm', name: 'journaled', patch: '{"data":{"a":"c"}}' });
        await server.text('update_resource', {
          kind: 'secret',
          name: 'hidden',
          patch: '{"stringData":{"password":"battery-staple"}}',
        });
        await server.text('create_resource', { manifest: configMap('born') });
        await server.error('delete_resource', { kind: 'cm', name: 'journaled', namespace: namespace.name });
      },
    );
    const text = await readFile(path, 'utf8');
    assert.doesNotMatch(text, /horse|staple|Y29ycmVjd/);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    const entries = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      entries.map(({ access, outcome, kind, name }) => [access, outcome, kind, name]),
      [
        ['update', 'applied', 'ConfigMap', 'journaled'],
        ['update', 'applied', 'Secret', 'hidden'],
        ['create', 'applied', 'ConfigMap', 'born'],
        ['delete', 'refused', 'cm', 'journaled'],
      ],
    );
    assert.deepEqual(entries[0].before.data, { a: 'b' });
    assert.deepEqual(entries[0].after.data, { a: 'c' });
    assert.match(entries[0].server, /^https:/);
    assert.equal(entries[0].notUndoable, undefined);
    assert.match(entries[1].before.data.password, /^<redacted #[0-9a-f]{4}>$/);
    assert.match(entries[1].after.data.password, /^<redacted #[0-9a-f]{4}, changed>$/);
    assert.equal(entries[1].notUndoable, 'secretValues');
    assert.ok(entries[2].after.metadata.uid);
  });
});
