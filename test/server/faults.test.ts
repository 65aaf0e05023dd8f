import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { UnknownOutcomeError, UserError } from '../../src/kubernetes/apimachinery/errors.ts';
import { ApiClient } from '../../src/kubernetes/client/client.ts';
import { findContext, loadKubeconfig } from '../../src/kubernetes/client/kubeconfig.ts';
import { unhurried } from '../support/load.ts';
import { UNGUARDED } from '../support/unguarded.ts';
import { testCluster } from './environment.ts';
import { type Exchange, type Fault, FaultProxy } from './fault-proxy.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

const UNKNOWN = /Whether the write was executed is unknown: read the object before trying again\./;
const WRITES = ['--enable-create', '--enable-update', '--enable-delete', '--enable-exec', '--review=off'];

// API servers speak HTTP/2; proxies in front of them may not.
for (const version of ['HTTP/2', 'HTTP/1.1'] as const)
  describe(`faults between server and API server, over ${version}`, () => {
    const namespace = scratchNamespace();
    let folder: string;
    let proxy: FaultProxy;
    let server: McpServer;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-faults-'));
      proxy = await FaultProxy.start((await testCluster()).kubeconfig('admin'), version);
      server = await start(proxy.kubeconfig);
      await apply(configMap('first'));
    });
    afterEach(async () => {
      await proxy.heal();
      // Whatever happened, the next call works.
      const { text } = await list();
      assert.match(text, /^first\t/m, text);
      assert.equal(`HTTP/${proxy.exchanges.at(-1)?.version}`, version.replace(/2$/, '2.0'));
    });
    after(async () => {
      await server.stop();
      await proxy.stop();
      await rm(folder, { recursive: true });
    });

    const start = (kubeconfig: string) =>
      McpServer.start(kubeconfig, ['--namespace', namespace.name, '--journal', join(folder, 'journal'), ...WRITES]);
    const configMap = (name: string, value = 'a') =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${namespace.name} }\ndata: { value: ${value} }\n`;
    const list = (of = server) => of.call('list_resources', { kind: 'cm', namespace: namespace.name });
    const get = (name: string) => kubectl('get', 'cm', name, '-n', namespace.name, '--ignore-not-found', '-o', 'name');

    /** The API server requests made during `run`, and its duration in milliseconds. */
    async function observe<T>(run: () => Promise<T>): Promise<{ result: T; asked: Exchange[]; took: number }> {
      const before = proxy.exchanges.length;
      const begin = performance.now();
      const result = await run();
      return { result, asked: proxy.exchanges.slice(before), took: performance.now() - begin };
    }

    describe('that hit a read', () => {
      const isList = ({ method, path }: Exchange) => method === 'GET' && path.endsWith('/configmaps');

      // Its turn may be minutes away.
      const inADay = new Date(Date.now() + 86_400_000).toUTCString();

      const survived: [string, Fault, number, number][] = [
        ['a slow answer', { latency: 300 }, 1, 300],
        ['a request that was lost', 'lost request', 2, 0],
        ['an answer that was lost', 'lost answer', 2, 0],
        ['a connection that broke in the middle of an answer', 'broken answer', 2, 0],
        ['429 with Retry-After', { status: 429, retryAfter: 1 }, 2, 1_000],
        ['503 with Retry-After', { status: 503, retryAfter: 1 }, 2, 1_000],
        ['429 without', { status: 429 }, 2, 1_000],
      ];
      for (const [name, fault, requests, atLeast] of survived) {
        it(`survives ${name}`, async () => {
          proxy.fail(isList, fault, 1);
          const { result, asked, took } = await observe(() => list());
          assert.match(result.text, /^first\t/m);
          assert.equal(asked.filter(isList).length, requests);
          assert.ok(took >= atLeast, `${took} ms`);
        });
      }

      const reported: [string, Fault, RegExp, number][] = [
        ['connections that break again', 'lost answer', /cannot be reached: the connection was lost\.$/, 2],
        [
          'JSON of which half is missing',
          'truncated answer',
          /answered \S+configmaps with something that is not JSON/,
          1,
        ],
        ['500', { status: 500, reason: 'InternalError' }, /^InternalError \(500 InternalError\)$/, 1],
        ['what is no Status', { status: 502, body: '<html>Bad Gateway</html>' }, /Bad Gateway.*\(502\)$/, 1],
        ['a long Retry-After', { status: 429, retryAfter: 60 }, /overloaded.*429.*Try again in 60 s\.$/, 1],
        ['a date in Retry-After', { status: 503, retryAfter: inADay }, /503.*Try again in 8[56]\d{3} s\.$/, 1],
        ['503 without Retry-After', { status: 503 }, /503.*Try again in a moment\.$/, 1],
      ];
      for (const [name, fault, expected, requests] of reported) {
        it(`are reported soon: ${name}`, async () => {
          proxy.fail(isList, fault);
          const { result, asked, took } = await observe(() => list());
          assert.ok(result.isError);
          assert.match(result.text, expected);
          assert.doesNotMatch(result.text, /\n\s+at |Unexpected error/);
          assert.equal(asked.filter(isList).length, requests);
          assert.ok(unhurried(took) < 1_000, `${took} ms`);
        });
      }

      it('do not spoil what is known of the cluster', async () => {
        const faults: Fault[] = ['lost answer', 'truncated answer', { status: 500 }, { status: 503 }];
        for (const fault of faults) {
          proxy.fail(({ path }) => path === '/apis', fault);
          assert.ok((await server.call('get_api_resources')).isError);
          assert.ok((await server.call('list_resources', { kind: 'deploy' })).isError);
          await proxy.heal();
          assert.match(await server.text('list_resources', { kind: 'deploy', namespace: 'shop' }), /^web\t/m);
        }
      });

      it('leave a log whole', async () => {
        const isLog = ({ path }: Exchange) => path.endsWith('/log');
        const logs = () =>
          server.text('get_pod_logs', { kind: 'deploy', name: 'api', namespace: 'shop', tailLines: 20 });
        const expected = await logs();
        proxy.fail(isLog, 'broken answer', 1);
        assert.equal(await logs(), expected);
      });
    });

    describe('that hit a write', () => {
      const isWrite = ({ method, dryRun }: Exchange) => method !== 'GET' && !dryRun;
      const deployment = () =>
        `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web, namespace: ${namespace.name} }\nspec: { replicas: 0, selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: nginx }] } } }\n`;
      const widget = () =>
        `---\napiVersion: demo.mcp-k8s.dev/v1\nkind: Widget\nmetadata: { name: scaled, namespace: ${namespace.name} }\nspec: { colour: red }\n`;
      before(() => apply(deployment() + widget()));

      let count = 0;
      const tools: Record<string, () => Promise<Record<string, unknown>>> = {
        create_resource: async () => ({ manifest: configMap(`created-${count}`) }),
        apply_manifest: async () => ({ manifest: configMap(`applied-${count}`) }),
        update_resource: async () => ({
          kind: 'deploy',
          name: 'web',
          patch: `{"metadata":{"labels":{"n":"${count}"}}}`,
        }),
        // It starts with one.
        scale_resource: async () => ({ kind: 'widget', name: 'scaled', replicas: 1 + count }),
        rollout_resource: async () => ({ kind: 'deploy', name: 'web', action: 'restart' }),
        delete_resource: async () => {
          await apply(configMap(`doomed-${count}`));
          return { kind: 'cm', name: `doomed-${count}` };
        },
      };
      const faults: [string, Fault, RegExp][] = [
        ['the request is lost', 'lost request', /the connection was lost/],
        ['the answer is lost', 'lost answer', /the connection was lost/],
        ['half of the answer is lost', 'broken answer', /the connection was lost/],
        ['a server fails', { status: 500, reason: 'InternalError' }, /500 InternalError/],
        ['a server is not there', { status: 503, retryAfter: 1 }, /503/],
      ];
      for (const [tool, input] of Object.entries(tools)) {
        it(`${tool} never writes twice, and says when it does not know`, async () => {
          for (const [name, fault, expected] of faults) {
            count += 1;
            const args = await input();
            proxy.fail(isWrite, fault, 1);
            const { result, asked } = await observe(() => server.call(tool, args));
            assert.ok(result.isError, name);
            assert.match(result.text, expected, name);
            assert.match(result.text, UNKNOWN, name);
            assert.equal(asked.filter(isWrite).length, 1, name);
            await proxy.heal();
          }
          const journal = (await readFile(join(folder, 'journal'), 'utf8')).trim().split('\n');
          const outcomes = journal.slice(-faults.length).map((line) => JSON.parse(line).outcome);
          assert.deepEqual(
            outcomes,
            faults.map(() => 'unknown'),
          );
        });

        it(`${tool} writes once where nothing was executed before`, async () => {
          const harmless: [string, Fault][] = [
            ['a busy server', { status: 429, retryAfter: 1 }],
            ['an expired login', { status: 401 }],
          ];
          for (const [name, fault] of harmless) {
            count += 1;
            const args = await input();
            proxy.fail(isWrite, fault, 1);
            const before = proxy.writes().length;
            await server.text(tool, args);
            assert.equal(proxy.writes().length - before, 1, name);
          }
        });

        it(`${tool} repeats its dry run when that is lost`, async () => {
          count += 1;
          const args = await input();
          proxy.fail(({ dryRun }) => dryRun, 'lost answer', 1);
          const before = proxy.writes().length;
          await server.text(tool, args);
          assert.equal(proxy.writes().length - before, 1);
        });
      }

      it('can be looked at afterwards: what was said to be unknown is there', async () => {
        proxy.fail(isWrite, 'lost answer', 1);
        const manifest = `${configMap('lost-1')}---\n${configMap('lost-2')}`;
        const error = await server.error('create_resource', { manifest });
        assert.match(error, /^It is not known whether configmaps "lost-1" in namespace \S+ was created: /);
        assert.match(error, /Nothing else was created\. Nothing after it was tried\.$/);
        assert.match(await server.text('get_resource', { kind: 'cm', name: 'lost-1' }), /value: a/);
        assert.match(await server.error('create_resource', { manifest }), /"lost-1" already exists/);
        assert.equal(await get('lost-2'), '');
      });

      it('does not hide that a deletion happened', async () => {
        await apply(configMap('gone'));
        let deleted = false;
        proxy.fail(
          (exchange) => {
            deleted ||= exchange.method === 'DELETE' && !exchange.dryRun;
            return deleted && exchange.method === 'GET';
          },
          { status: 500, reason: 'InternalError' },
        );
        assert.match(
          await server.text('delete_resource', { kind: 'cm', name: 'gone' }),
          /^The deletion of configmaps "gone" .* was accepted; whether it is gone could not be read: InternalError/,
        );
      });

      it('says of half an answer that it is none', async () => {
        proxy.fail(isWrite, 'truncated answer', 1);
        const error = await server.error('create_resource', { manifest: configMap('truncated') });
        assert.match(error, /not JSON/);
        assert.match(error, UNKNOWN);
        assert.match(await get('truncated'), /truncated/);
      });
    });

    describe('of the whole server', () => {
      it('are named: nobody listens', async () => {
        await proxy.refuse();
        for (const run of [() => list(), () => server.call('create_resource', { manifest: configMap('refused') })]) {
          const { result, took } = await observe(run);
          assert.match(result.text, /context "proxy".*cannot be reached: the connection was refused/);
          assert.doesNotMatch(result.text, /unknown/, 'nothing was sent');
          assert.ok(unhurried(took) < 1_000, `${took} ms`);
        }
        await proxy.heal();
        assert.equal(await get('refused'), '');
      });

      it('are named: somebody else answers', async () => {
        proxy.impersonate();
        const { result, asked } = await observe(() => list());
        assert.match(result.text, /certificate is not signed by the authority that the kubeconfig names/);
        assert.match(await server.error('create_resource', { manifest: configMap('foreign') }), /not signed/);
        assert.deepEqual(asked, [], 'no request, and no token with it, reached the stranger');
      });

      it('do not end a wait', async () => {
        await apply(configMap('awaited'));
        const gone = server.text('wait_for_resource', { kind: 'cm', name: 'awaited', for: 'deleted' });
        await proxy.until(() => proxy.watches === 1);
        proxy.disconnect();
        await kubectl('delete', 'cm', 'awaited', '-n', namespace.name);
        assert.match(await gone, /^Gone/);
      });

      // Without the proxy, so in the API server's HTTP version.
      if (version === 'HTTP/2')
        it('are an API server that restarts: what is said to be written is there, what is said to be not is not', async () => {
          const cluster = await testCluster();
          const direct = await start(cluster.kubeconfig('admin'));
          try {
            await list(direct);
            const answers = new Map<string, { text: string; isError: boolean }>();
            const create = async (name: string) => {
              answers.set(name, await direct.call('create_resource', { manifest: configMap(name) }));
            };
            let restarting = true;
            const restart = cluster
              .restartApiServer(() => create('down'))
              .finally(() => {
                restarting = false;
              });
            while (restarting) await create(`restart-${answers.size}`);
            await restart;
            await create('restarted');
            assert.equal(answers.get('down')?.isError, true, answers.get('down')?.text);
            assert.equal(answers.get('restarted')?.isError, false, answers.get('restarted')?.text);
            const there = (await kubectl('get', 'cm', '-n', namespace.name, '-o', 'name')).split('\n');
            for (const [name, { text, isError }] of answers) {
              assert.doesNotMatch(text, /Unexpected error/);
              if (isError && UNKNOWN.test(text)) continue;
              assert.equal(there.includes(`configmap/${name}`), !isError, `${name}: ${text}`);
            }
          } finally {
            await direct.stop();
          }
        });
    });

    it('get a new token once for all calls whose token has expired, also for a write', async () => {
      const plugin = join(folder, 'plugin');
      const token = `{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t-$n"}}`;
      const script = `echo run >> "$0.runs"; n=$(wc -l < "$0.runs" | tr -d ' ')`;
      await writeFile(plugin, `#!/bin/sh\n${script}\ncat <<END\n${token}\nEND\n`);
      await chmod(plugin, 0o755);
      const config = parse(await readFile(proxy.kubeconfig, 'utf8'));
      const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, interactiveMode: 'Never' };
      config.users[0].user = { exec };
      await writeFile(join(folder, 'renewing'), stringify(config));
      const runs = async () => (await readFile(`${plugin}.runs`, 'utf8')).trim().split('\n').length;
      let valid = 't-2';
      proxy.fail(({ headers }) => headers.authorization !== `Bearer ${valid}`, { status: 401 });
      const renewing = await start(join(folder, 'renewing'));
      try {
        const lists = Array.from({ length: 10 }, () => list(renewing));
        for (const { text } of await Promise.all(lists)) assert.match(text, /^first\t/m);
        assert.equal(await runs(), 2);
        valid = 't-3';
        const before = proxy.writes().length;
        await renewing.text('create_resource', { manifest: configMap('renewed') });
        assert.equal(proxy.writes().length - before, 1);
        assert.equal(await runs(), 3);
        valid = 'none';
        assert.match((await list(renewing)).text, /refused the credentials.*401.*log in again/);
        assert.equal(await runs(), 4);
      } finally {
        await renewing.stop();
      }
    });

    it('end with the timeout of the request', async () => {
      const context = findContext(await loadKubeconfig([proxy.kubeconfig]), 'proxy');
      const client = new ApiClient(context, UNGUARDED);
      const path = `/api/v1/namespaces/${namespace.name}/configmaps`;
      const body = { metadata: { name: 'late' } };
      try {
        for (const fault of [
          'ignored request',
          'withheld answer',
          'stalled answer',
          { status: 429, retryAfter: 1 },
        ] as const) {
          proxy.fail(() => true, fault);
          const read = client.json({ path, timeout: 300 });
          const write = client.json({ method: 'POST', path, body, timeout: 300 });
          const [reading, writing] = await Promise.allSettled([read, write]);
          if (typeof fault === 'string') {
            assert.match(String(reading.status === 'rejected' && reading.reason), /did not answer within 0\.3 s\.$/);
            assert.ok(writing.status === 'rejected' && writing.reason instanceof UnknownOutcomeError);
            assert.match(writing.reason.message, UNKNOWN);
          } else {
            assert.match(String(reading.status === 'rejected' && reading.reason), /Fault429/);
            assert.ok(writing.status === 'rejected' && !(writing.reason instanceof UserError));
          }
          await proxy.heal();
          await client.json({ path });
        }
      } finally {
        client.close();
      }
    });
  });
