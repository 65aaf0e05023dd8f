import assert from 'node:assert/strict';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

describe('writing', () => {
  let server: McpServer;
  const namespace = scratchNamespace();
  const place = () => ['-n', namespace.name];
  const jsonPath = (path: string, ...object: string[]) =>
    kubectl('get', ...object, ...place(), '-o', `jsonpath=${path}`);

  before(async () => {
    const { kubeconfig } = await testCluster();
    server = await McpServer.start(kubeconfig('admin'), [
      '--namespace',
      namespace.name,
      '--enable-create',
      '--enable-update',
      '--enable-delete',
    ]);
  });
  after(() => server.stop());

  const deployment = (name: string, image = 'nginx:1.27') => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace.name} }
spec:
  replicas: 1
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
      - { name: app, image: '${image}' }
`;

  describe('create_resource', () => {
    it('creates several documents, YAML or JSON, in the default namespace', async () => {
      const text = await server.text('create_resource', {
        manifest:
          'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: one }\ndata: { a: b }\n---\n{"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"two-"}}',
      });
      assert.match(
        text,
        new RegExp(
          `^In context admin:\ncreated: configmaps "one" in namespace ${namespace.name}\ncreated: configmaps "two-\\w+" in namespace`,
        ),
      );
      assert.match(
        await kubectl('get', 'cm', 'one', ...place(), '--show-managed-fields', '-o', 'yaml'),
        /manager: mcp-k8s/,
      );
    });

    it('creates nothing when one document is refused', async () => {
      const error = await server.error('create_resource', {
        manifest: `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: fine }\n---\n${deployment('bad').replace('replicas: 1', 'replicsa: 1')}---\napiVersion: v1\nkind: Widgte\nmetadata: { name: x }`,
      });
      assert.match(error, /^Nothing was created\./);
      assert.match(error, /Deployment "bad": .*unknown field "spec\.replicsa"/);
      assert.match(error, /Widgte "x": /);
      assert.equal(await kubectl('get', 'cm', 'fine', ...place(), '--ignore-not-found'), '');
    });

    it('puts namespaces and definitions first and what needs them last', async () => {
      const group = `${namespace.name}.example.com`;
      const manifest = `apiVersion: ${group}/v1
kind: Gadget
metadata: { name: g, namespace: ${namespace.name}-b }
---
apiVersion: v1
kind: Pod
metadata: { name: p, namespace: ${namespace.name}-b }
spec: { containers: [{ name: app, image: nginx }] }
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: gadgets.${group} }
spec:
  group: ${group}
  scope: Namespaced
  names: { plural: gadgets, singular: gadget, kind: Gadget }
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }]
---
apiVersion: v1
kind: Namespace
metadata: { name: ${namespace.name}-b }
`;
      try {
        const dry = await server.text('create_resource', { manifest, dryRun: true });
        assert.match(dry, /^Dry run, nothing was changed\./);
        assert.match(
          dry,
          /not validated, .*: gadgets\.\S+ "g" in namespace .*\nnot validated, .*: pods "p" in namespace/,
        );
        const text = await server.text('create_resource', { manifest });
        const created = [...text.matchAll(/^created: (\w+)/gm)].map((match) => match[1]);
        assert.deepEqual(created, ['namespaces', 'customresourcedefinitions', 'gadgets', 'pods']);
      } finally {
        await kubectl('delete', `crd/gadgets.${group}`, `ns/${namespace.name}-b`, '--ignore-not-found', '--wait=false');
      }
    });

    it('says what to do about an object that exists, and about contradictions', async () => {
      await server.text('create_resource', { manifest: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: twice }' });
      assert.match(
        await server.error('create_resource', {
          manifest: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: twice }',
        }),
        /already exists.*Use update_resource/,
      );
      assert.match(
        await server.error('create_resource', {
          manifest: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x, namespace: a }',
          namespace: 'b',
        }),
        /says namespace "a", the call says "b"/,
      );
      assert.match(
        await server.error('create_resource', {
          manifest: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x, namespace: nowhere }',
        }),
        /namespaces "nowhere" not found/,
      );
      assert.match(await server.error('create_resource', { manifest: '# nothing' }), /holds no object/);
    });

    it('gives the answer of a review, which is not kept', async () => {
      const review = (verb: string) => `apiVersion: authorization.k8s.io/v1
kind: SubjectAccessReview
spec: { user: viewer, groups: [mcp-k8s:viewers], resourceAttributes: { namespace: shop, verb: ${verb}, resource: pods } }
`;
      const text = await server.text('create_resource', { manifest: `${review('list')}---\n${review('delete')}` });
      const [, may, mayNot] = text.split('\n');
      const kind = 'created: subjectaccessreviews.authorization.k8s.io, which answers';
      assert.ok(may?.startsWith(`${kind} {"allowed":true,"reason":"RBAC: allowed by ClusterRoleBinding`), text);
      assert.equal(mayNot, `${kind} {"allowed":false}`);
    });

    it('never echoes a secret and refuses markers', async () => {
      const manifest = 'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { password: correct-horse }';
      assert.doesNotMatch(await server.text('create_resource', { manifest }), /horse/);
      assert.match(
        await server.error('create_resource', {
          manifest: manifest.replace('name: s', 'name: t').replace('correct-horse', '"<redacted #0000>"'),
        }),
        /stringData\.password holds the marker/,
      );
    });
  });

  describe('update_resource', () => {
    it('changes the fields that it is given, leaves the others, and shows the diff', async () => {
      await apply(deployment('fields'));
      const manifest = (spec: string) =>
        `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: fields }\nspec: ${spec}`;
      const scaled = await server.text('update_resource', { manifest: manifest('{ replicas: 3 }') });
      assert.match(scaled, /Taken over from kubectl-client-side-apply: \.spec\.replicas\n--- live\n\+\+\+ updated\n/);
      assert.match(scaled, /^- {2}replicas: 1\n\+ {2}replicas: 3$/m);
      await server.text('update_resource', { manifest: manifest('{ minReadySeconds: 5 }') });
      assert.equal(await jsonPath('{.spec.replicas} {.spec.minReadySeconds}', 'deploy', 'fields'), '3 5');
      const version = await jsonPath('{.metadata.generation}', 'deploy', 'fields');
      assert.match(
        await server.text('update_resource', { manifest: manifest('{ replicas: 3 }') }),
        /^No change: .*Nothing was sent/,
      );
      assert.equal(await jsonPath('{.metadata.generation}', 'deploy', 'fields'), version);
    });

    it('removes what a null says, as kubectl apply does, and makes nothing empty of it', async () => {
      await apply(
        `${deployment('nulls').replace('app, image', 'app, livenessProbe: { httpGet: { port: 80 } }, args: [x], resources: { limits: { memory: 1Gi } }, image')}---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: nulls, labels: { l: m } }\ndata: { a: b, c: d }`,
        ...place(),
      );
      const update = (kind: string, manifest: string) => ({ kind, name: 'nulls', manifest });
      await server.text('update_resource', update('cm', 'metadata: { labels: null }\ndata: { a: null, new: null }'));
      assert.equal(await jsonPath('{.metadata.labels}{.data}', 'cm/nulls'), '{"c":"d"}');
      const container = (fields: string) => `spec: { template: { spec: { containers: [{ name: app, ${fields} }] } } }`;
      const nulls = container('livenessProbe: null, resources: { limits: { memory: null } }');
      await server.text('update_resource', update('deploy', nulls));
      const left = ['livenessProbe', 'resources', 'args'].map(
        (field) => `{.spec.template.spec.containers[0].${field}}`,
      );
      assert.equal(await jsonPath(left.join(''), 'deploy/nulls'), '{}["x"]');
      for (const [tool, given, path] of [
        ['update_resource', update('deploy', container('args: [null]')), /args\[0\] is null, and Kubernetes would/],
        [
          'update_resource',
          { ...update('cm', ''), manifest: undefined, patch: '[{"op":"add","path":"/data/c","value":null}]' },
          /data\.c is null, .* a merge patch with null removes/,
        ],
        [
          'apply_manifest',
          { manifest: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: nulls }\ndata: { c: null }' },
          /data\.c is null/,
        ],
        [
          'apply_manifest',
          { manifest: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: other }\ndata: { c: null }' },
          /data\.c is null/,
        ],
      ] as const)
        assert.match(await server.error(tool, given), path);
      const whole = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: nulls, annotations: null }\ndata: null';
      assert.match(
        await server.text('apply_manifest', { manifest: whole }),
        /^unchanged: .*\ndata is null in the manifest and stays as before: /m,
      );
      assert.equal(await jsonPath('{.data}', 'cm/nulls'), '{"c":"d"}');
    });

    it('changes one container of several', async () => {
      await apply(
        deployment('two').replace(
          "image: 'nginx:1.27' }",
          "image: 'nginx:1.27' }\n      - { name: proxy, image: 'envoy:1' }",
        ),
      );
      const change = (name: string, image: string) =>
        server.text('update_resource', {
          manifest: `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: two }\nspec: { template: { spec: { containers: [{ name: ${name}, image: '${image}' }] } } }`,
        });
      await change('app', 'nginx:1.28');
      await change('proxy', 'envoy:2');
      assert.equal(await jsonPath('{.spec.template.spec.containers[*].image}', 'deploy', 'two'), 'nginx:1.28 envoy:2');
    });

    it('refuses a field that a controller owns, and takes it when forced', async () => {
      await apply(
        deployment('owned').replace('replicas: 1', 'replicas: 4'),
        '--server-side',
        '--field-manager=argocd-controller',
      );
      const manifest = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: owned }\nspec: { replicas: 1 }';
      assert.match(
        await server.error('update_resource', { manifest }),
        /was not changed: \.spec\.replicas \(owned by argocd-controller\).*force: true/,
      );
      assert.equal(await jsonPath('{.spec.replicas}', 'deploy', 'owned'), '4');
      await server.text('update_resource', { manifest, force: true });
      assert.equal(await jsonPath('{.spec.replicas}', 'deploy', 'owned'), '1');
    });

    it('makes the object exactly what get_resource returned and the model edited', async () => {
      await apply(
        `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: edited, namespace: ${namespace.name} }\ndata: { keep: '1', drop: '2' }`,
      );
      const shown = await server.text('get_resource', { kind: 'cm', name: 'edited' });
      const text = await server.text('update_resource', {
        manifest: shown.replace(/ {2}drop: .*\n/, '').replace('keep: "1"', 'keep: "3"'),
      });
      assert.match(text, /^- {2}drop: "2"$/m);
      assert.equal(await jsonPath('{.data}', 'cm', 'edited'), '{"keep":"3"}');
      assert.match(await jsonPath('{.metadata.annotations}', 'cm', 'edited'), /last-applied-configuration/);
    });

    it('refuses to replace an object that has changed since, and shows what changed', async () => {
      await apply(
        `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: raced, namespace: ${namespace.name} }\ndata: { a: '1' }`,
      );
      const shown = await server.text('get_resource', { kind: 'cm', name: 'raced' });
      await kubectl('patch', 'cm', 'raced', ...place(), '-p', '{"data":{"a":"theirs"}}');
      const error = await server.error('update_resource', { manifest: shown.replace('a: "1"', 'a: "mine"') });
      assert.match(error, /has changed since it was read.*was left alone/);
      assert.match(error, /^- {2}a: "1"\n\+ {2}a: theirs$/m);
      assert.equal(await jsonPath('{.data.a}', 'cm', 'raced'), 'theirs');
    });

    it('replaces all the same when only the status moved on', async () => {
      await apply(deployment('status').replace('replicas: 1', 'replicas: 0'));
      // After this the controller changes only its status.
      await kubectl('rollout', 'status', 'deploy/status', ...place());
      const shown = await server.text('get_resource', { kind: 'deploy', name: 'status' });
      await kubectl(
        'patch',
        'deploy',
        'status',
        ...place(),
        '--subresource=status',
        '--type=merge',
        '-p',
        '{"status":{"conditions":[{"type":"Test","status":"True"}]}}',
      );
      await server.text('update_resource', { manifest: shown.replace('nginx:1.27', 'nginx:1.28') });
      assert.equal(await jsonPath('{.spec.template.spec.containers[0].image}', 'deploy', 'status'), 'nginx:1.28');
    });

    it('keeps the values of a redacted Secret that is written back', async () => {
      await apply(
        `apiVersion: v1\nkind: Secret\nmetadata: { name: vault, namespace: ${namespace.name} }\nstringData: { password: correct-horse, user: bob }`,
      );
      const shown = await server.text('get_resource', { kind: 'secret', name: 'vault' });
      const text = await server.text('update_resource', {
        manifest: shown.replace(/user: "<redacted #\w+>"/, 'user: YWxpY2U='),
      });
      assert.match(text, /^- {2}user: "<redacted #\w{4}>"\n\+ {2}user: <redacted, changed>$/m);
      assert.doesNotMatch(text, /YWxpY2U|alice/);
      assert.equal(
        Buffer.from(await jsonPath('{.data.password}', 'secret', 'vault'), 'base64').toString(),
        'correct-horse',
      );
      assert.equal(Buffer.from(await jsonPath('{.data.user}', 'secret', 'vault'), 'base64').toString(), 'alice');
      const moved = shown.replace('metadata:\n', 'metadata:\n  labels: { x: "<redacted #0000>" }\n');
      assert.match(await server.error('update_resource', { manifest: moved }), /metadata\.labels\.x holds the marker/);
    });

    it('applies merge, strategic and JSON patches', async () => {
      await apply(deployment('patched'));
      const target = { kind: 'deploy', name: 'patched' };
      await server.text('update_resource', { ...target, patch: '{"spec":{"replicas":2}}' });
      await server.text('update_resource', {
        ...target,
        patchType: 'strategic',
        patch: { spec: { template: { spec: { containers: [{ name: 'app', image: 'nginx:2' }] } } } },
      });
      await server.text('update_resource', {
        ...target,
        patchType: 'json',
        patch: [{ op: 'add', path: '/metadata/labels', value: { a: 'b' } }],
      });
      assert.equal(
        await jsonPath(
          '{.spec.replicas} {.spec.template.spec.containers[0].image} {.metadata.labels.a}',
          'deploy',
          'patched',
        ),
        '2 nginx:2 b',
      );
      assert.match(
        await server.error('update_resource', { ...target, patchType: 'json', patch: '{"a":1}' }),
        /list of operations/,
      );
      assert.match(
        await server.error('update_resource', { ...target, patch: '{"spec":{"replicas":"many"}}' }),
        /replicas/,
      );
    });

    it('changes nothing in a dry run', async () => {
      await apply(deployment('dry'));
      const text = await server.text('update_resource', {
        kind: 'deploy',
        name: 'dry',
        patch: '{"spec":{"replicas":7}}',
        dryRun: true,
      });
      assert.match(text, /^Dry run, nothing was changed: .* would become:\n/);
      assert.match(text, /^\+ {2}replicas: 7$/m);
      assert.equal(await jsonPath('{.spec.replicas}', 'deploy', 'dry'), '1');
    });

    it('never creates, and says when the call contradicts itself', async () => {
      assert.match(
        await server.error('update_resource', { manifest: deployment('absent') }),
        /no deployments\.apps "absent".*never creates; create_resource does/,
      );
      assert.equal(await kubectl('get', 'deploy', 'absent', ...place(), '--ignore-not-found'), '');
      assert.match(await server.error('update_resource', {}), /either manifest or patch/);
      assert.match(await server.error('update_resource', { patch: '{}' }), /needs kind and name/);
      assert.match(
        await server.error('update_resource', {
          name: 'b',
          manifest: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }',
        }),
        /is of "a", the call names "b"/,
      );
      assert.match(
        await server.error('update_resource', { manifest: 'apiVersion: v1\nkind: A\n---\napiVersion: v1\nkind: B' }),
        /one object at a time; the manifest holds 2/,
      );
    });

    it('succeeds while a controller keeps changing the status', async () => {
      await apply(deployment('busy').replace('replicas: 1', 'replicas: 0'));
      let stop = false;
      const noise = (async () => {
        for (let count = 0; !stop; count += 1) {
          await kubectl('annotate', 'deploy', 'busy', ...place(), `count=${count}`, '--overwrite');
        }
      })();
      for (let seconds = 1; seconds <= 5; seconds += 1) {
        await server.text('update_resource', {
          manifest: `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: busy }\nspec: { minReadySeconds: ${seconds} }`,
        });
      }
      stop = true;
      await noise;
      assert.equal(await jsonPath('{.spec.minReadySeconds}', 'deploy', 'busy'), '5');
    });
  });

  describe('delete_resource', () => {
    it('deletes, and only for real without dryRun', async () => {
      await apply(`apiVersion: v1\nkind: ConfigMap\nmetadata: { name: doomed, namespace: ${namespace.name} }`);
      assert.match(
        await server.text('delete_resource', { kind: 'cm', name: 'doomed', dryRun: true }),
        /^Dry run: configmaps "doomed" .* would be deleted/,
      );
      assert.notEqual(await kubectl('get', 'cm', 'doomed', ...place(), '--ignore-not-found'), '');
      assert.match(
        await server.text('delete_resource', { kind: 'cm', name: 'doomed' }),
        /^Deleted configmaps "doomed" in namespace .* \(context admin\)\.$/,
      );
      assert.equal(await kubectl('get', 'cm', 'doomed', ...place(), '--ignore-not-found'), '');
      assert.match(await server.error('delete_resource', { kind: 'cm', name: 'doomed' }), /no configmaps "doomed"/);
    });

    it('says what stays because of finalizers', async () => {
      await apply(
        `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: stuck, namespace: ${namespace.name}, finalizers: [example.com/hold] }`,
      );
      assert.match(
        await server.text('delete_resource', { kind: 'cm', name: 'stuck' }),
        /stays until its finalizers are removed.*example\.com\/hold/,
      );
      await kubectl('patch', 'cm', 'stuck', ...place(), '--type=merge', '-p', '{"metadata":{"finalizers":null}}');
    });

    it('says that an object goes after what it owns', async () => {
      const map = (name: string, more: string) =>
        apply(`apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${namespace.name}${more} }`);
      await map('owner', '');
      const uid = await jsonPath('{.metadata.uid}', 'cm', 'owner');
      const owner = `{ apiVersion: v1, kind: ConfigMap, name: owner, uid: ${uid}, blockOwnerDeletion: true }`;
      await map('owned', `, finalizers: [example.com/hold], ownerReferences: [${owner}]`);
      assert.match(
        await server.text('delete_resource', { kind: 'cm', name: 'owner', propagationPolicy: 'Foreground' }),
        /"owner" .* was accepted; it goes as soon as what it owns has gone/,
      );
      await kubectl('patch', 'cm', 'owned', ...place(), '--type=merge', '-p', '{"metadata":{"finalizers":null}}');
    });
  });
});

describe('permissions of the cluster', () => {
  it('lets a viewer read but not write, and says so', async () => {
    const server = await McpServer.start((await testCluster()).kubeconfig('viewer'), [
      '--enable-create',
      '--enable-delete',
      '--namespace',
      'shop',
    ]);
    assert.match(
      await server.text('list_resources', { kind: 'deploy', namespace: 'shop' }),
      /deployments\.apps in namespace shop/,
    );
    assert.match(
      await server.error('create_resource', { manifest: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }' }),
      /Nothing was created[\s\S]*User "viewer" cannot create.*\(403\)/,
    );
    assert.match(await server.error('list_resources', { kind: 'secrets', namespace: 'shop' }), /forbidden.*\(403\)/);
    await server.stop();
  });

  it('falls back to the one namespace that a tenant may list', async () => {
    const server = await McpServer.start((await testCluster()).kubeconfig('tenant'), ['--namespace', 'team-a']);
    assert.match(
      await server.text('list_resources', { kind: 'pods' }),
      /^Listing in all namespaces is forbidden; this is namespace team-a only\./,
    );
    assert.match(await server.error('list_resources', { kind: 'pods', namespace: 'shop' }), /\(403\)/);
    await server.stop();
  });

  it('names refused credentials as the problem', async () => {
    const server = await McpServer.start((await testCluster()).kubeconfig('refused'));
    assert.match(
      await server.error('list_resources', { kind: 'pods' }),
      /refused the credentials of this context \(401/,
    );
    await server.stop();
  });
});
