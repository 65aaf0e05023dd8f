import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Policy } from '../../../../src/kubernetes/policy.ts';
import { readConfig } from '../../../../src/server/command-line/config.ts';
import {
  CALLER_OPTIONS,
  CLUSTER_OPTIONS,
  CONFIG_OPTIONS,
  parseCommandLine,
} from '../../../../src/server/command-line/options.ts';

describe('a configuration file', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mcp-k8s-config-'));
    path = join(folder, 'config.yaml');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const read = (text: string) => {
    writeFileSync(path, text);
    return readConfig(path, CONFIG_OPTIONS, CALLER_OPTIONS, CLUSTER_OPTIONS);
  };
  const parsed = async (text: string, ...args: string[]) => {
    const options = parseCommandLine(args, '1', await read(text));
    assert.ok(!('code' in options), 'code' in options ? options.text : '');
    return options;
  };
  const exit = async (text: string, ...args: string[]) => {
    const options = parseCommandLine(args, '1', await read(text));
    return 'code' in options ? options.text : '';
  };

  it('sets every option, under its name', async () => {
    const options = await parsed(
      'enable-create: true\nallow-namespace: [shop, team-a]\ncontext: staging\ntransport: streamable-http\nport: 9090\nread-only: false\nreview: required\n',
    );
    assert.equal(options.permissions.rules.switches.create, true);
    assert.equal(options.permissions.review, 'required');
    assert.deepEqual(options.permissions.rules.namespaces, ['shop', 'team-a']);
    assert.equal(options.context, 'staging');
    assert.equal(options.http?.port, 9090);
    for (const name of Object.keys(CONFIG_OPTIONS)) assert.doesNotMatch(name, /^(config|help|version)$/);
  });

  it('is overridden by its drop-in folder in the order of names, and by the command line', async () => {
    mkdirSync(`${path}.d`);
    writeFileSync(join(`${path}.d`, '20-more.yaml'), 'namespace: second\nallow-namespace: [a]\n');
    writeFileSync(join(`${path}.d`, '10-first.yml'), 'namespace: first\nenable-update: true\n');
    for (const ignored of ['.hidden.yaml', 'notes.txt', '30.yaml~'])
      writeFileSync(join(`${path}.d`, ignored), 'no: option');
    const options = await parsed('namespace: base\nallow-namespace: [b, c]\n', '--allow-namespace', 'd');
    assert.equal(options.namespace, 'second');
    assert.deepEqual(options.permissions.rules.namespaces, ['d']);
    assert.equal(options.permissions.rules.switches.update, true);
    assert.equal((await parsed('enable-delete: true', '--read-only')).permissions.rules.switches.delete, false);
  });

  it('is refused with its file, the key, and what was meant', async () => {
    for (const [text, message] of [
      ['enable-creat: true', /config\.yaml: "enable-creat" is no option.*Nearest: enable-create/],
      ['config: other.yaml', /"config" is no option/],
      ['help: true', /"help" is no option/],
      ['enable-create: yes please', /enable-create takes true or false, not "yes please"/],
      ['enable-create: "true"', /enable-create takes true or false/],
      ['allow-namespace:', /allow-namespace takes a list of texts, not null/],
      ['allow-namespace: [{a: 1}]', /allow-namespace takes a list/],
      ['context: [a, b]', /context takes a text/],
      ['- a\n- b', /options with their values are needed/],
      ['port: 1\nport: 2', /config\.yaml: .*port/],
      ['__proto__: {}', /"__proto__" is no option/],
      ['callers: alice', /callers has to be a list/],
      ['callers: [alice]', /callers\[0\] has to be users or groups/],
      ['callers: [{enable-create: true}]', /callers\[0\] names no users and no groups/],
      ['callers: [{users: [1]}]', /callers\[0\]\.users has to be names/],
      ['callers: [{users: a, port: 1}]', /"callers\[0\]\.port" is no option that can be set here/],
      ['clusters:', /clusters has to be a list/],
      ['clusters: [prod]', /clusters\[0\] has to be contexts or servers/],
      ['clusters: [{enable-create: false}]', /clusters\[0\] names no contexts and no servers/],
      ['clusters: [{contexts: prod}, {contexts: [{}]}]', /clusters\[1\]\.contexts has to be names/],
      ['clusters: [{context: prod}]', /"clusters\[0\]\.context" is no option.*Nearest: contexts/],
      ['clusters: [{contexts: prod, deny-kinds: [secret]}]', /"clusters\[0\]\.deny-kinds".*Nearest: deny-kind/],
      ['clusters: [{contexts: prod, allow-context: [a]}]', /"clusters\[0\]\.allow-context" is no option/],
      ['clusters: [{contexts: prod, kubeconfig: [a]}]', /"clusters\[0\]\.kubeconfig" is no option/],
      ['cluster: []', /"cluster" is no option.*Nearest: clusters/],
      ['callers: [{users: a, clusters: [{server: x}]}]', /"callers\[0\]\.clusters\[0\]\.server".*Nearest: servers/],
      ['callers: [{user: a}]', /"callers\[0\]\.user" is no option.*Nearest: users/],
    ] as const)
      await assert.rejects(read(text), message, text);
    await assert.rejects(readConfig(join(folder, 'absent.yaml'), CONFIG_OPTIONS, CALLER_OPTIONS), /absent\.yaml/);
  });

  it('says what holds for some callers, over what holds for all and under the command line', async () => {
    const text = `transport: streamable-http
auth-token-file: tokens
allow-namespace: [shop]
enable-update: true
callers:
  - users: [alice]
    allow-namespace: [team-a]
    review: required
  - groups: [oncall]
    enable-delete: true
`;
    const { permissions, callers } = await parsed(text);
    assert.deepEqual(permissions.rules.namespaces, ['shop']);
    const [alice, oncall] = callers;
    assert.deepEqual([alice?.users, alice?.rules.namespaces, alice?.review], [['alice'], ['team-a'], 'required']);
    assert.equal(alice?.rules.switches.update, true);
    assert.deepEqual([oncall?.groups, oncall?.rules.namespaces], [['oncall'], ['shop']]);
    assert.equal(oncall?.rules.switches.delete, true);
    assert.equal((await parsed(text, '--enable-delete=false')).callers[1]?.rules.switches.delete, false);
    assert.match(await exit('callers: [{users: a}]'), /callers in the configuration are those of an HTTP server/);
    assert.match(await exit(text.replace('review: required', 'review: maybe')), /--review takes/);
  });

  it('says what holds in some clusters besides, for all callers and for some', async () => {
    mkdirSync(`${path}.d`);
    writeFileSync(
      join(`${path}.d`, 'prod.yaml'),
      'clusters: [{contexts: ["prod-*"], servers: [prod.example.com], read-only: true, review: required}]\n',
    );
    const { permissions, callers } = await parsed(`transport: streamable-http
auth-token-file: tokens
enable-update: true
clusters:
  - contexts: staging
    allow-namespace: [shop]
    toolsets: [core]
    enable-exec: true
callers:
  - users: [alice]
    clusters: [{contexts: staging, enable-update: false, deny-kind: [secrets]}]
`);
    const [staging, prod] = permissions.rules.clusters ?? [];
    assert.deepEqual(
      [staging?.place, staging?.rules.namespaces, staging?.rules.toolsets, staging?.review],
      ['clusters[0] of config.yaml', ['shop'], ['core'], 'off'],
    );
    assert.deepEqual([staging?.rules.switches.update, prod?.rules.switches.update], [true, false]);
    assert.deepEqual(
      [prod?.place, prod?.contexts, prod?.servers, prod?.isReadOnly, prod?.review],
      ['clusters[0] of prod.yaml', ['prod-*'], ['prod.example.com'], true, 'required'],
    );
    // It cannot switch on what is off otherwise.
    assert.equal(new Policy(permissions.rules).in({ name: 'staging', server: '' }).permits('exec'), false);

    const places = callers[0]?.rules.clusters?.map(({ place }) => place);
    assert.deepEqual(places, [
      'clusters[0] of config.yaml',
      'clusters[0] of prod.yaml',
      'callers[0].clusters[0] of config.yaml',
    ]);
    const update = { name: 'update_resource', access: 'update' } as const;
    const refusal = (context: string) =>
      new Policy(callers[0]?.rules ?? permissions.rules).in({ name: context, server: '' }).toolRefusal(update);
    assert.equal(
      refusal('staging'),
      'update_resource is switched off in this cluster. Only the user can switch it on: enable-update in callers[0].clusters[0] of config.yaml.',
    );
    assert.match(refusal('prod-eu') ?? '', /: read-only in clusters\[0\] of prod\.yaml\.$/);
    assert.equal(refusal('dev'), undefined);
    assert.match(await exit('clusters: [{contexts: a, review: maybe}]'), /--review takes/);
    assert.match(await exit('clusters: [{contexts: a, toolsets: [cor]}]'), /--toolsets knows/);
  });
});
