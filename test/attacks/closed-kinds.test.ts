import assert from 'node:assert/strict';
import { apply, kubectl, scratchNamespace } from '../server/scratch.ts';
import { withAgent } from './agent.ts';

// A closed kind cannot be reached through another object.
describe('a closed kind', () => {
  const namespace = scratchNamespace();
  const args = (...more: string[]) => [
    '--namespace',
    namespace.name,
    '--enable-create',
    '--enable-update',
    '--enable-delete',
    ...more,
  ];
  const closed = (...kinds: string[]) => args(...kinds.flatMap((kind) => ['--deny-kind', kind]));
  const pod = (spec: string) => `{ restartPolicy: Never, ${spec} }`;
  const container = (more: string) => `containers: [{ name: c, image: nginx, ${more} }]`;

  const ways: Record<string, string> = {
    'a variable': container('env: [{ name: A, valueFrom: { secretKeyRef: { name: s, key: k } } }]'),
    'all variables': container('envFrom: [{ secretRef: { name: s } }]'),
    'an init container': `initContainers: [{ name: i, image: nginx, envFrom: [{ secretRef: { name: s } }] }], ${container('command: [x]')}`,
    'a volume': `${container('command: [x]')}, volumes: [{ name: v, secret: { secretName: s } }]`,
    'a projected volume': `${container('command: [x]')}, volumes: [{ name: v, projected: { sources: [{ secret: { name: s } }] } }]`,
    'a volume with the name of the token’s': `${container('command: [x]')}, volumes: [{ name: kube-api-access-x, projected: { sources: [{ secret: { name: s } }] } }]`,
    'a CSI volume': `${container('command: [x]')}, volumes: [{ name: v, csi: { driver: d, nodePublishSecretRef: { name: s } } }]`,
    'the registry’s password': `${container('command: [x]')}, imagePullSecrets: [{ name: s }]`,
  };
  const kinds: Record<string, (spec: string) => string> = {
    Pod: (spec) => `apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: ${pod(spec)}`,
    Deployment: (spec) =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: p }\nspec: { selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { ${spec} } } }`,
    CronJob: (spec) =>
      `apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: p }\nspec: { schedule: "0 0 1 1 *", jobTemplate: { spec: { template: { spec: ${pod(spec)} } } } }`,
    PodTemplate: (spec) => `apiVersion: v1\nkind: PodTemplate\nmetadata: { name: p }\ntemplate: { spec: ${pod(spec)} }`,
  };
  for (const [way, spec] of Object.entries(ways))
    it(`is not read by pods, through ${way}`, () =>
      withAgent(closed('secrets'), async (agent) => {
        for (const [kind, manifest] of Object.entries(kinds)) {
          const text = await agent.error('create_resource', { manifest: manifest(spec), dryRun: kind !== 'Pod' });
          assert.match(text, /would reach the kind secrets, which is closed to agents here/, kind);
        }
        assert.deepEqual(agent.asked, []);
        assert.equal(await kubectl('get', 'pods', '-n', namespace.name, '--ignore-not-found'), '');
      }));

  it('is not read by pods that run something else now, and what they read already may stay', async () => {
    const spec = ways['a variable'] ?? '';
    await apply(`${kinds.Deployment?.(spec)}`.replace('name: p', `name: reads, namespace: ${namespace.name}`));
    await withAgent(closed('secrets'), async (agent) => {
      const one = { kind: 'deploy', name: 'reads' };
      const image = (value: string) =>
        JSON.stringify({ spec: { template: { spec: { containers: [{ name: 'c', image: value }] } } } });
      assert.match(
        await agent.error('update_resource', { ...one, patch: image('evil') }),
        /would reach the kind secrets/,
      );
      await agent.text('update_resource', { ...one, patch: '{"spec":{"replicas":0},"metadata":{"labels":{"a":"b"}}}' });
      await agent.text('rollout_resource', { ...one, action: 'restart' });
    });
  });

  it('is not read by an admission policy, whose messages tell', async () => {
    const policy = (kind: string, name: string) =>
      `apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: { name: ${namespace.name}-${name} }\nspec: { paramKind: { apiVersion: v1, kind: ${kind} }, matchConstraints: { resourceRules: [{ apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments] }] }, validations: [{ expression: "false", messageExpression: "string(params.data.k)" }] }`;
    const binding = (name: string) =>
      `apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: { name: ${namespace.name}-${name} }\nspec: { policyName: ${namespace.name}-${name}, validationActions: [Warn], paramRef: { name: s, namespace: ${namespace.name}, parameterNotFoundAction: Allow }, matchResources: { namespaceSelector: { matchLabels: { nothing: has-it } } } }`;
    await withAgent(args(), async (agent) => {
      const text = await agent.error('create_resource', { manifest: policy('Secret', 'secret'), dryRun: true });
      assert.match(text, /could tell what a Secret holds/);
    });
    await apply(policy('ConfigMap', 'known'));
    try {
      await withAgent(closed('configmaps'), async (agent) => {
        for (const manifest of [
          policy('ConfigMap', 'new'),
          binding('known'),
          `${policy('ConfigMap', 'both')}\n---\n${binding('both')}`,
        ])
          assert.match(await agent.error('create_resource', { manifest }), /would reach the kind configmaps/, manifest);
        assert.deepEqual(agent.asked, []);
      });
    } finally {
      await kubectl('delete', 'validatingadmissionpolicy', `${namespace.name}-known`);
    }
  });

  it('is not read by a step', () =>
    withAgent(closed('secrets'), async (agent) => {
      const role = (resources: string, verbs: string) =>
        `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: { name: r }\nrules: [{ apiGroups: ["", apps], resources: [${resources}], verbs: [${verbs}] }]`;
      for (const manifest of [
        role('serviceaccounts/token', 'create'),
        role('pods', 'create'),
        role('deployments', 'patch'),
        role('pods/exec', 'create'),
        kinds.Pod?.(container('securityContext: { privileged: true }')),
        kinds.Deployment?.(`${container('command: [x]')}, volumes: [{ name: v, hostPath: { path: /var/lib } }]`),
      ])
        assert.match(
          await agent.error('create_resource', { manifest, dryRun: true }),
          /would reach the kind secrets/,
          manifest,
        );
      await agent.text('create_resource', { manifest: role('pods', 'get, list'), dryRun: true });
    }));

  it('is not read with the token of an account that may', async () => {
    const rbac = 'apiVersion: rbac.authorization.k8s.io/v1';
    const place = `namespace: ${namespace.name}`;
    await apply(
      [
        `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: strong, ${place} }`,
        `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: weak, ${place} }`,
        `${rbac}\nkind: Role\nmetadata: { name: reader, ${place} }\nrules: [{ apiGroups: [""], resources: [secrets], verbs: [list] }]`,
        `${rbac}\nkind: RoleBinding\nmetadata: { name: reader, ${place} }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }\nsubjects: [{ kind: ServiceAccount, name: strong }]`,
      ].join('\n---\n'),
    );
    await withAgent(closed('secrets'), async (agent) => {
      const manifest = (account: string) => kinds.Pod?.(`serviceAccountName: ${account}, ${container('command: [x]')}`);
      const error = await agent.error('create_resource', { manifest: manifest('strong'), dryRun: true });
      assert.match(error, /would reach the kind secrets.*act as ServiceAccount strong/);
      await agent.text('create_resource', { manifest: manifest('weak'), dryRun: true });
    });
  });

  it('is not granted by roles and bindings', () =>
    withAgent(closed('secrets'), async (agent) => {
      const rbac = 'apiVersion: rbac.authorization.k8s.io/v1';
      const role = (rules: string) => `${rbac}\nkind: Role\nmetadata: { name: r }\nrules: ${rules}`;
      const binding = (kind: string, name: string) =>
        `${rbac}\nkind: RoleBinding\nmetadata: { name: b }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: ${kind}, name: ${name} }\nsubjects: [{ kind: ServiceAccount, name: default, namespace: ${namespace.name} }]`;
      for (const manifest of [
        role('[{ apiGroups: [""], resources: [secrets], verbs: [get] }]'),
        role('[{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }]'),
        role('[{ apiGroups: [""], resources: [serviceaccounts], verbs: [impersonate] }]'),
        binding('ClusterRole', 'admin'),
        binding('ClusterRole', 'cluster-admin'),
        binding('Role', 'not-there'),
        `${role('[{ apiGroups: [""], resources: [secrets], verbs: [get] }]')}\n---\n${binding('Role', 'r')}`,
      ])
        assert.match(await agent.error('create_resource', { manifest }), /would reach the kind secrets/, manifest);
      assert.deepEqual(agent.asked, []);
      await agent.text('create_resource', {
        manifest: role('[{ apiGroups: [""], resources: [configmaps], verbs: [get] }]'),
      });
      assert.match(agent.asked[0] ?? '', /! Gives whoever is bound to it the right to get configmaps in namespace /);
      await agent.text('create_resource', { manifest: binding('ClusterRole', 'view'), dryRun: true });
    }));

  it('may be a part of one that is open', () =>
    withAgent(closed('pods/exec'), async (agent) => {
      const role = (resource: string) =>
        `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: { name: part }\nrules: [{ apiGroups: [""], resources: [${resource}], verbs: [get, create] }]`;
      for (const resource of ['pods/exec', '"*/exec"', '"*"'])
        assert.match(
          await agent.error('create_resource', { manifest: role(resource), dryRun: true }),
          /would reach the kind pods\/exec/,
        );
      await agent.text('create_resource', { manifest: role('pods, pods/log'), dryRun: true });
    }));

  it('is not given to webhooks, policies, or who signs for others', () =>
    withAgent(closed('secrets', 'widgets.*'), async (agent) => {
      const admission = (kind: string, rest: string) =>
        `apiVersion: admissionregistration.k8s.io/v1\nkind: ${kind}\nmetadata: { name: x.example.com }\n${rest}`;
      const rules = (resources: string) =>
        `[{ apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: [${resources}] }]`;
      const hook = (resources: string) =>
        `webhooks: [{ name: x.example.com, sideEffects: None, admissionReviewVersions: [v1], clientConfig: { url: "https://evil.example" }, rules: ${rules(resources)} }]`;
      for (const manifest of [
        admission('MutatingWebhookConfiguration', hook('"*"')),
        admission('ValidatingWebhookConfiguration', hook('secrets')),
        admission(
          'ValidatingAdmissionPolicy',
          `spec: { matchConstraints: { resourceRules: ${rules('secrets')} }, validations: [{ expression: "true" }] }`,
        ),
        'apiVersion: apiregistration.k8s.io/v1\nkind: APIService\nmetadata: { name: v9.demo.mcp-k8s.dev }\nspec: { group: demo.mcp-k8s.dev, version: v9, groupPriorityMinimum: 1, versionPriority: 1, insecureSkipTLSVerify: true, service: { name: evil, namespace: x } }',
      ])
        assert.match(
          await agent.error('create_resource', { manifest }),
          /would reach the kind (secrets|widgets)/,
          manifest,
        );
      await agent.text('create_resource', {
        manifest: admission('ValidatingWebhookConfiguration', hook('pods')),
        dryRun: true,
      });
    }));

  it('leaves ordinary pods alone', () =>
    withAgent(closed('secrets', 'configmaps', 'serviceaccounts'), async (agent) => {
      await agent.text('create_resource', { manifest: kinds.Pod?.(container('command: [x]')), dryRun: true });
      assert.match(
        await agent.error('create_resource', {
          manifest: kinds.Pod?.(container('envFrom: [{ configMapRef: { name: c } }]')),
        }),
        /would reach the kind configmaps/,
      );
      assert.match(
        await agent.error('create_resource', {
          manifest: kinds.Pod?.(`serviceAccountName: strong, ${container('command: [x]')}`),
          dryRun: true,
        }),
        /would reach the kind (secrets|serviceaccounts)|not found/,
      );
    }));
});

describe('an allowed namespace', () => {
  const namespace = scratchNamespace();

  it('is not itself what may be written in it', () =>
    withAgent(
      [
        '--namespace',
        namespace.name,
        '--allow-namespace',
        namespace.name,
        '--enable-create',
        '--enable-update',
        '--enable-delete',
      ],
      async (agent) => {
        const one = { kind: 'ns', name: namespace.name };
        const labels = { 'pod-security.kubernetes.io/enforce': 'privileged' };
        const metadata = { name: namespace.name, labels };
        for (const [tool, args] of [
          ['update_resource', { ...one, patch: JSON.stringify({ metadata: { labels } }) }],
          [
            'update_resource',
            {
              ...one,
              patchType: 'json',
              patch: JSON.stringify([{ op: 'add', path: '/metadata/labels/x', value: 'y' }]),
            },
          ],
          ['update_resource', { manifest: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata }) }],
          ['update_resource', { ...one, subresource: 'status', patch: '{"status":{"phase":"Terminating"}}' }],
          ['delete_resource', one],
        ] as const)
          for (const dryRun of [true, false])
            assert.match(await agent.error(tool, { ...args, dryRun }), /Namespace itself is outside/);
        assert.deepEqual(agent.asked, []);
      },
    ));

  it('is marked where its labels may be written', () =>
    withAgent(
      ['--enable-update'],
      async (agent) => {
        const patch = '{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"privileged"}}}';
        await agent.error('update_resource', { kind: 'ns', name: namespace.name, patch });
        assert.match(agent.asked[0] ?? '', /! Changes labels of the namespace.*enforce=privileged/);
      },
      'Reject',
    ));
});
