import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { testCluster } from '../server/environment.ts';
import { McpServer } from '../server/mcp-process.ts';
import { apply, kubectl, scratchNamespace } from '../server/scratch.ts';
import { until } from '../support/until.ts';
import { everythingSaid } from './everything.ts';
import { leakOf } from './leaks.ts';

const PASSWORD = 'xK7qmZt2vw91Lp';

describe('an attack by what others have written', () => {
  const namespace = scratchNamespace();
  let server: McpServer;
  before(async () => {
    const args = [
      '--enable-create',
      '--enable-update',
      '--review=off',
      '--namespace',
      namespace.name,
      '--journal',
      '/dev/null',
    ];
    server = await McpServer.start((await testCluster()).kubeconfig('admin'), args);
  });
  after(() => server.stop());

  it('shows no credential of an event, however it is listed', async () => {
    const metadata = { name: 'leaky', namespace: namespace.name };
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata,
      type: 'Warning',
      reason: 'Failed',
      message: `cannot connect with password=${PASSWORD} to db`,
      involvedObject: { apiVersion: 'v1', kind: 'Pod', name: 'web', namespace: namespace.name },
      lastTimestamp: new Date().toISOString(),
    };
    await apply(JSON.stringify(event));
    for (const output of ['table', 'wide'])
      for (const kind of ['events', 'events.events.k8s.io']) {
        const text = await server.text('list_resources', { kind, namespace: namespace.name, output });
        assert.match(text, /cannot connect with password=<redacted/);
        assert.equal(leakOf(PASSWORD, text), undefined);
      }
    for (const resource of ['events', 'events.events.k8s.io']) {
      const said = await everythingSaid(server, { resource, object: { ...event, message: 'x' } });
      for (const [what, text] of said) assert.equal(leakOf(PASSWORD, text), undefined, what);
    }
  });

  it('shows no redacted value in a printer column', async () => {
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'columns.attacks.mcp-k8s.dev' },
      spec: {
        group: 'attacks.mcp-k8s.dev',
        scope: 'Namespaced',
        names: { kind: 'Column', plural: 'columns', singular: 'column' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            additionalPrinterColumns: [{ name: 'First', type: 'string', jsonPath: '.spec.env[0].value' }],
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    };
    await apply(JSON.stringify(definition));
    await kubectl('wait', '--for=condition=Established', 'crd/columns.attacks.mcp-k8s.dev');
    const object = {
      apiVersion: 'attacks.mcp-k8s.dev/v1',
      kind: 'Column',
      metadata: { name: 'one', namespace: namespace.name },
      spec: { env: [{ name: 'DB_PASSWORD', value: PASSWORD }] },
    };
    await apply(JSON.stringify(object));
    const said = await everythingSaid(server, { resource: 'columns.attacks.mcp-k8s.dev', object });
    for (const [what, text] of said) assert.equal(leakOf(PASSWORD, text), undefined, what);
    assert.match(
      await server.text('list_resources', { kind: 'columns.attacks.mcp-k8s.dev' }),
      /^NAMESPACE\tNAME\tFIRST\n.*\tone\t<redacted/m,
    );
    await kubectl('delete', 'crd', 'columns.attacks.mcp-k8s.dev', '--wait=false');
  });

  for (const action of ['Deny', 'Warn']) {
    it(`shows nothing of what an admission policy says about the old object (${action})`, async () => {
      const name = `telling-${action.toLowerCase()}-${namespace.name}`;
      const policy = {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicy',
        metadata: { name },
        spec: {
          matchConstraints: {
            // Only this test's: the policy of the one before stays in effect for a moment after its deletion.
            resourceRules: [
              {
                ...{ apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'] },
                ...{ resources: ['secrets'], resourceNames: [`old-${action.toLowerCase()}`] },
              },
            ],
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace.name } },
          },
          validations: [
            {
              expression: 'false',
              messageExpression:
                '"it was " + oldObject.data.password + " of " + oldObject.data.password.substring(3, 14) + ", wanted " + object.metadata.?labels[?"note"].orValue("nothing")',
            },
          ],
        },
      };
      const binding = {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicyBinding',
        metadata: { name },
        spec: { policyName: name, validationActions: [action] },
      };
      const secret = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: `old-${action.toLowerCase()}`, namespace: namespace.name },
        stringData: { password: PASSWORD },
      };
      await apply(JSON.stringify(secret));
      await apply([policy, binding].map((one) => JSON.stringify(one)).join('\n---\n'));
      const update = (labels: object) =>
        server.call('update_resource', {
          ...{ kind: 'secret', name: secret.metadata.name, dryRun: true },
          patch: JSON.stringify({ metadata: { labels } }),
        });
      // A policy takes effect once the API server has compiled it.
      let heard = await update({ note: 'x' });
      await until(async () => {
        heard = await update({ note: 'x' });
        return heard.text.includes('it was');
      });
      assert.match(heard.text, /it was <redacted>.* of <redacted>, wanted x/);
      assert.equal(heard.isError, action === 'Deny');
      assert.equal(leakOf(PASSWORD, heard.text), undefined);
      // Nor whether a guess is right.
      const { apiVersion, kind, metadata } = secret;
      const applied = (labels: object) =>
        server.call('apply_manifest', {
          manifest: JSON.stringify({ apiVersion, kind, metadata: { ...metadata, labels } }),
          dryRun: true,
        });
      for (const way of [update, applied]) {
        const said = await Promise.all([PASSWORD, `${PASSWORD.slice(0, -1)}q`].map((note) => way({ note })));
        const [right = '', wrong] = said.map(({ text }) => text.replaceAll(/note: .*/g, ''));
        assert.match(right, /it was <redacted>/);
        assert.equal(right, wrong);
      }
      for (const kind of ['validatingadmissionpolicybinding', 'validatingadmissionpolicy'])
        await kubectl('delete', kind, name);
    });
  }
});

describe('an attack by a kubeconfig', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-k8s-attack-'));
    const plugin = join(folder, 'plugin');
    await writeFile(plugin, `#!/bin/sh\necho "login failed: password=${PASSWORD}" >&2\nexit 1\n`);
    await chmod(plugin, 0o755);
    const kubeconfig = (server: string, user: object) =>
      stringify({
        ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'c' },
        clusters: [{ name: 'c', cluster: { server } }],
        users: [{ name: 'u', user }],
        contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      });
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, interactiveMode: 'Never' };
    await writeFile(join(folder, 'url'), kubeconfig(`https://admin:${PASSWORD}@127.0.0.1:1`, {}));
    await writeFile(join(folder, 'plugin-config'), kubeconfig('https://127.0.0.1:1', { exec }));
  });
  after(() => rm(folder, { recursive: true }));

  for (const [what, file] of [
    ['a password in the server', 'url'],
    ['a plugin that prints one', 'plugin-config'],
  ] as const) {
    it(`shows nothing of ${what}`, async () => {
      const server = await McpServer.start(join(folder, file), [
        '--enable-update',
        '--enable-create',
        '--review=off',
        '--journal',
        '/dev/null',
      ]);
      try {
        const object = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db', namespace: 'shop' } };
        const said = await everythingSaid(server, { resource: 'secrets', object });
        said.set('list_contexts', await server.text('list_contexts'));
        said.set('the log', server.log);
        for (const [where, text] of said) assert.equal(leakOf(PASSWORD, text), undefined, where);
        assert.match([...said.values()].join(), file === 'url' ? /cannot be reached/ : /password=<redacted/);
      } finally {
        await server.stop();
      }
    });
  }
});
