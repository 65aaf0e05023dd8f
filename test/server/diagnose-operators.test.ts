import assert from 'node:assert/strict';
import type { KubeObject } from '../cluster/api-client.ts';
import { definition, diagnosing } from './diagnosing.ts';
import { testCluster } from './environment.ts';
import { releaseSecret } from './helm.ts';
import { issue, tlsSecret } from './issued-certificates.ts';
import { apply, kubectl } from './scratch.ts';

interface Definition {
  group: string;
  version: string;
  kind: string;
  plural: string;
  scope?: string;
}

const CERT_MANAGER = 'cert-manager.io';
const FLUX = 'kustomize.toolkit.fluxcd.io';
const HELM = 'helm.toolkit.fluxcd.io';
const SOURCE = 'source.toolkit.fluxcd.io';
const ISTIO = 'networking.istio.io';
const KNATIVE = 'serving.knative.dev';

/** The operators' kinds, as far as the tests need them. */
const DEFINITIONS: Definition[] = [
  { group: CERT_MANAGER, version: 'v1', kind: 'Certificate', plural: 'certificates' },
  { group: CERT_MANAGER, version: 'v1', kind: 'CertificateRequest', plural: 'certificaterequests' },
  { group: CERT_MANAGER, version: 'v1', kind: 'Issuer', plural: 'issuers' },
  { group: `acme.${CERT_MANAGER}`, version: 'v1', kind: 'Order', plural: 'orders' },
  { group: `acme.${CERT_MANAGER}`, version: 'v1', kind: 'Challenge', plural: 'challenges' },
  { group: 'argoproj.io', version: 'v1alpha1', kind: 'Application', plural: 'applications' },
  { group: 'argoproj.io', version: 'v1alpha1', kind: 'AppProject', plural: 'appprojects' },
  { group: FLUX, version: 'v1', kind: 'Kustomization', plural: 'kustomizations' },
  { group: HELM, version: 'v2', kind: 'HelmRelease', plural: 'helmreleases' },
  { group: SOURCE, version: 'v1', kind: 'GitRepository', plural: 'gitrepositories' },
  { group: SOURCE, version: 'v1', kind: 'HelmRepository', plural: 'helmrepositories' },
  { group: 'keda.sh', version: 'v1alpha1', kind: 'ScaledObject', plural: 'scaledobjects' },
  { group: 'keda.sh', version: 'v1alpha1', kind: 'TriggerAuthentication', plural: 'triggerauthentications' },
  { group: ISTIO, version: 'v1', kind: 'VirtualService', plural: 'virtualservices' },
  { group: ISTIO, version: 'v1', kind: 'DestinationRule', plural: 'destinationrules' },
  { group: ISTIO, version: 'v1', kind: 'Gateway', plural: 'gateways' },
  { group: KNATIVE, version: 'v1', kind: 'Service', plural: 'services' },
  { group: KNATIVE, version: 'v1', kind: 'Revision', plural: 'revisions' },
];
const crds = DEFINITIONS.map(({ group, plural }) => `crd/${plural}.${group}`);

describe('diagnose_resource, custom resources of operators', () => {
  const { namespace, server, diagnose, patchStatus } = diagnosing();
  const make = (
    apiVersion: string,
    kind: string,
    name: string,
    spec: object,
    owner?: { kind: string; uid: string; name: string; apiVersion: string },
  ) =>
    apply(
      JSON.stringify({
        apiVersion,
        kind,
        metadata: { name, namespace: namespace.name, ...(owner ? { ownerReferences: [owner] } : {}) },
        spec,
      }),
    );
  const condition = (type: string, status: string, reason = '', message = '') => ({ type, status, reason, message });
  const uidOf = (kind: string, name: string) =>
    kubectl('get', kind, name, `--namespace=${namespace.name}`, '-o', 'jsonpath={.metadata.uid}');

  // Two tests look at each of these.
  const missingCertificate = async () => {
    const [v1, issuerRef] = [`${CERT_MANAGER}/v1`, { name: 'acme' }];
    await make(v1, 'Certificate', 'shop', { secretName: 'shop-cert', dnsNames: ['shop.example.com'], issuerRef });
    await patchStatus(`certificates.${CERT_MANAGER}`, 'shop', {
      conditions: [
        condition('Ready', 'False', 'DoesNotExist', 'Issuing certificate as Secret does not exist'),
        condition('Issuing', 'True'),
      ],
    });
  };
  const degradedApplication = async () => {
    await make('argoproj.io/v1alpha1', 'Application', 'bad', { project: 'default' });
    await patchStatus('application', 'bad', {
      sync: { status: 'OutOfSync' },
      health: { status: 'Degraded' },
      conditions: [
        { type: 'ComparisonError', message: 'app path does not exist' },
        { type: 'OrphanedResourceWarning', message: '2 orphaned resources' },
      ],
      operationState: {
        phase: 'Failed',
        message: 'one or more objects failed to apply',
        syncResult: {
          resources: [{ kind: 'Deployment', name: 'web', status: 'SyncFailed', message: 'field is immutable' }],
        },
      },
      resources: [
        {
          kind: 'Deployment',
          name: 'web',
          status: 'OutOfSync',
          health: { status: 'Degraded', message: 'exceeded its progress deadline' },
        },
      ],
    });
  };
  const suspendedKustomization = async () => {
    await make(`${FLUX}/v1`, 'Kustomization', 'app', {
      sourceRef: { kind: 'GitRepository', name: 'repo' },
      dependsOn: [{ name: 'infra' }],
      suspend: true,
    });
    await patchStatus(`kustomizations.${FLUX}`, 'app', {
      conditions: [condition('Ready', 'False', 'ArtifactFailed', 'Source artifact not found')],
    });
  };

  before(async () => {
    await apply(
      DEFINITIONS.map(({ group, version, kind, plural }) => definition(group, version, kind, plural)).join('\n---\n'),
    );
    await kubectl('wait', ...crds, '--for=condition=Established');
    await apply(
      [
        `apiVersion: v1\nkind: Pod\nmetadata: { name: web, namespace: ${namespace.name}, labels: { app: web, version: v1 } }\nspec: { containers: [{ name: app, image: nginx }] }`,
        `apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: ${namespace.name} }\nspec: { selector: { app: web }, ports: [{ port: 80 }] }`,
        tlsSecret('served', namespace.name, await issue('served', { hosts: ['a.example.com'] })),
      ].join('\n---\n'),
    );
    await kubectl('wait', 'pod/web', '--for=condition=Ready', `--namespace=${namespace.name}`);
  });
  after(() => kubectl('delete', ...crds, '--wait=false'));

  it('cert-manager: follows a certificate to the challenge that fails', async () => {
    const v1 = `${CERT_MANAGER}/v1`;
    const issuerRef = { name: 'acme' };
    await make(v1, 'Issuer', 'acme', {});
    await patchStatus(`issuers.${CERT_MANAGER}`, 'acme', {
      conditions: [condition('Ready', 'False', 'ErrRegisterACMEAccount', 'no account')],
    });
    const kind = `certificates.${CERT_MANAGER}`;
    await missingCertificate();
    const owner = async (of: string, ofKind: string, name: string, apiVersion: string) => ({
      kind: ofKind,
      name,
      apiVersion,
      uid: await uidOf(of, name),
    });
    await make(v1, 'CertificateRequest', 'shop-1', { issuerRef }, await owner(kind, 'Certificate', 'shop', v1));
    await patchStatus(`certificaterequests.${CERT_MANAGER}`, 'shop-1', {
      conditions: [condition('Ready', 'False', 'Pending', 'Waiting on certificate issuance from order')],
    });
    await make(
      `acme.${v1}`,
      'Order',
      'shop-1-1',
      { issuerRef },
      await owner(`certificaterequests.${CERT_MANAGER}`, 'CertificateRequest', 'shop-1', v1),
    );
    await patchStatus(`orders.acme.${CERT_MANAGER}`, 'shop-1-1', { state: 'pending' });
    await make(
      `acme.${v1}`,
      'Challenge',
      'shop-1-1-1',
      { dnsName: 'shop.example.com' },
      await owner(`orders.acme.${CERT_MANAGER}`, 'Order', 'shop-1-1', `acme.${v1}`),
    );
    await patchStatus(`challenges.acme.${CERT_MANAGER}`, 'shop-1-1-1', {
      state: 'pending',
      reason: 'Waiting for HTTP-01: wrong status code 404',
    });
    const text = await diagnose(kind, 'shop');
    assert.match(text, /: shop\.example\.com, in Secret shop-cert, never issued$/m);
    assert.match(text, /^Cause: Issuer acme: its condition says Ready=False \(ErrRegisterACMEAccount\): no account$/m);
    assert.match(
      text,
      /^Cause: Challenge shop-1-1-1 for shop\.example\.com is pending: Waiting for HTTP-01: wrong status code 404$/m,
    );
    assert.match(text, /^Cause: CertificateRequest shop-1: its condition says Ready=False \(Pending\)/m);
    assert.match(text, /^Symptom: the Secret "shop-cert" with its TLS certificate does not exist/m);
    await make(v1, 'Certificate', 'served', {
      secretName: 'served',
      dnsNames: ['a.example.com', 'b.example.com'],
      issuerRef: { name: 'nobody' },
    });
    await patchStatus(kind, 'served', {
      notAfter: new Date(Date.now() + 40 * 86_400_000).toISOString(),
      conditions: [condition('Ready', 'True')],
    });
    const served = await diagnose(kind, 'served');
    assert.match(served, /in Secret served, valid for 39d$/m);
    assert.match(served, /^Cause: its Issuer "nobody" does not exist in namespace/m);
    assert.match(
      served,
      /^Cause: the certificate in Secret "served" is not for b\.example\.com; it is for a\.example\.com$/m,
    );
  });

  it('Argo CD: says why an Application is not synced or not healthy', async () => {
    await make('argoproj.io/v1alpha1', 'AppProject', 'default', {});
    await make('argoproj.io/v1alpha1', 'Application', 'good', { project: 'default' });
    await patchStatus('application', 'good', {
      sync: { status: 'Synced', revision: '0123456789abcdef' },
      health: { status: 'Healthy' },
    });
    assert.match(
      await diagnose('application', 'good'),
      /: Synced, Healthy, revision 01234567\nHealthy: nothing wrong found\.$/,
    );
    await degradedApplication();
    const text = await diagnose('application', 'bad');
    for (const line of [
      /^Cause: ComparisonError: app path does not exist$/m,
      /^Risk: OrphanedResourceWarning: 2 orphaned resources$/m,
      /^Cause: its last sync ended as Failed: one or more objects failed to apply; Deployment web: field is immutable$/m,
      /^Cause: Deployment web is Degraded: exceeded its progress deadline$/m,
      /^Symptom: it is OutOfSync: Deployment web$/m,
    ])
      assert.match(text, line);
  });

  it('Flux: follows a Kustomization and a HelmRelease to their source', async () => {
    await make(`${SOURCE}/v1`, 'GitRepository', 'repo', { url: 'https://git.example.com/app' });
    await patchStatus('gitrepository', 'repo', {
      conditions: [condition('Ready', 'False', 'GitOperationFailed', 'authentication required')],
    });
    await suspendedKustomization();
    const text = await diagnose(`kustomizations.${FLUX}`, 'app');
    assert.match(text, /: from GitRepository repo, never applied$/m);
    assert.match(
      text,
      /^Cause: GitRepository repo: its condition says Ready=False \(GitOperationFailed\): authentication required$/m,
    );
    assert.match(text, /^Cause: its dependency Kustomization "infra" does not exist/m);
    assert.match(text, /^Cause: its condition says Ready=False \(ArtifactFailed\)/m);
    assert.match(text, /^Risk: it is suspended/m);
    await make(`${HELM}/v2`, 'HelmRelease', 'chart', {
      chart: { spec: { chart: 'web', sourceRef: { kind: 'HelmRepository', name: 'none' } } },
    });
    assert.match(await diagnose('helmrelease', 'chart'), /^Cause: its HelmRepository "none" does not exist/m);
    const { client } = await testCluster();
    await client.apply(releaseSecret({ name: 'chart', namespace: namespace.name }) as KubeObject);
    assert.match(
      await server().error('diagnose_resource', { kind: 'HelmRelease', name: 'chart' }),
      /is ambiguous here: kind=helmreleases\.helm\.toolkit\.fluxcd\.io is .*, kind=helmrelease\.helm\.sh the release/,
    );
    assert.match(await diagnose('helmrelease.helm.sh', 'chart'), /^Helm release .*\/chart: deployed, revision 1/);
    await make(`${FLUX}/v1`, 'Kustomization', 'good', { path: '.' });
    await patchStatus(`kustomizations.${FLUX}`, 'good', {
      lastAppliedRevision: 'main@sha1:abc',
      conditions: [condition('Ready', 'True')],
    });
    assert.match(await diagnose(`kustomizations.${FLUX}`, 'good'), /at main@sha1:abc\nHealthy/);
  });

  it('KEDA: finds a missing target and what its triggers lack', async () => {
    await make('keda.sh/v1alpha1', 'ScaledObject', 'queue', {
      scaleTargetRef: { name: 'worker' },
      triggers: [{ type: 'rabbitmq', authenticationRef: { name: 'rabbit' } }],
    });
    await patchStatus('scaledobject', 'queue', {
      conditions: [
        condition('Ready', 'False', 'ScaledObjectCheckFailed', 'target not found'),
        condition('Active', 'False'),
        condition('Fallback', 'True', 'FallbackExists', 'at least one trigger is falling back'),
      ],
    });
    const text = await diagnose('scaledobject', 'queue');
    assert.match(text, /: Deployment worker, 0–100, by rabbitmq$/m);
    assert.match(text, /^Cause: the Deployment "worker" that it scales does not exist$/m);
    assert.match(text, /^Cause: its TriggerAuthentication "rabbit" does not exist/m);
    assert.match(text, /^Cause: its condition says Fallback=True/m);
    assert.doesNotMatch(text, /says Active/);
  });

  it('Istio: follows a VirtualService to hosts and subsets', async () => {
    await make(`${ISTIO}/v1`, 'DestinationRule', 'web', {
      host: 'web',
      subsets: [
        { name: 'v1', labels: { version: 'v1' } },
        { name: 'v9', labels: { version: 'v9' } },
      ],
    });
    const route = (destination: object) => ({ route: [{ destination }] });
    await make(`${ISTIO}/v1`, 'VirtualService', 'web', {
      hosts: ['shop.example.com'],
      gateways: ['mesh', 'front'],
      http: [
        route({ host: 'web', subset: 'v1', port: { number: 80 } }),
        route({ host: 'web', subset: 'v2' }),
        route({ host: `wbe.${namespace.name}.svc.cluster.local` }),
        route({ host: 'api.partner.example.com' }),
      ],
    });
    const text = await diagnose('virtualservice', 'web');
    assert.match(text, /^Cause: its Gateway "front" does not exist/m);
    assert.match(text, /^Cause: no DestinationRule of web has the subset "v2"; there are: v1, v9$/m);
    assert.match(text, /^Cause: it leads to Service "wbe", which does not exist in namespace \S+; nearest: web$/m);
    assert.doesNotMatch(text, /subset "v1"|partner.*not exist/);
    assert.match(
      await diagnose('destinationrule', 'web'),
      /^Cause: no pod of Service web has the labels of subset "v9"$/m,
    );
    await make(`${ISTIO}/v1`, 'Gateway', 'edge', {
      selector: { istio: 'nobody-has-this' },
      servers: [{ hosts: ['a.example.com'], port: { number: 443 } }],
    });
    assert.match(
      await diagnose(`gateways.${ISTIO}`, 'edge'),
      /^Cause: no pod has the labels of its selector: no proxy serves it$/m,
    );
  });

  it('Knative: says why the newest revision does not serve', async () => {
    const kind = `services.${KNATIVE}`;
    await make(`${KNATIVE}/v1`, 'Service', 'hello', {});
    await make(`${KNATIVE}/v1`, 'Revision', 'hello-2', {});
    await patchStatus(`revisions.${KNATIVE}`, 'hello-2', {
      conditions: [
        condition('Ready', 'False', 'ContainerMissing', 'Unable to fetch image'),
        condition('Active', 'False', 'NoTraffic'),
      ],
    });
    await patchStatus(kind, 'hello', {
      url: 'http://hello.example.com',
      latestCreatedRevisionName: 'hello-2',
      latestReadyRevisionName: 'hello-1',
      conditions: [condition('Ready', 'Unknown', 'RevisionMissing', 'still working')],
    });
    const text = await diagnose(kind, 'hello');
    assert.match(
      text,
      /^Cause: Revision hello-2: its condition says Ready=False \(ContainerMissing\): Unable to fetch image$/m,
    );
    assert.match(text, /^Symptom: its newest revision hello-2 is not ready; hello-1 still serves$/m);
    assert.match(text, /^Symptom: its condition says Ready=Unknown/m);
    assert.doesNotMatch(text, /NoTraffic/);
  });

  it('all of them are looked at in the overview of the cluster', async () => {
    await Promise.all([missingCertificate(), degradedApplication(), suspendedKustomization()]);
    const text = await server().text('diagnose_resource', { kind: 'cluster' });
    assert.match(text, new RegExp(`^Cause: Certificate ${namespace.name}/shop: Ready=False \\(DoesNotExist\\)`, 'm'));
    assert.match(
      text,
      new RegExp(`^Cause: Application ${namespace.name}/bad: OutOfSync, Degraded: app path does not exist$`, 'm'),
    );
    assert.match(text, new RegExp(`^Cause: Kustomization ${namespace.name}/app: Ready=False`, 'm'));
  });
});
