import assert from 'node:assert/strict';
import { followLog } from '../../src/kubernetes/workloads/log-stream.ts';
import { testCluster } from '../server/environment.ts';
import { McpServer } from '../server/mcp-process.ts';
import { kubectl, scratchNamespace } from '../server/scratch.ts';
import { adminClient } from './client.ts';
import { applyPods, script } from './pods.ts';
import { waitFor } from './waiting.ts';

/** The answer below its header. */
const body = (text: string) => text.slice(text.indexOf('\n\n') + 2);

/** Four files of a megabyte, in chunks: enough for several rotations. */
const LINES = 40_000;
const PADDING = 'x'.repeat(90);
const chatter = `echo ready; until [ -e /tmp/go ]; do sleep 0.1; done; seq ${LINES} | while read n; do echo "$n ${PADDING}"; [ $((n % 400)) = 0 ] && sleep 0.08; done; exec sleep infinity`;

describe('a log of a real container', () => {
  let server: McpServer;
  const namespace = scratchNamespace();
  const client = adminClient();
  const answer = async (more: object = {}) =>
    body((await server.call('get_pod_logs', { name: 'crashing', ...more })).text);
  const log = (name: string, more: object = {}) => server.text('get_pod_logs', { name, ...more });

  before(async () => {
    const { kubeconfig } = await testCluster();
    server = await McpServer.start(kubeconfig('admin'), ['--namespace', namespace.name]);
    const stay = 'exec sleep infinity';
    await applyPods(
      namespace.name,
      { name: 'chatty', containers: [script(chatter)] },
      { name: 'ending', restartPolicy: 'Never', containers: [script('echo first; sleep 2; echo last; exit 4')] },
      {
        name: 'crashing',
        volumes: [{ name: 'state', emptyDir: {} }],
        containers: [
          script(
            `echo "run $(cat /proc/sys/kernel/random/uuid)"; sleep 1; echo "FATAL: no database" >&2; [ -e /state/ran ] && ${stay}; touch /state/ran; exit 3`,
            { volumeMounts: [{ name: 'state', mountPath: '/state' }] },
          ),
        ],
      },
      {
        name: 'whole',
        initContainers: [
          { name: 'prepare', ...script('echo prepared') },
          { name: 'shipper', restartPolicy: 'Always', ...script(`echo shipping; ${stay}`) },
        ],
        containers: [script(`echo early; sleep 4; echo late; ${stay}`)],
      },
      {
        name: 'odd',
        restartPolicy: 'Never',
        containers: [
          script(
            [
              String.raw`printf '\033[31mred\033[0m and \033[1;32mgreen\033[0m\n'`,
              // 40,000 bytes on one line, which the runtime writes in three chunks.
              `head -c 40000 /dev/zero | tr '\\0' y; echo`,
              String.raw`printf 'bytes: \000\001\377\376 end\n'`,
              String.raw`printf 'carriage\rreturn\r\n'`,
              // A runtime holds back an incomplete line until its program ends.
              'printf "no end of line"',
            ].join('; '),
          ),
        ],
      },
    );
    await kubectl(
      'wait',
      '-n',
      namespace.name,
      '--for=condition=Ready',
      'pod/chatty',
      'pod/whole',

      '--timeout=60s',
    );
  });
  after(() => server.stop());

  it('is followed across rotations, without a line lost or told twice', async () => {
    const signal = AbortSignal.timeout(60_000);
    const place = { namespace: namespace.name, pod: 'chatty', container: 'app', lines: LINES };
    const seen: number[] = [];
    for await (const { text } of followLog(await client(), { ...place, signal })) {
      // A kubelet reads only a log's newest file: a reader that arrives after a rotation misses earlier lines.
      if (text === 'ready') await kubectl('exec', 'chatty', '-n', namespace.name, '--', 'touch', '/tmp/go');
      if (!/^\d+ x+$/.test(text)) continue;
      seen.push(Number(text.split(' ')[0]));
      if (seen.at(-1) === LINES) break;
    }
    const different = new Set(seen);
    const missing = Array.from({ length: LINES }, (_, index) => index + 1).filter((n) => !different.has(n));
    assert.deepEqual({ missing, twice: seen.length - different.size }, { missing: [], twice: 0 });
  });

  it('is followed to the last line of a container that ends', async () => {
    const place = { namespace: namespace.name, pod: 'ending', container: 'app', lines: 100 };
    const lines: string[] = [];
    for await (const { text } of followLog(await client(), { ...place, signal: AbortSignal.timeout(30_000) }))
      lines.push(text);
    assert.deepEqual(lines, ['first', 'last']);
  });

  it('of a container that was restarted is there for both runs', async () => {
    const run = /^run [\w-]+\nFATAL: no database$/;
    // Until the second run begins, which then stays, the first is the newest and the previous one.
    const [now, before] = await waitFor(async () => {
      const [current, previous] = [await answer(), await answer({ previous: true })];
      return run.test(current) && run.test(previous) && current !== previous ? [current, previous] : undefined;
    });
    assert.notEqual(now, before);
  });

  it('is found for init containers, sidecars and ephemeral containers', async () => {
    const { name } = namespace;
    await kubectl(
      'debug',
      'whole',
      '-n',
      name,
      '--image=busybox:1.37',
      '--container=probe',
      '--profile=general',
      '--',
      'sh',
      '-c',
      'echo probing; exec sleep infinity',
    );
    assert.match(await log('whole', { container: 'prepare' }), /\n\nprepared$/);
    assert.match(await log('whole', { container: 'shipper' }), /\n\nshipping$/);
    const probe = await waitFor(async () => {
      const answer = await server.call('get_pod_logs', { name: 'whole', container: 'probe' });
      return answer.isError || !answer.text.includes('probing') ? undefined : answer.text;
    });
    assert.match(probe, /container probe \(others: .*\).*\n\nprobing$/);
  });

  it('is cut where since says so', async () => {
    await waitFor(async () => (await log('whole')).includes('late') || undefined);
    assert.equal(body(await log('whole')), 'early\nlate');
    assert.equal(body(await log('whole', { since: '3s' })).includes('early'), false);
  });

  it('is shown whatever bytes are in it', async () => {
    await kubectl('wait', '-n', namespace.name, '--for=jsonpath={.status.phase}=Succeeded', 'pod/odd', '--timeout=60s');
    const text = body(await log('odd'));
    const lines = text.split('\n');
    assert.match(lines[0] ?? '', /red.* and .*green/);
    assert.match(lines[1] ?? '', /^y{100,}/);
    assert.match(text, /bytes: .* end/);
    assert.match(text, /no end of line$/);
    assert.ok(!text.includes('\u0000'), 'a NUL is no character of a text');
  });
});
