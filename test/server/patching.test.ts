import assert from 'node:assert/strict';
import { testCluster } from './environment.ts';
import { McpServer } from './mcp-process.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

describe('what an update means', () => {
  let server: McpServer;
  const namespace = scratchNamespace();
  const jsonPath = (path: string, ...object: string[]) =>
    kubectl('get', ...object, '-n', namespace.name, '-o', `jsonpath=${path}`);
  const metadata = (name: string) => `metadata: { name: ${name}, namespace: ${namespace.name} }`;
  const group = () => `${namespace.name}.example.com`;
  before(async () => {
    server = await McpServer.start((await testCluster()).kubeconfig('admin'), [
      '--namespace',
      namespace.name,
      '--enable-create',
      '--enable-update',
      '--enable-delete',
      '--review=off',
    ]);
    await apply(
      [
        `apiVersion: apps/v1\nkind: Deployment\n${metadata('web')}\nspec: { replicas: 0, selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { containers: [{ name: web, image: 'nginx:1', ports: [{ containerPort: 80 }], env: [{ name: A, value: b }] }, { name: side, image: x }] } } }`,
        `apiVersion: v1\nkind: Service\n${metadata('web')}\nspec: { selector: { a: b }, ports: [{ name: http, port: 80 }, { name: admin, port: 9000 }] }`,
        `apiVersion: v1\nkind: Service\n${metadata('single')}\nspec: { selector: { a: b }, ports: [{ port: 80 }] }`,
        `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: parts.${group()} }\nspec: { group: ${group()}, scope: Namespaced, names: { plural: parts, singular: part, kind: Part }, versions: [{ name: v1, served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } } }] }`,
      ].join('\n---\n'),
    );
    await kubectl('wait', '--for=condition=Established', `crd/parts.${group()}`);
    await apply(
      `apiVersion: ${group()}/v1\nkind: Part\n${metadata('part')}\nspec: { size: 1, steps: [{ name: one, ports: [{ port: 1 }] }, { name: two }] }`,
    );
  });
  after(async () => {
    await server.stop();
    await kubectl('delete', 'crd', `parts.${group()}`, '--ignore-not-found', '--wait=false');
  });

  const image = (value: string) => `{spec: {template: {spec: {containers: [{name: web, image: '${value}'}]}}}}`;
  const part = () => ({ kind: `parts.${group()}`, name: 'part' });

  it('of a patch without a type is that of a strategic one, where the kind has it', async () => {
    await server.text('update_resource', { kind: 'deploy', name: 'web', patch: image('nginx:2') });
    const containers = JSON.parse(await jsonPath('{.spec.template.spec.containers}', 'deploy', 'web'));
    assert.deepEqual(
      containers.map(({ name, image: is, ports, env }: Record<string, unknown[]>) => [
        name,
        is,
        ports?.length,
        env?.length,
      ]),
      [
        ['web', 'nginx:2', 1, 1],
        ['side', 'x', undefined, undefined],
      ],
    );
    await server.text('update_resource', {
      kind: 'deploy',
      name: 'web',
      patch: '{spec: {template: {spec: {containers: [{name: side, $patch: delete}]}}}}',
    });
    assert.equal(await jsonPath('{.spec.template.spec.containers[*].name}', 'deploy', 'web'), 'web');
  });

  it('of a merge patch that was asked for by name is what it says', async () => {
    await server.text('update_resource', { kind: 'deploy', name: 'web', patchType: 'merge', patch: image('nginx:3') });
    assert.equal(await jsonPath('{.spec.template.spec.containers[*].ports}', 'deploy', 'web'), '');
  });

  it('of a patch of a custom resource drops nothing from a list, unless it says merge', async () => {
    assert.match(await server.text('update_resource', { ...part(), patch: '{"spec":{"size":2}}' }), /size: 2/);
    for (const steps of [[{ name: 'one', ports: [{ port: 1 }] }], [{ name: 'one' }, { name: 'two' }], []]) {
      const patch = JSON.stringify({ spec: { steps } });
      assert.match(
        await server.error('update_resource', { ...part(), patch }),
        /was not changed: the patch would drop spec\.steps\[name="(one|two)"\].*whole list.*patchType: merge/,
      );
    }
    const longer = JSON.stringify({
      spec: { steps: [{ name: 'one', ports: [{ port: 1 }] }, { name: 'two' }, { name: 'three' }] },
    });
    await server.text('update_resource', { ...part(), patch: longer });
    await server.text('update_resource', {
      ...part(),
      patchType: 'merge',
      patch: '{"spec":{"steps":[{"name":"one"}]}}',
    });
    assert.equal(await jsonPath('{.spec.steps}', `parts.${group()}`, 'part'), '[{"name":"one"}]');
    assert.match(
      await server.error('update_resource', { ...part(), patchType: 'strategic', patch: '{"spec":{"size":3}}' }),
      /not one of Kubernetes' own kinds.*patchType: json/,
    );
  });

  it('of a status is told, and written by name', async () => {
    const status = JSON.stringify({ status: { phase: 'Ready' } });
    for (const args of [
      { ...part(), patch: status },
      { ...part(), patchType: 'json', patch: '[{"op":"add","path":"/status","value":{"phase":"Ready"}}]' },
      { manifest: `apiVersion: ${group()}/v1\nkind: Part\nmetadata: { name: part }\nstatus: { phase: Ready }` },
    ])
      assert.match(await server.error('update_resource', args), /status.*with subresource: status/);
    assert.match(
      await server.text('update_resource', { ...part(), subresource: 'status', patch: status }),
      /^Updated status of .*phase: Ready/s,
    );
    assert.equal(await jsonPath('{.status.phase}', `parts.${group()}`, 'part'), 'Ready');
    const csr = { kind: 'csr', name: 'x', subresource: 'approval', patch: '{}' };
    assert.match(await server.error('update_resource', csr), /no certificatesigningrequests/);
  });

  it('has no way into subresources that do something', async () => {
    const pod = { kind: 'pod', name: 'x', patch: '{}' };
    for (const [subresource, advice] of [
      ['eviction', /delete_resource/],
      ['exec', /exec_in_pod/],
      ['nonsense', /What is: status, scale, resize, approval/],
      ['scale', /pods has no subresource "scale". It has: status, resize/],
    ] as const)
      assert.match(await server.error('update_resource', { ...pod, subresource }), advice);
    assert.match(
      await server.error('update_resource', { kind: 'sa', name: 'default', subresource: 'token', patch: '{}' }),
      /Tokens are not handed out/,
    );
    assert.match(
      await server.text('update_resource', {
        kind: 'deploy',
        name: 'web',
        subresource: 'scale',
        patch: '{"spec":{"replicas":1}}',
      }),
      /^Updated scale of .*replicas: 1/s,
    );
  });

  it('of a port of a Service goes by its name, or its number', async () => {
    const manifest = (name: string, ports: string) =>
      `apiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\nspec: { ports: ${ports} }`;
    await server.text('update_resource', { manifest: manifest('web', '[{ name: http, port: 8080 }]') });
    assert.equal(await jsonPath('{range .spec.ports[*]}{.name}={.port} {end}', 'svc', 'web'), 'http=8080 admin=9000');
    await server.text('update_resource', { manifest: manifest('web', '[{ port: 9000, targetPort: 1 }]') });
    assert.equal(await jsonPath('{.spec.ports[1].targetPort}', 'svc', 'web'), '1');
    await server.text('update_resource', { manifest: manifest('single', '[{ port: 81 }]') });
    assert.equal(await jsonPath('{.spec.ports[*].port}', 'svc', 'single'), '81');
  });

  it('is clear from the parameters where the manifest leaves out what it is of', async () => {
    await server.text('update_resource', { kind: 'svc', name: 'web', manifest: 'metadata: { labels: { x: why } }' });
    await server.text('update_resource', { kind: 'deploy', manifest: 'metadata: { name: web, labels: { x: why } }' });
    await server.text('update_resource', {
      kind: 'svc',
      manifest: 'kind: Service\nmetadata: { name: web, labels: { x: z } }',
    });
    assert.equal(await jsonPath('{.metadata.labels.x}', 'svc', 'web'), 'z');
    assert.match(
      await server.error('update_resource', { name: 'web', manifest: 'metadata: { labels: { x: why } }' }),
      /has no apiVersion|has no kind/,
    );
  });

  it('of a patch with a wrong type is refused with the field', async () => {
    const template = (text: string) => `{spec: {template: ${text}}}`;
    for (const [patch, advice] of [
      [
        template('{metadata: {annotations: {x: y}}}'),
        /annotations\.x must be a string, and this is a boolean to Kuber/,
      ],
      [
        template('{metadata: {labels: {build: 12}}}'),
        /labels\.build must be a string, and 12 is a number.*quote it, "12"/,
      ],
      [template('{spec: {containers: [{name: web, env: [{name: A, value: 1}]}]}}'), /env\[0\]\.value must be a string/],
      ['{metadata: {labels: {on: true}}}', /metadata\.labels\..* must be a string/],
    ] as const)
      for (const patchType of [undefined, 'merge', 'strategic'])
        assert.match(await server.error('update_resource', { kind: 'deploy', name: 'web', patch, patchType }), advice);
  });

  it('that the API server refuses keeps its reasons whole', async () => {
    const error = await server.error('update_resource', {
      kind: 'deploy',
      name: 'web',
      patchType: 'merge',
      patch: '{"spec":{"selector":{"matchLabels":{"a":"c"}},"template":{"metadata":{"labels":{"a":"d"}}}}}',
    });
    assert.match(error, /does not match template/);
    assert.match(error, /field is immutable/);
  });

  it('heeds the owners of fields by every route', async () => {
    const owned = `apiVersion: v1\nkind: ConfigMap\n${metadata('owned')}\ndata: { a: '1' }`;
    for (const [manager, advice] of [
      ['argocd-controller', /The owner would set it back/],
      ['helm', /The next helm upgrade/],
      ['some-script', /\(owned by some-script\)\. force: true/],
    ] as const) {
      await kubectl('delete', 'cm', 'owned', '-n', namespace.name, '--ignore-not-found');
      await apply(owned, '--server-side', `--field-manager=${manager}`);
      const one = { kind: 'cm', name: 'owned' };
      const shown = await server.text('get_resource', one);
      const routes = {
        apply: { kind: 'cm', manifest: 'metadata: { name: owned }\ndata: { a: "2" }' },
        replace: { manifest: shown.replace('a: "1"', 'a: "2"') },
        merge: { ...one, patchType: 'merge', patch: '{"data":{"a":"2"}}' },
        strategic: { ...one, patch: '{"data":{"a":"2"}}' },
        json: { ...one, patchType: 'json', patch: '[{"op":"replace","path":"/data/a","value":"2"}]' },
        removal: { ...one, patch: '{"data":{"a":null}}' },
      };
      for (const [route, args] of Object.entries(routes)) {
        const error = await server.error('update_resource', args);
        assert.match(error, /was not changed: \.data\.a \(owned by/, route);
        assert.match(error, advice, route);
      }
      await server.text('update_resource', { ...routes.merge, force: true });
      assert.equal(await jsonPath('{.data.a}', 'cm', 'owned'), '2');
      await server.text('update_resource', { ...one, patch: '{"data":{"b":"nobody’s"}}' });
    }
  });

  it('of a deletion says in a dry run what goes with it', async () => {
    const dry = (kind: string, name: string) => server.text('delete_resource', { kind, name, dryRun: true });
    await apply(`apiVersion: v1\nkind: Pod\n${metadata('bare')}\nspec: { containers: [{ name: c, image: nginx }] }`);
    assert.match(await dry('pod', 'bare'), /would be deleted\.\nNothing makes this pod again\./);
    assert.match(await dry('ns', namespace.name), /With it goes what is in it: .*\d+ configmaps.*\d+ services/);
    assert.match(await dry('crd', `parts.${group()}`), /With it go all objects of its kind: 1 parts\./);
    await server.text('scale_resource', { kind: 'deploy', name: 'web', replicas: 1 });
    await server.text('wait_for_resource', { kind: 'deploy', name: 'web', for: 'rollout', timeoutSeconds: 20 });
    assert.match(await dry('deploy', 'web'), /What it owns goes with it: 1 pods, \d+ replicasets\.apps\./);
    const orphans = { kind: 'deploy', name: 'web', dryRun: true, propagationPolicy: 'Orphan' };
    assert.match(await server.text('delete_resource', orphans), /no owner any more: \d+ replicasets\.apps\.$/m);
    assert.match(await dry('node', 'node-0'), /With it goes what is in it: \d+ pods\./);
    await apply(
      ['Delete', 'Retain']
        .map((policy) => {
          const name = `${namespace.name}-${policy.toLowerCase()}`;
          const size = `{ storage: 1Gi }, accessModes: [ReadWriteOnce]`;
          return `apiVersion: v1\nkind: PersistentVolume\nmetadata: { name: ${name} }\nspec: { capacity: ${size}, persistentVolumeReclaimPolicy: ${policy}, storageClassName: none, hostPath: { path: /none } }\n---\napiVersion: v1\nkind: PersistentVolumeClaim\n${metadata(policy.toLowerCase())}\nspec: { resources: { requests: { storage: 1Gi } }, accessModes: [ReadWriteOnce], storageClassName: none, volumeName: ${name} }`;
        })
        .join('\n---\n'),
    );
    assert.match(await dry('pvc', 'delete'), /Its volume \S+-delete goes with it, with all data/);
    assert.doesNotMatch(await dry('pvc', 'retain'), /goes with it/);
    await kubectl('delete', 'pv', '--wait=false', ...['delete', 'retain'].map((one) => `${namespace.name}-${one}`));
    await apply(
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: held, namespace: ${namespace.name}, finalizers: [example.com/x] }`,
    );
    assert.match(await dry('cm', 'held'), /It stays until .*example\.com\/x/);
    await kubectl(
      'patch',
      'cm',
      'held',
      '-n',
      namespace.name,
      '--type=merge',
      '-p',
      '{"metadata":{"finalizers":null}}',
    );
  });

  it('of a Service’s port goes by its name, and by all that a directive says', async () => {
    const ports = ['{name: dns, port: 53, protocol: UDP}', '{name: tcp, port: 53}', '{name: http, port: 80}'];
    await apply(`apiVersion: v1\nkind: Service\n${metadata('named')}\nspec: { ports: [${ports.join(', ')}] }`);
    const one = { kind: 'svc', name: 'named' };
    await server.text('update_resource', { ...one, patch: '{spec: {ports: [{name: dns, targetPort: 5353}]}}' });
    const manifest = `apiVersion: v1\nkind: Service\n${metadata('named')}\nspec: {ports: [{name: http, targetPort: 8080}]}`;
    await server.text('update_resource', { manifest });
    const targets = () => jsonPath('{.spec.ports[*].targetPort}', 'svc', 'named');
    assert.equal(await targets(), '5353 53 8080');
    const patch = '{spec: {ports: [{$patch: delete, port: 53, protocol: UDP}]}}';
    for (const patchType of [undefined, 'strategic'])
      assert.match(
        await server.error('update_resource', { ...one, patch, ...(patchType && { patchType }) }),
        /would delete spec\.ports\[name="tcp",port=53,protocol="TCP"\] too.*patchType: json/,
      );
    await server.text('update_resource', { ...one, patch: '{spec: {ports: [{$patch: delete, port: 80}]}}' });
    assert.equal(await targets(), '5353 53');
  });

  it('of another kind than the call names is refused', async () => {
    const manifest = `apiVersion: apps/v1\nkind: Deployment\n${metadata('web')}\nspec: {replicas: 1}`;
    assert.match(
      await server.error('update_resource', { kind: 'sts', name: 'web', manifest }),
      /The manifest is of a Deployment, the call says StatefulSet/,
    );
    assert.match(
      await server.error('update_resource', { kind: 'svc', name: 'web', manifest }),
      /not served in "apps\/v1"/,
    );
  });

  it('of a patch that changes one member of a list without names keeps the others, or is refused', async () => {
    await apply(
      [
        `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n${metadata('ruled')}\nrules: [{ apiGroups: [''], resources: [pods], verbs: [get] }, { apiGroups: [''], resources: [services], verbs: [get] }]`,
        `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n${metadata('ruled')}\nspec: { podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { a: b } } }] }, { from: [{ podSelector: { matchLabels: { c: d } } }] }] }`,
        `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n${metadata('ruled')}\nspec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, maxReplicas: 3, metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 80 } } }, { type: Resource, resource: { name: memory, target: { type: Utilization, averageUtilization: 80 } } }] }`,
      ].join('\n---\n'),
    );
    for (const [kind, list, changed, kept] of [
      [
        'role',
        'rules',
        "{rules: [{apiGroups: [''], resources: [pods], verbs: [get, list]}]}",
        "{rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]}",
      ],
      [
        'netpol',
        'spec.ingress',
        '{spec: {ingress: [{from: [{podSelector: {matchLabels: {a: z}}}]}]}}',
        '{spec: {ingress: [{from: [{podSelector: {matchLabels: {a: b}}}]}]}}',
      ],
      [
        'hpa',
        'spec.metrics',
        '{spec: {metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 5}}}]}}',
        '{spec: {metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]}}',
      ],
    ] as const) {
      const update = { kind, name: 'ruled', dryRun: true };
      const refusal = await server.error('update_resource', { ...update, patch: changed });
      assert.ok(refusal.includes(`would drop 1 of 2 members of ${list}`), refusal);
      // Merging by name, and pure removals, are applied.
      await server.text('update_resource', { ...update, patch: changed, patchType: 'strategic' });
      assert.match(await server.text('update_resource', { ...update, patch: kept }), /^-/m);
    }
  });

  it('of a patch is said where the API server would pass over it', async () => {
    await apply(
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: kept, namespace: ${namespace.name}, finalizers: [x.y/a] }`,
    );
    for (const [patch, problem] of [
      ['{kind: Secret}', /the patch says kind: Secret, and it is ConfigMap of v1/],
      ['{apiVersion: v2}', /the patch says apiVersion: v2/],
      ['{metadata: {generation: 99}}', /metadata\.generation is written by the API server alone/],
      ['{metadata: {creationTimestamp: "2020-01-01T00:00:00Z"}}', /metadata\.creationTimestamp is written by/],
      ['{metadata: {finalizers: []}}', /an empty list takes nothing away. Say patchType: merge/],
    ] as const) {
      assert.match(await server.error('update_resource', { kind: 'cm', name: 'kept', patch }), problem);
    }
    const nameless = '{spec: {template: {spec: {containers: [{image: x}]}}}}';
    assert.match(
      await server.error('update_resource', { kind: 'deploy', name: 'web', patch: nameless }),
      /A member of a list in the patch has no name, by which a strategic patch finds/,
    );
    await kubectl(
      'patch',
      'cm',
      'kept',
      '-n',
      namespace.name,
      '--type=merge',
      '-p',
      '{"metadata":{"finalizers":null}}',
    );
  });

  it('of a patch is to change a port of a Service by its name', async () => {
    await apply(
      `apiVersion: v1\nkind: Service\n${metadata('patched')}\nspec: { selector: { a: b }, ports: [{ name: http, port: 80, targetPort: 8000 }, { name: admin, port: 9000 }] }`,
    );
    const patch = '{spec: {ports: [{name: http, port: 8080}]}}';
    await server.text('update_resource', { kind: 'svc', name: 'patched', patch });
    assert.equal(
      await jsonPath('{range .spec.ports[*]}{.name}:{.port}:{.targetPort} {end}', 'svc', 'patched'),
      'http:8080:8000 admin:9000:9000',
    );
  });
});
