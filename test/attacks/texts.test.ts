import assert from 'node:assert/strict';
import { testCluster } from '../server/environment.ts';
import { type HttpClient, HttpServer } from '../server/http-process.ts';
import { scratchNamespace } from '../server/scratch.ts';
import { withBystanders } from './bystanders.ts';

/** Texts that cost parsers quadratic time, unbounded memory or too much stack; each of a given length. */
const HOSTILE: Record<string, (length: number) => string> = {
  'tags in a row': (length) => '!!x '.repeat(length / 4),
  'anchors in a row': (length) => '&a '.repeat(length / 3),
  'many keys': (length) =>
    `{"apiVersion":"v1","kind":"ConfigMap",${Array.from({ length: length / 12 }, (_, at) => `"k${at}":1`)}}`,
  'lists as keys': (length) => '[a]: '.repeat(length / 5),
  'strings in a row': (length) => "'' ".repeat(length / 3),
  'many documents': (length) => '---\na: 1\n'.repeat(length / 9),
  'deep lists': (length) => '['.repeat(length),
  'deep objects': (length) => '{a: '.repeat(length / 4),
  'deep sequences': (length) => '- '.repeat(length / 2),
  'many anchors': (length) => Array.from({ length: length / 16 }, (_, at) => `k${at}: &a${at} x`).join('\n'),
  'many aliases': (length) => `a: &a [x]\nb: [${'*a,'.repeat(length / 3)}]`,
  'aliases of aliases': () =>
    ['a0: &a0 [x]', ...Array.from({ length: 30 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(9)}]`)].join(
      '\n',
    ),
  'merge keys': (length) => `a: &a {x: 1}\nb:\n${'  <<: *a\n'.repeat(length / 9)}`,
};

describe('a hostile text', () => {
  let server: HttpServer;
  let attacker: HttpClient;
  const scratch = scratchNamespace();
  beforeEach(async () => {
    const kubeconfig = (await testCluster()).kubeconfig('admin');
    server = await HttpServer.start([
      ...['--kubeconfig', kubeconfig, '--enable-create', '--enable-update', '--review', 'off'],
    ]);
    attacker = await server.connect();
  });

  for (const [name, text] of Object.entries(HOSTILE)) {
    it(`of ${name} keeps nobody waiting, as a prompt, a manifest or a patch`, async () => {
      for (const length of [4_000, 200_000]) {
        const hostile = text(length);
        await withBystanders(server, async () => {
          const prompt = { name: 'review-manifest', arguments: { manifest: hostile } };
          // Text that parses quickly may be a valid manifest.
          const reviewed = attacker.client.getPrompt(prompt);
          await reviewed.catch((error: unknown) => assert.match(String(error), /manifest/));
          assert.match(
            await attacker.call('create_resource', { manifest: hostile }),
            /manifest|metadata|unknown field/,
          );
          const object = { kind: 'cm', name: 'kube-root-ca.crt', namespace: scratch.name, dryRun: true };
          const answer = await attacker.call('update_resource', { ...object, patch: hostile, patchType: 'merge' });
          assert.ok(answer.length < 5_000, answer);
        });
      }
    });
  }
});
