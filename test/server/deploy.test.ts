import assert from 'node:assert/strict';
import { chmod, chown, copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openConfig } from '../../src/server/command-line/followed-config.ts';
import { parseCommandLine } from '../../src/server/command-line/options.ts';
import { HostNames } from '../../src/server/http/base/host-names.ts';
import { isSwitch, SETTING_NAMES, SETTINGS, WRITE_SWITCHES } from '../../src/settings.ts';
import {
  argumentsIn,
  type ChartObject,
  containerIn,
  containerOf,
  lint,
  notesOf,
  objects,
  objectsOf,
  serverArguments,
  template,
} from './chart.ts';
import { testCluster } from './environment.ts';
import { HttpServer } from './http-process.ts';
import { buildImage, filesBelow, type Image, setModes } from './image.ts';
import { SERVER, SERVER_PARTS } from './mcp-process.ts';
import { PYTHON_SDKS } from './prerequisites.ts';
import { PythonClient } from './python-client.ts';
import { apply, kubectl } from './scratch.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NAMESPACE = 'mcp-k8s';
/** Makes it reachable at http://<node>:30080/sse. */
const FROM_OUTSIDE = ['sse=true', 'service.nodePort=30080', 'networkPolicy.from[0].ipBlock.cidr=192.0.2.7/32'];
const ACCOUNT = `system:serviceaccount:${NAMESPACE}:mcp-k8s`;

interface Published {
  registryType: string;
  identifier: string;
  runtimeArguments?: { name: string; value?: string }[];
}

/** What the registry of MCP servers is told: the server's name, and how its image is run. */
async function registered(): Promise<{ name: string; image: Published }> {
  const { name, packages } = JSON.parse(await readFile(join(ROOT, 'server.json'), 'utf8')) as {
    name: string;
    packages: Published[];
  };
  const image = packages.find(({ registryType }) => registryType === 'oci');
  assert.ok(image);
  return { name, image };
}

/** Does the server of these objects answer to the name? */
function allowsHost(made: readonly ChartObject[], name: string): boolean {
  const options = parseCommandLine(argumentsIn(made), '1');
  assert.ok(!('code' in options) && options.http, 'text' in options ? options.text : '');
  const { allowedHosts, publicUrl } = options.http;
  const own = publicUrl === undefined ? [] : [new URL(publicUrl).hostname];
  return new HostNames([...own, ...allowedHosts], []).allowsHost(name);
}

describe('deploy', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-deploy-'));
    await kubectl('apply', '-f', join(ROOT, 'deploy/manifests'));
  });
  after(async () => {
    await kubectl('delete', '-f', join(ROOT, 'deploy/manifests'), '--wait=false', '--ignore-not-found');
    await kubectl('delete', 'clusterrolebinding', 'dify', 'visitor', '--ignore-not-found');
    await rm(folder, { recursive: true });
  });

  const can = async (verb: string, ...rest: string[]) =>
    (
      await kubectl('auth', 'can-i', verb, ...rest, `--as=${ACCOUNT}`).catch(
        (error: { stdout: string }) => error.stdout,
      )
    ).trim() === 'yes';

  /** A service account that may use the server. */
  async function caller(name: string): Promise<void> {
    await kubectl('create', 'serviceaccount', name, '-n', NAMESPACE);
    const role = ['--clusterrole=mcp-k8s:caller', `--serviceaccount=${NAMESPACE}:${name}`];
    await kubectl('create', 'clusterrolebinding', name, ...role);
  }

  /** A kubeconfig with only the server's account, whose token is in a file, as in a pod. */
  async function kubeconfigOfAccount(): Promise<string> {
    const { server, ca } = await testCluster();
    const token = join(folder, 'token');
    await writeFile(token, await kubectl('create', 'token', 'mcp-k8s', '-n', NAMESPACE));
    const authority = ca && { 'certificate-authority-data': await readFile(ca, 'base64') };
    const path = join(folder, 'kubeconfig');
    await writeFile(
      path,
      JSON.stringify({
        'current-context': 'in-cluster',
        contexts: [{ name: 'in-cluster', context: { cluster: 'in-cluster', user: 'in-cluster' } }],
        clusters: [{ name: 'in-cluster', cluster: { server, ...authority } }],
        users: [{ name: 'in-cluster', user: { tokenFile: token } }],
      }),
    );
    return path;
  }

  /** The server as the manifests start it, but as a local process with its service account's token. */
  async function serve(manifests: string): Promise<HttpServer> {
    const args = serverArguments(manifests).filter((arg) => !/^--(host|port)=/.test(arg));
    return HttpServer.start(['--kubeconfig', await kubeconfigOfAccount(), ...args]);
  }

  it('has manifests that are the chart with its defaults', async () => {
    const rendered = await template('mcp-k8s', NAMESPACE);
    assert.equal(
      await readFile(join(ROOT, 'deploy/manifests/mcp-k8s.yaml'), 'utf8'),
      rendered,
      'render them again: helm template mcp-k8s deploy/helm/mcp-k8s --namespace mcp-k8s > deploy/manifests/mcp-k8s.yaml',
    );
    await lint();
  });

  it('runs the image that a release publishes', async () => {
    const published = (await registered()).image.identifier;
    assert.equal(containerOf(await template('mcp-k8s', NAMESPACE))?.image, published);
    const own = 'registry.example.com/mcp-k8s';
    const imageOf = async (image: object) => containerIn(await objectsOf(`image=${JSON.stringify(image)}`))?.image;
    assert.equal(await imageOf({ repository: own, tag: 'mine' }), `${own}:mine`);
    // The tags of another repository are not those of a release.
    assert.equal(await imageOf({ repository: own }), `${own}:${published.replace(/^.*:v/, '')}`);
  });

  it('has a chart whose every form the API server takes', async () => {
    const forms = [
      ['authentication.mode=pass-through', 'stateless=false', 'sse=true'],
      FROM_OUTSIDE,
      ['authentication.mode=token-file', 'authentication.tokenSecret=tokens', 'autoscaling.enabled=false'],
      [
        'authentication.mode=oidc',
        'authentication.oidc.issuerUrl=https://id.example.com',
        'publicUrl=https://mcp.example.com',
      ],
      [
        'enable.create=true',
        'enable.update=true',
        'enable.delete=true',
        'enable.exec=true',
        `allowedNamespaces={${NAMESPACE}}`,
        'toolsets={core,node,metrics}',
      ],
    ];
    for (const form of forms) {
      const set = form.flatMap((value) => ['--set', value]);
      await apply(await template('other', NAMESPACE, ...set), '--dry-run=server');
      await lint(...set);
    }
  });

  it('has values for a team and for a Gateway that make what the API server takes', async () => {
    const made = async (name: string) => {
      const values = ['-f', join(ROOT, `deploy/helm/mcp-k8s/ci/${name}-values.yaml`)];
      await lint(...values);
      const found = objects(await template('other', NAMESPACE, ...values));
      // Not installed here.
      const known = found.filter(({ kind }) => kind !== 'HTTPRoute' && kind !== 'ServiceMonitor');
      await apply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: known }), '--dry-run=server');
      return found;
    };
    const gateway = await made('gateway');
    const parts = gateway.map(({ kind }) => kind);
    assert.ok(['HTTPRoute', 'ServiceMonitor'].every((kind) => parts.includes(kind)));
    assert.ok(!parts.includes('ServiceAccount'));
    assert.ok(allowsHost(gateway, 'mcp.example.com'));
    // A session is in one pod.
    assert.equal(gateway.find(({ kind }) => kind === 'Deployment')?.spec?.replicas, 1);
    const [entry] = gateway.find(({ kind }) => kind === 'NetworkPolicy')?.spec?.ingress ?? [];
    for (const name of ['gateways', 'dify', 'monitoring']) assert.match(JSON.stringify(entry?.from), new RegExp(name));

    const team = await made('team');
    const kinds = team.map(({ kind }) => kind);
    // Callers act as themselves.
    assert.ok(!kinds.some((kind) => /Role/.test(kind)));
    const config = join(folder, 'config.yaml');
    const { 'config.yaml': own = '', 'values.yaml': more = '' } =
      team.find(({ kind }) => kind === 'ConfigMap')?.data ?? {};
    await mkdir(`${config}.d`);
    await Promise.all([writeFile(config, own), writeFile(join(`${config}.d`, 'values.yaml'), more)]);
    const args = argumentsIn(team);
    assert.ok(args.includes('--config=/etc/mcp-k8s-config/config.yaml'));
    const { options } = await openConfig(config, args, '1');
    assert.ok(!('code' in options), 'text' in options ? options.text : '');
    const { permissions, callers, http } = options;
    assert.deepEqual([permissions.rules.switches.update, permissions.rules.switches.delete], [true, false]);
    assert.deepEqual([callers[0]?.groups, callers[0]?.rules.switches.delete], [['sre'], true]);
    assert.equal(permissions.rules.clusters?.length, 1);
    assert.equal(http?.authentication.tokenExchange?.audience, 'kubernetes');
    // Every write is reviewed, whatever revision the client speaks and whichever pod the answer reaches.
    assert.deepEqual([permissions.review, callers[0]?.review], ['required', 'required']);
    assert.deepEqual([http?.stateless, http?.reviewKeyFile], [false, '/etc/mcp-k8s-review/key']);
    assert.deepEqual(team.find(({ kind }) => kind === 'Ingress')?.metadata.annotations, {
      'nginx.ingress.kubernetes.io/upstream-hash-by': '$http_mcp_session_id',
    });
    assert.ok(allowsHost(team, 'mcp.example.com'));
  });

  it('lets in every host name that values give it', async () => {
    const route = { enabled: true, parentRefs: [{ name: 'public' }], hostnames: ['mcp.example.com', '*.example.net'] };
    const made = await objectsOf(
      'ingress={"enabled":true,"host":"agents.example.com"}',
      `httpRoute=${JSON.stringify(route)}`,
      'publicUrl="https://public.example.com"',
      'allowedHosts=["listed.example.com"]',
      'config={"allowed-host":["configured.example.com"]}',
    );
    const names = ['agents', 'mcp', 'public', 'listed', 'configured'].map((name) => `${name}.example.com`);
    const service = ['mcp-k8s', 'mcp-k8s.mcp-k8s', 'mcp-k8s.mcp-k8s.svc', 'mcp-k8s.mcp-k8s.svc.cluster.local'];
    for (const name of [...names, ...service, 'any.example.net']) assert.ok(allowsHost(made, name), name);
    for (const name of ['other.example.com', 'example.net']) assert.ok(!allowsHost(made, name), name);
    // Only one of the two is there.
    const off = await objectsOf('ingress={"enabled":false,"host":"agents.example.com"}');
    assert.ok(!allowsHost(off, 'agents.example.com'));
  });

  it('names nothing twice that values name, too', async () => {
    const environment = async (...values: string[]) => {
      const env = containerIn(await objectsOf(...values))?.env ?? [];
      return env.map(({ name, value = '' }) => `${name}=${value}`);
    };
    const [claim, pod] = ['journal.existingClaim="journal"', 'OTEL_RESOURCE_ATTRIBUTES=pod=$(POD_NAME)'];
    const variables = (...given: string[]) =>
      `extraEnv=${JSON.stringify(given.map((one) => one.split(/=(.*)/)).map(([name, value]) => ({ name, value })))}`;
    assert.deepEqual(await environment(), ['XDG_STATE_HOME=/state']);
    // Each may refer to those before it.
    assert.deepEqual(await environment(claim, variables(pod)), ['POD_NAME=', pod, 'XDG_STATE_HOME=/state/$(POD_NAME)']);
    const own = ['NODE_OPTIONS=--max-old-space-size=512', 'POD_NAME=x', 'XDG_STATE_HOME=/state/x'];
    assert.deepEqual(await environment(claim, variables(...own)), own);
    await assert.rejects(environment(variables('A=1', 'A=2')), /extraEnv has a name twice: A/);

    const given = { 'prometheus.io/scrape': 'false', team: 'platform' };
    const [annotations, labels] = [`podAnnotations=${JSON.stringify(given)}`, 'podLabels={"team":"platform"}'];
    const made = await objectsOf(annotations, labels);
    const metadata = made.find(({ kind }) => kind === 'Deployment')?.spec?.template?.metadata;
    assert.deepEqual(metadata?.annotations, { ...given, 'prometheus.io/port': '8080' });
    assert.equal(metadata?.labels.team, 'platform');
  });

  it('makes strings of annotations and labels as they are written, and leaves out those without a value', async () => {
    const given = { million: 3_000_000, half: 1.5, no: false, text: '1e+06', json: '{"a":1}', gone: null };
    const strings = { million: '3000000', half: '1.5', no: 'false', text: '1e+06', json: '{"a":1}' };
    const made = await objectsOf(
      `podAnnotations=${JSON.stringify({ ...given, 'prometheus.io/scrape': null })}`,
      ...['podLabels', 'service.annotations', 'serviceAccount.annotations', 'serviceMonitor.labels'].map(
        (path) => `${path}=${JSON.stringify(given)}`,
      ),
      'serviceMonitor.enabled=true',
      `ingress=${JSON.stringify({ enabled: true, host: 'mcp.example.com', annotations: given })}`,
    );
    const of = (kind: string) => made.find((object) => object.kind === kind);
    const pod = of('Deployment')?.spec?.template?.metadata;
    // A null takes away what the chart has there.
    assert.deepEqual(pod?.annotations, { ...strings, 'prometheus.io/port': '8080' });
    for (const kind of ['Service', 'ServiceAccount', 'Ingress'])
      assert.deepEqual(of(kind)?.metadata.annotations, strings, kind);
    for (const labels of [pod?.labels, of('ServiceMonitor')?.metadata.labels]) {
      assert.deepEqual({ ...labels, ...strings }, labels);
      assert.ok(!Object.hasOwn(labels ?? {}, 'gone'));
    }
  });

  it('keeps the addresses of clients where it lets in some', async () => {
    const policy = async (...values: string[]) =>
      (await objectsOf(...values)).find(({ kind }) => kind === 'Service')?.spec?.externalTrafficPolicy;
    const some = 'networkPolicy.from=[{"podSelector":{}},{"ipBlock":{"cidr":"192.0.2.7/32"}}]';
    const most = 'networkPolicy.from=[{"ipBlock":{"cidr":"::/0","except":["2001:db8::/32"]}}]';
    const all = 'networkPolicy.from=[{"ipBlock":{"cidr":"0.0.0.0/0"}}]';
    const port = 'service.nodePort=30080';
    assert.equal(await policy(port, some), 'Local');
    assert.equal(await policy('service.type="LoadBalancer"', most), 'Local');
    assert.equal(await policy(port, some, 'service.externalTrafficPolicy="Cluster"'), 'Cluster');
    assert.equal(await policy(port, 'service.externalTrafficPolicy="Local"'), 'Local');
    for (const values of [[port], [port, all], [port, some, 'networkPolicy.enabled=false'], [some]])
      assert.equal(await policy(...values), undefined, values.join());
  });

  it('lets the server reach every address that values give it, and no more than that', async () => {
    const reached = async (...values: string[]) => {
      const made = await objectsOf(...values);
      const rules = made.find(({ kind }) => kind === 'NetworkPolicy')?.spec?.egress ?? [];
      const ports = rules.flatMap(({ to, ports = [] }) => (to ? [] : ports));
      const peers = rules.flatMap(({ to = [], ports }) => (ports ? [] : to));
      return {
        ports: ports.flatMap(({ port, protocol = 'TCP' }) => (protocol === 'TCP' ? [port] : [])).join(' '),
        namespaces: peers.flatMap((peer) => peer.namespaceSelector.matchExpressions[0]?.values ?? []).join(' '),
      };
    };
    const issuer = (issuerUrl: string) => `authentication=${JSON.stringify({ mode: 'oidc', oidc: { issuerUrl } })}`;
    const variable = (name: string, value: string) => `extraEnv=${JSON.stringify([{ name, value }])}`;
    const always = '53 443 6443 8443 16443';
    assert.deepEqual(await reached(), { ports: always, namespaces: '' });
    for (const [value, ports, namespaces] of [
      ['prometheusUrl="http://prometheus.monitoring:9090"', ' 9090', 'monitoring'],
      // Behind its Service it listens at another port.
      ['prometheusUrl="http://prometheus-server.monitoring.svc.cluster.local/prometheus"', ' 80', 'monitoring'],
      ['prometheusUrl="http://prometheus:9090"', ' 9090', 'mcp-k8s'],
      ['prometheusUrl="http://reader:pass@10.0.0.7:9090"', ' 9090', ''],
      ['prometheusUrl="http://[fd00::7]:9090/"', ' 9090', ''],
      ['prometheusUrl="http://reader:p,a&s@prometheus.monitoring:9090/a@b"', ' 9090', 'monitoring'],
      [issuer('https://login.example.com:8444/realms/team'), ' 8444', ''],
      [issuer('https://login.example.com'), '', ''],
      [issuer('https://example.com'), '', ''],
      [issuer('https://login.auth.svc'), '', 'auth'],
      // In another mode the server has no issuer.
      ['authentication.oidc.issuerUrl="https://login.example.com:8444"', '', ''],
      ['config={"oidc-issuer-url":"https://login.example.com:8444","rate-limit":9000}', ' 8444', ''],
      ['config={"prometheus-url":"http://reader:p,a&s@prometheus.monitoring:9090"}', ' 9090', 'monitoring'],
      ['config={"allowed-origin":["http://dashboard.web:3000"],"public-url":"http://mcp.web:8080"}', '', ''],
      ['config={"clusters":[{"servers":["https://other.clusters:7443"],"read-only":true}]}', '', ''],
      ['extraArgs=["--prometheus-url=http://reader:p,a&s@prometheus.monitoring:9090"]', ' 9090', 'monitoring'],
      ['extraArgs=["--allowed-origin=http://dashboard.web:3000"]', '', ''],
      [variable('OTEL_EXPORTER_OTLP_LOGS_ENDPOINT', 'http://logs.otel:4318/v1'), ' 4318', 'otel'],
      [variable('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://$(NODE_IP):4318'), ' 4318', ''],
      [variable('OTEL_RESOURCE_ATTRIBUTES', 'dashboard=http://dashboard.web:3000'), '', ''],
      // In the same pod.
      ...['localhost', '127.0.0.1', '[::1]'].map(
        (host) => [variable('OTEL_EXPORTER_OTLP_ENDPOINT', `http://${host}:4318`), '', ''] as const,
      ),
      [variable('HTTPS_PROXY', 'proxy.example.com:3128'), ' 3128', ''],
      [variable('https_proxy', 'reader:p,a&s@proxy.example.com:3128'), ' 3128', ''],
      [variable('HTTPS_PROXY', 'socks5://proxy.example.com'), ' 1080', ''],
      ['extraEnv=[{"name":"HTTPS_PROXY","valueFrom":{"secretKeyRef":{"name":"proxy","key":"url"}}}]', '', ''],
      [variable('NO_PROXY', 'registry.example.com:5000'), '', ''],
      ['networkPolicy.egress=[{"ports":[{"port":7443}]}]', ' 7443', ''],
    ] as const)
      assert.deepEqual(await reached(value), { ports: `${always}${ports}`, namespaces }, value);
  });

  it('restarts the pods for a change of the configuration that the server cannot take over, and for no other', async () => {
    const annotations = async (config: object) => {
      const made = await objectsOf(`config=${JSON.stringify({ 'rate-limit': 10, ...config })}`);
      return made.find(({ kind }) => kind === 'Deployment')?.spec?.template?.metadata.annotations;
    };
    const none = await annotations({});
    const [sre, dev] = [{ groups: ['sre'] }, { groups: ['dev'], 'enable-update': true }];
    assert.deepEqual(await annotations({ callers: [] }), none);
    assert.deepEqual(await annotations({ clusters: [{ contexts: ['*'], 'read-only': true }] }), none);
    assert.notDeepEqual(await annotations({ 'rate-limit': 20 }), none);
    const some = await annotations({ callers: [sre] });
    assert.notDeepEqual(some, none);
    assert.deepEqual(await annotations({ callers: [dev, sre] }), some);
  });

  it('says that users cannot review writes where they would be asked to, and only there', async () => {
    const warns = async (...values: string[]) => /Users cannot review/.test(await notesOf(...values));
    const callers = (entry: object) => `config=${JSON.stringify({ callers: [{ groups: ['sre'], ...entry }] })}`;
    for (const name of SETTING_NAMES.filter(isSwitch)) {
      const { flag } = SETTINGS[name];
      const writes = WRITE_SWITCHES.some((one) => one === name);
      assert.equal(await warns(`extraArgs=["--${flag}"]`), writes, flag);
      assert.equal(await warns(callers({ [flag]: true })), writes, flag);
    }
    const update = 'enable.update=true';
    assert.ok(await warns(update));
    assert.ok(!(await warns(update, 'stateless=false', 'reviewKeySecret="review"')));
    for (const unasked of [
      ...['config={"review":"off"}', 'config={"review":false}', 'extraArgs=["--review=off"]'],
      ...['config={"enable-update":false}', 'config={"read-only":true}', 'extraArgs=["--enable-update=false"]'],
    ])
      assert.ok(!(await warns(update, unasked)), unasked);
    for (const entry of ['"callers":[{"groups":["sre"]', '"clusters":[{"contexts":["production"]'])
      assert.ok(await warns(update, `config={"review":"off",${entry},"review":"required"}]}`), entry);
    assert.ok(!(await warns('config={"clusters":[{"contexts":["test"],"enable-update":true}]}')));
  });

  it('hands on that nothing is reviewed, which Helm reads as false', async () => {
    const values = join(folder, 'unreviewed.yaml');
    const clusters = '[{ contexts: [test], review: off }]';
    await writeFile(
      values,
      `config: { review: off, callers: [{ groups: [sre], review: off, clusters: ${clusters} }], clusters: ${clusters} }`,
    );
    const made = objects(await template('mcp-k8s', NAMESPACE, '-f', values));
    const config = join(folder, 'unreviewed-config.yaml');
    await writeFile(config, made.find(({ kind }) => kind === 'ConfigMap')?.data?.['values.yaml'] ?? '');
    const { options } = await openConfig(config, argumentsIn(made), '1');
    assert.ok(!('code' in options), 'text' in options ? options.text : '');
    assert.deepEqual([options.permissions.review, options.callers[0]?.review], ['off', 'off']);
  });

  it('refuses values that it does not know, and says which and what it knows', async () => {
    const refused = (value: string) => template('other', NAMESPACE, '--set', value);
    for (const [value, reason] of [
      ['enable.crate=true', /'\/enable'.*'crate' not allowed/],
      ['enabled.create=true', /'enabled' not allowed/],
      ['enable.create=yes', /'\/enable\/create'.*want boolean/],
      ['authentication.mode=none', /'\/authentication\/mode'.*'token-review', 'pass-through'/],
      ['service.nodePort=http', /'\/service\/nodePort'/],
      // Without peers, a NetworkPolicy lets everyone in.
      ['networkPolicy.from=null', /'\/networkPolicy'.*'from'/],
      ['extraArgs={enable-create}', /'\/extraArgs\/0'/],
    ] as const)
      await assert.rejects(refused(value), reason, value);
  });

  it('gives the server the rights to read, and no Secret', async () => {
    for (const kind of [
      'pods',
      'pods/log',
      'deployments.apps',
      'nodes',
      'namespaces',
      'configmaps',
      'events',
      'nodes.metrics.k8s.io',
    ])
      assert.ok(await can('get', kind, '-A'), kind);
    assert.ok(await can('create', 'tokenreviews.authentication.k8s.io'));
    assert.ok(await can('create', 'subjectaccessreviews.authorization.k8s.io'));
    for (const verb of ['get', 'list', 'watch']) assert.ok(!(await can(verb, 'secrets', '-A')), verb);
    for (const verb of ['create', 'update', 'patch', 'delete', 'impersonate', 'escalate', 'bind'])
      for (const kind of ['pods', 'deployments.apps', 'secrets', 'clusterroles', 'serviceaccounts', 'users'])
        assert.ok(!(await can(verb, kind, '-A')), `${verb} ${kind}`);
    assert.ok(!(await can('create', 'pods/exec', '-A')));
    assert.ok(!(await can('create', 'serviceaccounts/token', '-A')));
  });

  it('gives rights to write only with the switches, and only what they say', async () => {
    const verbs = async (...switches: string[]) => {
      const set = switches.flatMap((name) => ['--set', `enable.${name}=true`]);
      const role = objects(await template('mcp-k8s', NAMESPACE, ...set)).find(
        ({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'mcp-k8s',
      );
      const rules = role?.rules ?? [];
      assert.ok(!JSON.stringify(rules).includes('secrets'));
      return [...new Set(rules.flatMap((rule) => rule.verbs))].sort().join(' ');
    };
    assert.equal(await verbs(), 'get list watch');
    assert.equal(await verbs('create'), 'create get list watch');
    assert.equal(await verbs('update'), 'get list patch update watch');
    assert.equal(await verbs('delete'), 'delete get list watch');
    const exec = objects(await template('mcp-k8s', NAMESPACE, '--set', 'enable.exec=true'));
    assert.match(JSON.stringify(exec), /"resources":\["pods\/exec"\],"verbs":\["create","get"\]/);
  });

  it('gives rights to nodes and metrics only with their toolsets, and only what they ask for', async () => {
    const rights = async (...values: string[]) => {
      const set = values.flatMap((value) => ['--set', value]);
      const manifests = await template('mcp-k8s', NAMESPACE, ...set);
      const role = objects(manifests).find(
        ({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'mcp-k8s',
      );
      const special = (role?.rules ?? []).flatMap(({ resources, verbs }) =>
        resources.map((resource) => `${verbs.join()} ${resource}`),
      );
      const args = serverArguments(manifests).filter((arg) => /^--(toolsets|prometheus)/.test(arg));
      return [...special.filter((right) => /proxy|eviction|(update|patch) nodes/.test(right)), ...args];
    };
    assert.deepEqual(await rights(), []);
    assert.deepEqual(await rights('enable.update=true', 'enable.delete=true'), []);
    const node = 'toolsets={core,node}';
    assert.deepEqual(await rights(node), ['get nodes/proxy', '--toolsets=core,node']);
    assert.deepEqual(await rights(node, 'enable.update=true', 'enable.delete=true'), [
      'get nodes/proxy',
      'update,patch nodes',
      'create pods/eviction',
      '--toolsets=core,node',
    ]);
    const metrics = 'toolsets={core,metrics}';
    assert.deepEqual(await rights(metrics), ['get services/proxy', '--toolsets=core,metrics']);
    assert.deepEqual(await rights(metrics, 'prometheusUrl=http://prometheus.monitoring:9090'), [
      '--toolsets=core,metrics',
      '--prometheus-url=http://prometheus.monitoring:9090',
    ]);
  });

  it('serves a Python client with a token for the server what the server’s account may see', async () => {
    const server = await serve(await template('mcp-k8s', NAMESPACE));
    await caller('dify');
    const token = await kubectl('create', 'token', 'dify', '-n', NAMESPACE, '--audience', 'mcp-k8s');
    const client = await PythonClient.start(PYTHON_SDKS[0] ?? '', server.url('/mcp'), 'streamable-http', token);
    assert.match(
      await client.text('list_resources', { kind: 'deploy', namespace: 'shop' }),
      /deployments\.apps in namespace shop/,
    );
    assert.match(await client.text('get_resource_usage', { kind: 'Node' }), /CPU/);
    assert.match(await client.text('diagnose_resource', { kind: 'deploy', name: 'web', namespace: 'shop' }), /web/);
    assert.match((await client.ask('list_resources', { kind: 'secret' })).text, /closed to agents/);
    assert.match((await client.ask('delete_resource', { kind: 'pod', name: 'x' })).text, /switched off/);
    await client.stop();
    const call = await server.logged(({ message }) => message === 'call');
    assert.equal(call.caller, `system:serviceaccount:${NAMESPACE}:dify`);
    // A token for the API server is not valid for this server.
    const other = await kubectl('create', 'token', 'dify', '-n', NAMESPACE);
    const answer = await server.post(
      '/mcp',
      { jsonrpc: '2.0', id: 1, method: 'ping' },
      { authorization: `Bearer ${other}` },
    );
    assert.equal(answer.status, 401);
  });

  it('serves a Python client that passes its token on exactly what its own account may see', async () => {
    const manifests = await template(
      'mcp-k8s',
      NAMESPACE,
      '--set',
      'authentication.mode=pass-through',
      '--set',
      'deniedKinds=null',
    );
    assert.ok(!objects(manifests).some(({ kind }) => /Role/.test(kind)), 'the server needs no rights then');
    const server = await serve(manifests);
    await kubectl('create', 'serviceaccount', 'agent', '-n', NAMESPACE);
    await kubectl(
      'create',
      'rolebinding',
      'agent',
      '-n',
      NAMESPACE,
      '--clusterrole=view',
      `--serviceaccount=${NAMESPACE}:agent`,
    );
    const token = await kubectl('create', 'token', 'agent', '-n', NAMESPACE);
    const client = await PythonClient.start(PYTHON_SDKS[1] ?? '', server.url('/mcp'), 'streamable-http', token);
    assert.match(
      await client.text('get_resource', { kind: 'deploy', name: 'mcp-k8s', namespace: NAMESPACE }),
      /name: mcp-k8s/,
    );
    for (const forbidden of [
      { kind: 'secret', namespace: NAMESPACE },
      { kind: 'deploy', namespace: 'shop' },
      { kind: 'node' },
    ]) {
      const { text } = await client.ask('list_resources', forbidden);
      assert.match(text, /forbidden|may not/i, JSON.stringify(forbidden));
      assert.match(text, /system:serviceaccount:mcp-k8s:agent/);
    }
    await client.stop();
  });

  describe('has an image', () => {
    let image: Image;
    /** Its folder for the journal. */
    let state: string;
    before(async () => {
      const place = join(folder, 'image');
      await mkdir(place);
      image = await buildImage({ dockerfile: join(ROOT, 'deploy/Dockerfile'), context: ROOT, folder: place });
      await chmod(folder, 0o755);
      state = join(image.root, image.env.XDG_STATE_HOME ?? '');
      const { mode } = await stat(state);
      await setModes(image.root, { folders: 0o555, files: 0o444 });
      await chmod(state, mode);
    });
    // A read-only entry cannot be removed.
    after(() => setModes(image.root, { folders: 0o755, files: 0o644 }));

    it('of Node and the server, which is the one that is tested here', async () => {
      const { name } = await registered();
      assert.equal(image.labels['io.modelcontextprotocol.server.name'], name);
      assert.match(image.base, /^gcr\.io\/distroless\/nodejs24\S*:nonroot$/);
      const server = ['/server.cjs', ...(await filesBelow(SERVER_PARTS)).map((file) => `/server${file}`)];
      const files = ['/app/LICENSE', '/app/THIRD-PARTY-NOTICES.txt', ...server.map((file) => `/app${file}`)];
      assert.deepEqual(await filesBelow(image.root), files.sort());
      for (const file of server)
        assert.ok(
          (await readFile(join(image.root, 'app', file))).equals(await readFile(join(dirname(SERVER), file))),
          file,
        );
      assert.equal(image.entrypoint[0], '/nodejs/bin/node');
    });

    it('that keeps its journal in a folder for a volume, whoever it runs as', async () => {
      assert.equal((await stat(state)).mode & 0o7777, 0o1777);
      const { runtimeArguments = [] } = (await registered()).image;
      const mounts = runtimeArguments.filter(({ name }) => name === '--mount').map(({ value }) => value);
      assert.ok(mounts.includes(`type=volume,src=mcp-k8s,dst=${image.env.XDG_STATE_HOME}`), mounts.join(' '));
    });

    it('that runs as nobody in particular from a file system of which it can write to one folder only', async () => {
      assert.equal(image.user, '65532:65532');
      const [uid, gid] = image.user.split(':').map(Number) as [number, number];
      // A non-root process cannot switch user, but already obeys file modes.
      const other = process.getuid?.() === 0 ? { uid, gid } : {};
      const manifests = await template('mcp-k8s', NAMESPACE);
      const container = containerOf(manifests);
      assert.deepEqual(
        [container?.securityContext?.readOnlyRootFilesystem, container?.securityContext?.allowPrivilegeEscalation],
        [true, false],
      );
      const env = Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));
      assert.equal(env.XDG_STATE_HOME, image.env.XDG_STATE_HOME);
      const before = await filesBelow(image.root);
      const kubeconfig = await kubeconfigOfAccount();
      if (other.uid) for (const path of [kubeconfig, join(folder, 'token')]) await chown(path, uid, gid);
      // In a folder that anyone may enter, as in the base image.
      const node = join(folder, 'node');
      await copyFile(process.execPath, node);
      const inRoot = image.entrypoint.slice(1).map((arg) => (arg.startsWith('/') ? join(image.root, arg) : arg));
      const server = await HttpServer.start(
        [...serverArguments(manifests).filter((arg) => !/^--(host|port)=/.test(arg)), '--kubeconfig', kubeconfig],
        { ...env, XDG_STATE_HOME: state },
        { command: [node, ...inRoot], cwd: join(image.root, 'app'), ...other },
      );
      await caller('visitor');
      const token = await kubectl('create', 'token', 'visitor', '-n', NAMESPACE, '--audience', 'mcp-k8s');
      const { call } = await server.connect({ token });
      assert.match(
        await call('list_resources', { kind: 'deploy', namespace: 'shop' }),
        /deployments\.apps in namespace/,
      );
      assert.match(await call('delete_resource', { kind: 'pod', name: 'x' }), /switched off/);
      const written = await readFile(join(state, 'mcp-k8s/journal.jsonl'), 'utf8');
      assert.match(written, /"caller":"system:serviceaccount:mcp-k8s:visitor"/);
      if (other.uid) assert.equal((await stat(join(state, 'mcp-k8s/journal.jsonl'))).uid, uid);
      const journal = '/state/mcp-k8s/journal.jsonl';
      assert.deepEqual(await filesBelow(image.root), [...before, journal].sort());
      assert.equal(await server.stop(), 0);
    });
  });
});
