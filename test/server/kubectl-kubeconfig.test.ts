import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, normalize, relative } from 'node:path';
import fc from 'fast-check';
import { UserError } from '../../src/kubernetes/apimachinery/errors.ts';
import { parseJson } from '../../src/kubernetes/apimachinery/json.ts';
import { isObject, type JsonObject } from '../../src/kubernetes/apimachinery/objects.ts';
import {
  findContext,
  kubeconfigPaths,
  loadKubeconfig,
  type NamedEntry,
  NoKubeconfigError,
} from '../../src/kubernetes/client/kubeconfig.ts';
import { assertUsable } from '../../src/kubernetes/client/kubeconfig-use.ts';
import { toYaml } from '../../src/kubernetes/text/yaml.ts';
import { SHORT_LIVED } from '../support/go.ts';
import { testCluster } from './environment.ts';
import { type KubeconfigCase, kubeconfigCases } from './kubeconfig-cases.ts';

/** Where we deviate from kubectl, and why. */
const DEVIATIONS = {
  'several files: missing files only': 'kubectl goes on without a cluster; nothing can be done here, which is said',
  'entries without names': 'kubectl lists them under no name; they cannot be chosen, and are refused when one is used',
};

describe('kubeconfigs, beside kubectl', () => {
  let folder: string;
  let kubectl: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kubectl-kubeconfig-'));
    kubectl = (await testCluster()).kubectl;
  });
  after(() => rm(folder, { recursive: true }));

  it('are read alike, as vendors and tools write them, and as people break them', async function () {
    this.timeout(180_000);
    const different = await compared(kubeconfigCases.filter(({ name }) => !(name in DEVIATIONS)));
    assert.deepEqual(different, []);
    assert.ok(kubeconfigCases.length >= 100);
  });

  it('are read alike, whatever stands in any field', async function () {
    this.timeout(180_000);
    const value = fc.constantFrom<unknown>(
      'a',
      '',
      'yes',
      '12',
      12,
      1.5,
      true,
      false,
      null,
      [],
      {},
      ['a'],
      { a: 'b' },
      'YQ==',
      [null],
    );
    const fields = (...names: string[]) => fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 3 });
    const sound = (arbitrary: fc.Arbitrary<JsonObject>, key: string) =>
      fc.tuple(fc.constantFrom('a', 'b', 'c'), arbitrary).map(([name, content]) => ({ name, [key]: content }));
    const file = fc
      .record(
        {
          clusters: fc.array(
            sound(
              fields(
                'server',
                'insecure-skip-tls-verify',
                'certificate-authority',
                'certificate-authority-data',
                'proxy-url',
                'extensions',
                'tls-server-name',
                'other',
              ),
              'cluster',
            ),
            { maxLength: 2 },
          ),
          users: fc.array(
            sound(
              fields(
                'token',
                'tokenFile',
                'username',
                'client-key',
                'client-key-data',
                'as-groups',
                'as-user-extra',
                'exec',
                'auth-provider',
              ),
              'user',
            ),
            { maxLength: 2 },
          ),
          contexts: fc.array(sound(fields('cluster', 'user', 'namespace', 'extensions'), 'context'), { maxLength: 2 }),
          'current-context': fc.constantFrom('a', 'b', '', 'c'),
          preferences: fc.constantFrom({}, null, { colors: true }),
        },
        { requiredKeys: [] },
      )
      .map((content) => toYaml({ apiVersion: 'v1', kind: 'Config', ...content }));
    const files = fc.sample(fc.array(file, { minLength: 1, maxLength: 3 }), { numRuns: 80, seed: 20_261_125 });
    assert.deepEqual(await compared(files.map((texts, index) => ({ name: `generated ${index}`, files: texts }))), []);
  });

  const NOWHERE = 'https://127.0.0.1:1';
  const V1BETA1 = 'client.authentication.k8s.io/v1beta1';
  const unusable: [string, JsonObject, JsonObject][] = [
    [
      'skip beside data',
      { server: NOWHERE, 'insecure-skip-tls-verify': true, 'certificate-authority-data': 'YQ==' },
      { token: 'x' },
    ],
    [
      'skip beside a file',
      { server: NOWHERE, 'insecure-skip-tls-verify': true, 'certificate-authority': 'ca.crt' },
      { token: 'x' },
    ],
    [
      'a file beside data',
      { server: NOWHERE, 'certificate-authority': 'ca.crt', 'certificate-authority-data': 'YQ==' },
      { token: 'x' },
    ],
    ['a proxy of another kind', { server: NOWHERE, 'proxy-url': 'ftp://x' }, { token: 'x' }],
    ['a proxy without a scheme', { server: NOWHERE, 'proxy-url': 'proxy:3128' }, { token: 'x' }],
    ['a proxy behind a space', { server: NOWHERE, 'proxy-url': ' http://127.0.0.1:1' }, { token: 'x' }],
    ['a proxy with socks5h', { server: NOWHERE, 'proxy-url': 'socks5h://127.0.0.1:1' }, { token: 'x' }],
    ['a server before a space', { server: `${NOWHERE} ` }, { token: 'x' }],
    ['an authority that is none', { server: NOWHERE, 'certificate-authority-data': 'YQ==' }, { token: 'x' }],
    [
      'a certificate that is none',
      { server: NOWHERE },
      { 'client-certificate-data': 'YQ==', 'client-key-data': 'YQ==' },
    ],
    [
      'an OIDC login without an issuer',
      { server: NOWHERE },
      { 'auth-provider': { name: 'oidc', config: { 'client-id': 'a' } } },
    ],
    ['a provider without a name', { server: NOWHERE }, { 'auth-provider': { config: {} } }],
    ['a certificate without a key', { server: NOWHERE }, { 'client-certificate-data': 'YQ==' }],
    [
      'a certificate twice',
      { server: NOWHERE },
      { 'client-certificate': 'ca.crt', 'client-certificate-data': 'YQ==', 'client-key-data': 'YQ==' },
    ],
    ['two ways to log in', { server: NOWHERE }, { token: 'x', username: 'y', password: 'z' }],
    ['groups of nobody', { server: NOWHERE }, { token: 'x', 'as-groups': ['y'] }],
    ['a plugin without a version', { server: NOWHERE }, { exec: { command: 'true' } }],
    [
      'a plugin without a command',
      { server: NOWHERE },
      { exec: { apiVersion: 'client.authentication.k8s.io/v1beta1' } },
    ],
    [
      'a plugin of v1 without a mode',
      { server: NOWHERE },
      { exec: { command: 'true', apiVersion: 'client.authentication.k8s.io/v1' } },
    ],
    [
      'a plugin of an old version',
      { server: NOWHERE },
      { exec: { command: 'true', apiVersion: 'client.authentication.k8s.io/v1alpha1' } },
    ],
    [
      'a plugin and a provider',
      { server: NOWHERE },
      {
        exec: { command: 'true', apiVersion: 'client.authentication.k8s.io/v1beta1' },
        'auth-provider': { name: 'oidc', config: {} },
      },
    ],
  ];
  const usable: [string, JsonObject, JsonObject][] = [
    ['nothing special', { server: NOWHERE }, { token: 'x' }],
    ['skip alone', { server: NOWHERE, 'insecure-skip-tls-verify': true }, { token: 'x' }],
    [
      'a token beside a file',
      { server: NOWHERE, 'insecure-skip-tls-verify': true },
      { token: 'x', tokenFile: 'ca.crt' },
    ],
    [
      'a token beside a plugin',
      { server: NOWHERE },
      { token: 'x', exec: { command: '/no/such', apiVersion: V1BETA1 } },
    ],
    ['a token beside a file that is not there', { server: NOWHERE }, { token: 'x', tokenFile: '/no/such' }],
    ['a server in capitals', { server: 'HTTPS://127.0.0.1:1' }, { token: 'x' }],
    ['a server with a query', { server: `${NOWHERE}/?a=b` }, { token: 'x' }],
    ['a key without a certificate', { server: NOWHERE }, { token: 'x', 'client-key-data': 'YQ==' }],
  ];

  it('are refused alike when they are used', async function () {
    this.timeout(180_000);
    for (const [expected, cases] of [
      [false, unusable],
      [true, usable],
    ] as const) {
      await Promise.all(
        cases.map(async ([name, cluster, user], index) => {
          const text = toYaml({
            apiVersion: 'v1',
            kind: 'Config',
            clusters: [{ name: 'a', cluster }],
            users: [{ name: 'a', user }],
            contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
            'current-context': 'a',
          });
          const path = join(folder, `use-${expected}-${index}`);
          await writeFile(path, text);
          await writeFile(join(folder, 'ca.crt'), '');
          const answer = await run(kubectl, ['--kubeconfig', path, 'get', '--raw', '/'], {});
          // A kubeconfig that gets as far as the network is usable.
          assert.equal(
            /refused|connect/.test(answer.stderr.replace(/connectivity/, '')),
            expected,
            `${name}: ${answer.stderr}`,
          );
          const use = async () => assertUsable(findContext(await loadKubeconfig([path]), 'a'));
          if (expected) await use();
          else await assert.rejects(use(), /Context "a" cannot be used, as with kubectl/, name);
        }),
      );
    }
  });

  /** The differences between kubectl and us, by case name. */
  async function compared(cases: readonly KubeconfigCase[]): Promise<string[]> {
    const different: string[] = [];
    const waiting = [...cases.entries()];
    const work = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [index, { name, files }] = next;
        const place = join(folder, `${name.length}-${index}`);
        const paths = await Promise.all(
          files.map(async (text, file) => {
            const path = join(place, String(file), 'config');
            await mkdir(join(place, String(file)), { recursive: true });
            if (text !== undefined) await writeFile(path, text);
            return path;
          }),
        );
        const env = { KUBECONFIG: paths.join(delimiter) };
        const answer = await run(kubectl, ['config', 'view', '--raw', '-o', 'json'], env);
        const theirs = answer.code === 0 ? normal(parseJson(answer.stdout), place) : 'refused';
        const ours = await loadKubeconfig(kubeconfigPaths([], env)).then(
          ({ currentContext, contexts, clusters, users }) =>
            normal({ contexts, clusters, users: users.map(asWritten), 'current-context': currentContext }, place),
          (error: unknown) => {
            if (!(error instanceof UserError)) return String(error);
            return error instanceof NoKubeconfigError ? 'nothing' : 'refused';
          },
        );
        if (JSON.stringify(ours) !== JSON.stringify(theirs))
          different.push(
            `${name}\n  kubectl: ${JSON.stringify(theirs)} ${answer.stderr}\n  ours: ${JSON.stringify(ours)}`,
          );
      }
    };
    await Promise.all([work(), work(), work(), work()]);
    return different;
  }
});

/** Without what is no part of the file. */
function asWritten({ source: _, ...user }: NamedEntry): JsonObject {
  return user;
}

/** Without what kubectl omits or adds, and sorted. */
function normal(config: unknown, place: string): unknown {
  if (!isObject(config)) return config;
  const list = (key: string) =>
    (Array.isArray(config[key]) ? config[key] : [])
      .filter(isObject)
      .map((entry) => ({ ...entry, name: entry.name ?? '' }))
      .toSorted((a, b) => (String(a.name) < String(b.name) ? -1 : 1))
      .map((entry) => withoutEmpty(entry, place));
  return {
    contexts: list('contexts'),
    clusters: list('clusters'),
    users: list('users'),
    current: config['current-context'] || '',
  };
}

function withoutEmpty(value: unknown, place: string): unknown {
  if (Array.isArray(value))
    return value.map((item) => withoutEmpty(item, place) ?? (typeof item === 'string' ? item : null));
  if (!isObject(value)) return value === '' || value === false || value === null ? undefined : value;
  const members = Object.entries(value)
    .map(
      ([key, inner]) => [key, PATHS.includes(key) ? relativePath(inner, place) : withoutEmpty(inner, place)] as const,
    )
    // The default of older plugin versions.
    .filter(([key, inner]) => inner !== undefined && !(key === 'interactiveMode' && inner === 'IfAvailable'))
    .filter(([, inner]) => !(typeof inner === 'object' && Object.keys(inner ?? {}).length === 0))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

const PATHS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile', 'command'];

/** kubectl prints paths as in the file; ours are absolute. */
function relativePath(path: unknown, place: string): unknown {
  if (typeof path !== 'string' || path === '') return undefined;
  return path.startsWith(place) ? relative(join(place, '0'), path).replace(/^\.\.\/\d+\//, '') : normalize(path);
}

function run(
  file: string,
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      file,
      args,
      { env: { ...env, ...SHORT_LIVED, HOME: tmpdir(), PATH: process.env.PATH }, maxBuffer: 64 << 20 },
      (error, stdout, stderr) => resolve({ code: error ? 1 : 0, stdout, stderr }),
    ).stdin?.end();
  });
}
