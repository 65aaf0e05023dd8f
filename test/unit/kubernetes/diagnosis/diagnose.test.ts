import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ApiError, RefusedError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import { diagnose } from '../../../../src/kubernetes/diagnosis/diagnose.ts';
import { RULES } from '../../../../src/kubernetes/diagnosis/rule-table.ts';
import { bare, holding, lookupIn, served } from '../../../support/fake-cluster.ts';

const NAMESPACED =
  /^(clusterroles|clusterrolebindings|nodes|namespaces|persistentvolumes|storageclasses|priorityclasses|certificatesigning|apiservices|customresource|gatewayclasses|validating|mutating|clusterissuers)/;
const kindsKnown = Object.keys(RULES).map((resourceName) => {
  const [name = '', ...group] = resourceName.split('.');
  return served(group.join('.'), 'v1', name, name, !NAMESPACED.test(name));
});
const isCustom = ({ group }: { group: string }) =>
  /(cert-manager\.io|argoproj\.io|fluxcd\.io|keda\.sh|istio\.io|knative\.dev|gateway\.networking\.k8s\.io)$/.test(
    group,
  );

/** References of every kind, unless they exclude each other. */
const REFERENCES = {
  roleRef: { kind: 'Role', name: 'reader' },
  subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace: 'shop' }],
  webhooks: [{ name: 'hook', clientConfig: { service: { namespace: 'shop', name: 'hook' } } }],
  imagePullSecrets: [{ name: 'login' }],
  type: 'Opaque',
  data: {},
  spec: {
    selector: { matchLabels: { app: 'web' } },
    podSelector: { matchLabels: { app: 'web' } },
    replicas: 2,
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { serviceAccountName: 'reader', containers: [{ name: 'app', envFrom: [{ secretRef: { name: 's' } }] }] },
    },
    claimRef: { namespace: 'shop', name: 'claim' },
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    storageClassName: 'fast',
    gatewayClassName: 'edge',
    parentRefs: [{ name: 'edge' }],
    listeners: [{ name: 'web', tls: { certificateRefs: [{ name: 'cert' }] } }],
    issuerRef: { name: 'ca' },
    secretName: 'cert',
    sourceRef: { kind: 'GitRepository', name: 'repo' },
    triggers: [{ authenticationRef: { name: 'login' } }],
    host: 'web',
    http: [{ route: [{ destination: { host: 'web', subset: 'v1' } }] }],
    ports: [{ port: 80 }],
    project: 'default',
    service: { namespace: 'shop', name: 'web' },
  },
  status: {
    replicas: 2,
    readyReplicas: 2,
    availableReplicas: 2,
    updatedReplicas: 2,
    disruptionsAllowed: 1,
    currentHealthy: 2,
    desiredHealthy: 1,
    expectedPods: 2,
    latestCreatedRevisionName: 'r-1',
    latestReadyRevisionName: 'r-1',
  },
};
/** Fields that only this kind shapes differently. */
const SHAPES: Record<string, object> = {
  pods: {
    spec: REFERENCES.spec.template.spec,
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  },
  services: { spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } },
};

describe('diagnose', () => {
  it('claims nothing of what it was not allowed to read, whatever the kind', async () => {
    for (const resource of kindsKnown) {
      for (const error of [
        new RefusedError('Listing is switched off.'),
        new ApiError(403, 'Forbidden', 'no'),
        new ApiError(500, 'InternalError', 'no'),
      ]) {
        const lookup = lookupIn(() => {
          throw error;
        }, kindsKnown);
        const { findings, verdict, summary } = await diagnose(
          { ...bare(resource), ...REFERENCES, ...SHAPES[resource.name] },
          resource,
          lookup,
        );
        const told = [summary, ...findings.map(({ message }) => message)].join('\n');
        assert.doesNotMatch(
          told,
          /does not exist|\bno pods?\b|no endpoints|no binding|nobody reaches|no CSIDriver|given to nobody|\b0 (of|pods|claims)\b/,
          `${resource.name}: ${told}`,
        );
        const rests = RULES[resource.group ? `${resource.name}.${resource.group}` : resource.name]?.reads ?? [];
        const read = rests.some(
          ({ name }) =>
            lookup.unreadable.has(name) || [...lookup.unreadable.keys()].some((kind) => kind.startsWith(`${name}.`)),
        );
        if (read) assert.doesNotMatch(String(verdict), /Healthy/, resource.name);
      }
    }
  });

  it('calls no object healthy of a kind that has no rule', async () => {
    const resource = served('example.com', 'v1', 'Gizmo', 'gizmos');
    const lookup = () => lookupIn(holding({}));
    const plain = await diagnose({ ...bare(resource), status: { phase: 'Fine' } }, resource, lookup());
    assert.equal(
      String(plain.verdict),
      'It has no conditions and no warning events; nothing else is known about this kind.',
    );
    const ready = { ...bare(resource), status: { conditions: [{ type: 'Ready', status: 'True' }] } };
    assert.equal(
      String((await diagnose(ready, resource, lookup())).verdict),
      'Nothing unusual in its conditions and events; nothing else is known about this kind.',
    );
    const blind = lookupIn(() => {
      throw new ApiError(403, 'Forbidden', 'no');
    });
    assert.match(String((await diagnose(ready, resource, blind)).verdict), /its events could not be looked at/);
  });

  it('calls no object healthy that is not yet what is awaited of it', async () => {
    const said = async (kind: string, spec: object, status: object, generation = 1) => {
      const resource = served(kind === 'Job' ? 'batch' : 'apps', 'v1', kind, `${kind.toLowerCase()}s`);
      const it = bare(resource);
      const metadata = { ...it.metadata, generation };
      const { findings, verdict } = await diagnose({ ...it, metadata, spec, status }, resource, lookupIn(holding({})));
      return findings.length > 0 ? findings.map(({ level, message }) => `${level}: ${message}`) : [String(verdict)];
    };
    const healthy = ['Healthy: nothing wrong found.'];
    const all = { observedGeneration: 1, desiredNumberScheduled: 3, currentNumberScheduled: 3, numberReady: 3 };
    const daemonSet = (updated: number, available: number, type = 'RollingUpdate') =>
      said(
        'DaemonSet',
        { updateStrategy: { type } },
        { ...all, updatedNumberScheduled: updated, numberAvailable: available },
      );
    const yet = 'symptom: it is not as it should be yet:';
    assert.deepEqual(await daemonSet(3, 3), healthy);
    assert.deepEqual(await daemonSet(1, 3), [`${yet} 1 of 3 nodes updated, 3 available`]);
    assert.deepEqual(await daemonSet(1, 3, 'OnDelete'), [
      'risk: 2 of its pods have the old template until they are deleted (OnDelete)',
    ]);
    const replicas = { replicas: 2, readyReplicas: 2, updatedReplicas: 2, observedGeneration: 1 };
    const deployment = (status: object, generation?: number, wanted = 2) =>
      said('Deployment', { replicas: wanted }, status, generation);
    assert.deepEqual(await deployment({ ...replicas, availableReplicas: 2 }), healthy);
    assert.deepEqual(await deployment({ ...replicas, availableReplicas: 2 }, 2), [
      `${yet} its controller has not seen the latest change yet`,
    ]);
    // Ready, but not for minReadySeconds yet
    assert.deepEqual(await deployment({ ...replicas, availableReplicas: 1 }), [
      `${yet} 2 of 2 replicas updated, 1 available`,
    ]);
    assert.deepEqual(await deployment({ observedGeneration: 1 }, 1, 0), [
      'risk: it is scaled to 0: no pods are wanted',
    ]);
    assert.deepEqual(await deployment({ ...replicas, replicas: 3, updatedReplicas: 3, availableReplicas: 3 }), [
      'risk: 1 pod more than the 2 wanted still runs',
    ]);
    assert.deepEqual(await said('StatefulSet', { replicas: 1 }, { ...replicas, replicas: 3 }), [
      'risk: 2 pods more than the 1 wanted still run',
    ]);
    const suspended = await said('Job', { suspend: true }, {});
    assert.deepEqual(suspended, ['cause: it is suspended']);
  });

  it('calls a Job healthy that runs, and a volume that nobody has claimed yet', async () => {
    const jobs = served('batch', 'v1', 'Job', 'jobs');
    const pod = {
      metadata: { name: 'p', ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'it', uid: '1' }] },
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
    };
    const job = { ...bare(jobs), spec: {}, status: { active: 1 } };
    const running = await diagnose(job, jobs, lookupIn(holding({ '/api/v1/namespaces/shop/pods/p': pod })));
    assert.deepEqual([running.findings, String(running.verdict)], [[], 'Healthy: nothing wrong found.']);
    const volumes = served('', 'v1', 'PersistentVolume', 'persistentvolumes', false);
    const volume = { ...bare(volumes), status: { phase: 'Pending' } };
    const { findings } = await diagnose(volume, volumes, lookupIn(holding({})));
    assert.deepEqual(findings, []);
  });

  it('survives custom resources of any shape', async () => {
    const value = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small', maxDepth: 5 },
        fc.constantFrom<unknown>(null, 0, '', 'x', '..', 'a/b', true, [], {}),
        fc.array(tie('tree'), { maxLength: 2 }),
        fc.dictionary(
          fc.constantFrom(
            ...[
              'conditions',
              'listeners',
              'parentRefs',
              'rules',
              'backendRefs',
              'http',
              'route',
              'destination',
              'host',
              'hosts',
            ],
            ...[
              'name',
              'namespace',
              'kind',
              'type',
              'status',
              'sourceRef',
              'dependsOn',
              'issuerRef',
              'secretName',
              'triggers',
            ],
            ...[
              'scaleTargetRef',
              'selector',
              'servers',
              'subsets',
              'labels',
              'resources',
              'health',
              'sync',
              'tls',
              'certificateRefs',
            ],
          ),
          tie('tree'),
          { maxKeys: 4 },
        ),
      ),
    })).tree;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...kindsKnown.filter(isCustom)),
        value,
        value,
        async (resource, spec, status) => {
          const object = { ...bare(resource), spec, status };
          await diagnose(object, resource, lookupIn(holding({}), kindsKnown));
        },
      ),
      { numRuns: 200 },
    );
  });
});
