import assert from 'node:assert/strict';
import { testCluster } from '../server/environment.ts';
import { McpServer } from '../server/mcp-process.ts';
import { apply, scratchNamespace } from '../server/scratch.ts';

const RIGHT = 'tR0ub4dor-7391';
const WRONG = 'tR0ub4dor-7392';
const PIN = '7391';
const base64 = (text: string) => Buffer.from(text).toString('base64');

// If a dry run distinguishes right from wrong, a four-digit number falls in ten thousand tries.
describe('an attack by guesses', () => {
  const namespace = scratchNamespace();
  let server: McpServer;
  before(async () => {
    const cluster = await testCluster();
    const args = [
      '--enable-create',
      '--enable-update',
      '--review=off',
      '--namespace',
      namespace.name,
      '--journal',
      '/dev/null',
    ];
    server = await McpServer.start(cluster.kubeconfig('admin'), args);
    const metadata = (name: string, more = '') => `metadata: { name: ${name}, namespace: ${namespace.name}${more} }`;
    const env = `env: [{ name: MODE, value: fast }, { name: DB_PASSWORD, value: "${RIGHT}" }, { name: PIN_TOKEN, value: "${PIN}" }]`;
    const pod = `containers: [{ name: web, image: nginx, ${env} }]`;
    const template = `template: { metadata: { labels: { a: b } }, spec: { ${pod} } }`;
    const objects = [
      `apiVersion: v1\nkind: Secret\n${metadata('db')}\nstringData: { password: "${RIGHT}", pin: "${PIN}" }`,
      `apiVersion: v1\nkind: Secret\n${metadata('fixed')}\nimmutable: true\nstringData: { password: "${RIGHT}", pin: "${PIN}" }`,
      `apiVersion: apps/v1\nkind: Deployment\n${metadata('web')}\nspec: { replicas: 0, selector: { matchLabels: { a: b } }, ${template} }`,
      `apiVersion: v1\nkind: Pod\n${metadata('bare')}\nspec: { nodeSelector: { none: such }, ${pod} }`,
      `apiVersion: batch/v1\nkind: Job\n${metadata('once')}\nspec: { suspend: true, template: { spec: { restartPolicy: Never, ${pod} } } }`,
      ...[false, true].map(
        (immutable) =>
          `apiVersion: v1\nkind: ConfigMap\n${metadata(immutable ? 'fixed-text' : 'text')}\nimmutable: ${immutable}\ndata: { app.properties: "user=shop\\npassword=${RIGHT}\\nmode=fast" }`,
      ),
      `apiVersion: apps/v1\nkind: Deployment\n${metadata('tool')}\nspec: { replicas: 0, selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { containers: [{ name: web, image: nginx, args: ["--user=shop", "--password=${RIGHT}"] }] } } }`,
      `apiVersion: v1\nkind: ConfigMap\n${metadata('release', ', labels: { owner: helm, name: shop }')}\ndata: { release: "${RIGHT}" }`,
    ];
    // Owned by another manager, so applying a different value is a conflict.
    await apply(objects.join('\n---\n'), '--server-side', '--field-manager=argocd');
  });
  after(() => server.stop());

  const env = (value: string, name = 'DB_PASSWORD') => ({ containers: [{ name: 'web', env: [{ name, value }] }] });
  const podOf: Record<string, (spec: object) => object> = {
    deploy: (spec) => ({ spec: { template: { spec } } }),
    job: (spec) => ({ spec: { template: { spec } } }),
    pod: (spec) => ({ spec }),
  };
  const names: Record<string, string> = { deploy: 'web', job: 'once', pod: 'bare' };
  const types: Record<string, object> = {
    secret: { apiVersion: 'v1', kind: 'Secret' },
    deploy: { apiVersion: 'apps/v1', kind: 'Deployment' },
    job: { apiVersion: 'batch/v1', kind: 'Job' },
    pod: { apiVersion: 'v1', kind: 'Pod' },
  };

  /** Each way to submit a value for a redacted field, as call arguments. */
  const ways: [string, (value: string) => Record<string, unknown>][] = [
    ...['db', 'fixed'].flatMap((name): [string, (value: string) => Record<string, unknown>][] => {
      const secret = { kind: 'secret', name };
      const merge = (patch: object) => ({ ...secret, patch: JSON.stringify(patch) });
      const json = (operations: object[]) => ({ ...secret, patchType: 'json', patch: JSON.stringify(operations) });
      const manifest = (rest: object) => ({
        manifest: JSON.stringify({ ...types.secret, metadata: { name }, ...rest }),
      });
      return [
        [`${name}: merge patch`, (value) => merge({ data: { password: base64(value) } })],
        [
          `${name}: merge patch beside a change`,
          (value) => merge({ metadata: { labels: { a: 'b' } }, data: { password: base64(value) } }),
        ],
        [
          `${name}: merge patch of base64 with a line end`,
          (value) => merge({ data: { password: `${base64(value)}\n` } }),
        ],
        [`${name}: stringData`, (value) => merge({ stringData: { password: value } })],
        [
          `${name}: stringData over data`,
          (value) => merge({ data: { password: 'eA==' }, stringData: { password: value } }),
        ],
        [
          `${name}: strategic patch`,
          (value) => ({
            ...merge({ data: { password: base64(value) } }),
            patchType: 'strategic',
          }),
        ],
        [`${name}: JSON patch`, (value) => json([{ op: 'replace', path: '/data/password', value: base64(value) }])],
        [
          `${name}: JSON patch of all`,
          (value) => json([{ op: 'add', path: '/data', value: { password: base64(value), pin: base64(PIN) } }]),
        ],
        [
          `${name}: JSON patch by steps`,
          (value) =>
            json([
              { op: 'remove', path: '/data/password' },
              { op: 'add', path: '/data/password', value: base64(value) },
            ]),
        ],
        [`${name}: apply`, (value) => manifest({ data: { password: base64(value) } })],
        [`${name}: apply of stringData`, (value) => manifest({ stringData: { password: value } })],
        [`${name}: forced apply`, (value) => ({ ...manifest({ data: { password: base64(value) } }), force: true })],
      ];
    }),
    ...['deploy', 'job', 'pod'].flatMap((kind): [string, (value: string) => Record<string, unknown>][] => {
      const name = names[kind] ?? '';
      const of = podOf[kind] ?? ((spec) => spec);
      const path = kind === 'pod' ? '/spec/containers/0/env' : '/spec/template/spec/containers/0/env';
      const json = (operations: object[]) => ({ kind, name, patchType: 'json', patch: JSON.stringify(operations) });
      return [
        [
          `${kind}: strategic patch`,
          (value) => ({
            ...{ kind, name, patchType: 'strategic' },
            patch: JSON.stringify(of(env(value))),
          }),
        ],
        [`${kind}: JSON patch`, (value) => json([{ op: 'replace', path: `${path}/1/value`, value }])],
        [
          `${kind}: JSON patch after a shift`,
          (value) =>
            json([
              { op: 'remove', path: `${path}/0` },
              { op: 'replace', path: `${path}/0/value`, value },
            ]),
        ],
        [
          `${kind}: JSON patch of the list`,
          (value) =>
            json([
              {
                op: 'replace',
                path,
                value: [
                  { name: 'MODE', value: 'fast' },
                  { name: 'DB_PASSWORD', value },
                  { name: 'PIN_TOKEN', value: PIN },
                ],
              },
            ]),
        ],
        [
          `${kind}: apply`,
          (value) => ({
            manifest: JSON.stringify({ ...types[kind], metadata: { name }, ...of(env(value)) }),
          }),
        ],
        [
          `${kind}: forced apply`,
          (value) => ({
            manifest: JSON.stringify({ ...types[kind], metadata: { name }, ...of(env(value)) }),
            force: true,
          }),
        ],
      ];
    }),
    ...['text', 'fixed-text'].flatMap((name): [string, (value: string) => Record<string, unknown>][] => {
      const text = (value: string, mode = 'fast') => ({
        data: { 'app.properties': `user=shop\npassword=${value}\nmode=${mode}` },
      });
      const map = { kind: 'configmap', name };
      const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } };
      return [
        [`${name}: a text by merge patch`, (value) => ({ ...map, patch: JSON.stringify(text(value)) })],
        [`${name}: a text beside a change in it`, (value) => ({ ...map, patch: JSON.stringify(text(value, 'slow')) })],
        [`${name}: a text by apply`, (value) => ({ manifest: JSON.stringify({ ...manifest, ...text(value) }) })],
        [
          `${name}: a text by JSON patch`,
          (value) => ({
            ...{ ...map, patchType: 'json' },
            patch: JSON.stringify([
              { op: 'replace', path: '/data/app.properties', value: text(value).data['app.properties'] },
            ]),
          }),
        ],
      ];
    }),
    ...['strategic', 'merge'].map((patchType): [string, (value: string) => Record<string, unknown>] => [
      `tool: arguments by ${patchType} patch`,
      (value) => ({
        ...{ kind: 'deploy', name: 'tool', patchType },
        patch: JSON.stringify({
          spec: {
            template: {
              spec: { containers: [{ name: 'web', image: 'nginx', args: ['--user=shop', `--password=${value}`] }] },
            },
          },
        }),
      }),
    ]),
    [
      'tool: an argument taken out by its value',
      (value) => ({
        ...{ kind: 'deploy', name: 'tool', patchType: 'strategic' },
        patch: JSON.stringify({
          spec: {
            template: {
              spec: { containers: [{ name: 'web', '$deleteFromPrimitiveList/args': [`--password=${value}`] }] },
            },
          },
        }),
      }),
    ],
    [
      'release: merge patch',
      (value) => ({ kind: 'cm', name: 'release', patch: JSON.stringify({ data: { release: value } }) }),
    ],
    [
      'echoed in a label',
      (value) => ({ kind: 'secret', name: 'db', patch: JSON.stringify({ metadata: { labels: { a: value } } }) }),
    ],
    [
      'echoed in an error',
      (value) => ({ kind: 'secret', name: 'db', patch: JSON.stringify({ metadata: { labels: { a: `${value}!` } } }) }),
    ],
    ['echoed as a type', (value) => ({ kind: 'secret', name: 'db', patch: JSON.stringify({ type: value }) })],
    [
      'echoed in base64',
      (value) => ({
        kind: 'secret',
        name: 'db',
        patch: JSON.stringify({ metadata: { annotations: { a: base64(value) } } }),
      }),
    ],
    [
      'echoed as an unknown field',
      (value) => ({ kind: 'deploy', name: 'web', patch: JSON.stringify({ spec: { [value]: 1 } }) }),
    ],
  ];
  for (const [way, args] of ways) {
    const tools = 'manifest' in args(RIGHT) ? ['update_resource', 'apply_manifest'] : ['update_resource'];
    for (const tool of tools)
      it(`does not tell a right one from a wrong one: ${way}, ${tool}`, async () => {
        const said = await Promise.all(
          [RIGHT, WRONG].map(async (value) => {
            const { text, isError } = await server.call(tool, { ...args(value), dryRun: true });
            return { isError, text: text.replaceAll(value, 'GUESS').replaceAll(base64(value), 'GUESS') };
          }),
        );
        assert.deepEqual(said[0], said[1]);
        assert.doesNotMatch(said[0]?.text ?? '', /^(No change|unchanged)/m);
      });
  }

  it('does not tell a pin, either', async () => {
    const tries = ['7390', PIN, '7392'].flatMap((pin) => [
      { kind: 'secret', name: 'db', patch: JSON.stringify({ data: { pin: base64(pin) } }) },
      {
        kind: 'deploy',
        name: 'web',
        patchType: 'strategic',
        patch: JSON.stringify(podOf.deploy?.(env(pin, 'PIN_TOKEN'))),
      },
    ]);
    const said = await Promise.all(tries.map((args) => server.call('update_resource', { ...args, dryRun: true })));
    assert.equal(new Set(said.map(({ text }) => text)).size, 2);
  });

  it('does not tell it by what is asked for', async () => {
    const missing: string[] = [];
    for (const value of [RIGHT, WRONG]) {
      const text = await server.text('get_resource', { kind: 'secret', name: 'db', fields: [`.data.${value}`] });
      assert.match(text, new RegExp(value));
      const error = await server.error('get_resource', { kind: 'secret', name: `db-${value}` });
      missing.push(error.replace(value, 'a guess'));
    }
    assert.equal(missing[0], missing[1]);
  });

  it('does not tell it by the object that get_resource gave, either', async () => {
    const shown = await server.text('get_resource', { kind: 'secret', name: 'db' });
    const said = await Promise.all(
      [RIGHT, WRONG].map((value) =>
        server.text('update_resource', {
          manifest: shown.replace(/password: .*/, `password: ${base64(value)}`),
          dryRun: true,
        }),
      ),
    );
    assert.equal(said[0], said[1]);
    assert.match(said[0] ?? '', /^\+ +password: <redacted.*, changed>$/m);
    assert.doesNotMatch(said[0] ?? '', /^[-+] +pin/m);
  });

  it('says that nothing changes where the markers are left as they are', async () => {
    const shown = await server.text('get_resource', { kind: 'secret', name: 'db' });
    assert.match(await server.text('update_resource', { manifest: shown }), /^No change/);
  });

  it('writes a right one without a word of it', async () => {
    const patch = JSON.stringify({ data: { password: base64(RIGHT) } });
    const text = await server.text('update_resource', { kind: 'secret', name: 'db', patch });
    assert.match(text, /^Updated .*\n[\s\S]*\+ +password: <redacted.*, changed>/);
  });
});
