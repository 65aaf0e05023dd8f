import assert from 'node:assert/strict';
import { definition, diagnosing } from './diagnosing.ts';
import { issue, tlsSecret } from './issued-certificates.ts';
import { apply, kubectl, scratchNamespace } from './scratch.ts';

const GATEWAY = 'gateway.networking.k8s.io';

describe('diagnose_resource, who reaches whom', () => {
  const { namespace, diagnose, patchStatus } = diagnosing();
  const other = scratchNamespace();
  const meta = (name: string, where = namespace.name) => `{ name: ${name}, namespace: ${where} }`;
  const pod = (name: string, tier: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: ${namespace.name}, labels: { app: ${name}, tier: ${tier} } }\nspec: { containers: [{ name: app, image: nginx, ports: [{ name: http, containerPort: 80 }] }] }`;
  const service = (name: string, app: string, where = namespace.name) =>
    `apiVersion: v1\nkind: Service\nmetadata: ${meta(name, where)}\nspec: { selector: { app: ${app} }, ports: [{ name: http, port: 80, targetPort: http }] }`;
  const policy = (name: string, spec: string) =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: ${meta(name)}\nspec: ${spec}`;

  before(async () => {
    await apply(
      [
        ...['web', 'api', 'db', 'open'].map((name) => pod(name, name === 'open' ? 'none' : 'closed')),
        ...['web', 'api', 'db', 'open'].map((name) => service(name, name)),
        policy('deny-all', '{ podSelector: { matchLabels: { tier: closed } }, policyTypes: [Ingress] }'),
        policy(
          'web-to-api',
          '{ podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: http }] }] }',
        ),
        policy(
          'metrics-of-db',
          '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: none } } }], ports: [{ port: 9090, endPort: 9099 }] }] }',
        ),
        policy('of-nobody', '{ podSelector: { matchLabels: { app: gone } }, ingress: [{}] }'),
        policy(
          'web-out',
          '{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] } }], ports: [{ port: 443 }] }, { to: [{ podSelector: { matchLabels: { app: missing } } }] }] }',
        ),
        policy(
          'wrong-name',
          '{ podSelector: { matchLabels: { app: open } }, ingress: [{ ports: [{ port: grpc }] }, {}] }',
        ),
        `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: ${meta('front')}
spec: { tls: [{ secretName: no-such-secret }], rules: [{ host: a.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: wbe, port: { number: 80 } } } }, { path: /p, pathType: Prefix, backend: { service: { name: web, port: { name: grpc } } } }] } }] }`,
        `apiVersion: apps/v1
kind: Deployment
metadata: ${meta('forgetful')}
spec:
  replicas: 0
  selector: { matchLabels: { app: forgetful } }
  template: { metadata: { labels: { app: forgetful } }, spec: { containers: [{ name: app, image: nginx, envFrom: [{ secretRef: { name: forgotten } }, { configMapRef: { name: lost } }] }] } }`,
      ].join('\n---\n'),
    );
    for (const name of ['web', 'api', 'db', 'open'])
      await kubectl('wait', `pod/${name}`, '--for=condition=Ready', `--namespace=${namespace.name}`);
  });

  it('finds a Service whose pods nobody may reach although they are ready', async () => {
    assert.match(
      await diagnose('svc', 'web'),
      /1 of 1 endpoints ready.*\nCause: NetworkPolicy deny-all lets nobody reach its pods, where the network plugin enforces policies$/m,
    );
    assert.match(
      await diagnose('svc', 'db'),
      /\nCause: NetworkPolicy (deny-all, metrics-of-db|metrics-of-db, deny-all) lets nobody reach TCP http of its pods/,
    );
  });

  it('says who may, where somebody may', async () => {
    assert.match(
      await diagnose('svc', 'api'),
      /\nHealthy: .*(\n.*)*\nNetworkPolicies let in:\npods app=web of this namespace on TCP http \(web-to-api\)$/,
    );
    assert.doesNotMatch(await diagnose('svc', 'open'), /Cause/);
  });

  it('tells of a pod who reaches it, and whom it reaches', async () => {
    const text = await diagnose('pod', 'web');
    assert.match(text, /^NetworkPolicies let in:\nnobody \(deny-all\)$/m);
    assert.match(
      text,
      /^NetworkPolicies let out:\n10\.0\.0\.0\/8 but 10\.1\.0\.0\/16 on TCP 443 \(web-out\)\npods app=missing of this namespace \(web-out\)$/m,
    );
  });

  it('judges a policy by what it does to the pods', async () => {
    assert.match(
      await diagnose('netpol', 'deny-all'),
      /about the pods that it selects \(3\).*\nRisk: nobody reaches 1 of its 3 pods: no policy lets anybody in\n/,
    );
    assert.match(await diagnose('netpol', 'of-nobody'), /\nRisk: its podSelector matches no pod, so it does nothing$/m);
    const out = await diagnose('netpol', 'web-out');
    assert.match(out, /\nRisk: a rule is about pods app=missing of this namespace, but no pod has these labels$/m);
    assert.match(out, /\nNetworkPolicies let out:/);
    assert.match(
      await diagnose('netpol', 'metrics-of-db'),
      /\nRisk: a rule is about all pods of namespaces team=none, but no namespace has these labels$/m,
    );
    assert.match(
      await diagnose('netpol', 'wrong-name'),
      /\nCause: a rule opens TCP port "grpc", which no container of its pods has$/m,
    );
    assert.match(await diagnose('netpol', 'web-to-api'), /\nHealthy: nothing wrong found\.\nNetworkPolicies let in:/);
  });

  it('lists what is missing in a namespace: Services behind an Ingress, ports, Secrets, ConfigMaps', async () => {
    const text = await diagnose('ns', namespace.name);
    assert.match(
      text,
      /^Cause: Ingress front: a\.example\.com\/ leads to Service "wbe", which does not exist in namespace \S+; nearest: .*web/m,
    );
    assert.match(
      text,
      /^Cause: Ingress front: a\.example\.com\/p leads to port grpc of Service web, which it does not have; it has: http 80$/m,
    );
    assert.match(text, /^Cause: Ingress front: the Secret "no-such-secret" with its TLS certificate does not exist$/m);
    assert.match(text, /^Cause: Secret "forgotten" does not exist, needed by Deployment forgetful$/m);
    assert.match(text, /^Cause: ConfigMap "lost" does not exist, needed by Deployment forgetful$/m);
    assert.match(text, /^Symptom: NetworkPolicies let nobody reach the pods of Services: web$/m);
  });

  describe('through the Gateway API', () => {
    before(async () => {
      await apply(
        [
          definition(GATEWAY, 'v1', 'GatewayClass', 'gatewayclasses', 'Cluster'),
          definition(GATEWAY, 'v1', 'Gateway', 'gateways'),
          definition(GATEWAY, 'v1', 'HTTPRoute', 'httproutes'),
          definition(GATEWAY, 'v1beta1', 'ReferenceGrant', 'referencegrants'),
        ].join('\n---\n'),
      );
      await kubectl(
        'wait',
        'crd',
        `gatewayclasses.${GATEWAY}`,
        `gateways.${GATEWAY}`,
        `httproutes.${GATEWAY}`,
        `referencegrants.${GATEWAY}`,
        '--for=condition=Established',
      );
      const route = (name: string, spec: string) =>
        `apiVersion: ${GATEWAY}/v1\nkind: HTTPRoute\nmetadata: ${meta(name)}\nspec: ${spec}`;
      const to = (backend: string) => `rules: [{ backendRefs: [${backend}] }]`;
      await apply(
        [
          tlsSecret('edge', namespace.name, await issue('edge', { hosts: ['a.example.com'] })),
          service('far', 'nobody', other.name),
          service('idle', 'nobody'),
          `apiVersion: ${GATEWAY}/v1\nkind: GatewayClass\nmetadata: { name: ${namespace.name} }\nspec: { controllerName: example.com/none }`,
          `apiVersion: ${GATEWAY}/v1\nkind: Gateway\nmetadata: ${meta('edge')}\nspec: { gatewayClassName: ${namespace.name}, listeners: [{ name: web, port: 443, protocol: HTTPS, hostname: a.example.com, tls: { certificateRefs: [{ name: edge }] } }] }`,
          `apiVersion: ${GATEWAY}/v1\nkind: Gateway\nmetadata: ${meta('broken')}\nspec: { gatewayClassName: gone, listeners: [{ name: web, port: 443, protocol: HTTPS, hostname: b.example.com, tls: { certificateRefs: [{ name: edge }, { name: lost }] } }] }`,
          route(
            'good',
            `{ parentRefs: [{ name: edge }], hostnames: [a.example.com], ${to('{ name: open, port: 80 }')} }`,
          ),
          route('no-gateway', `{ parentRefs: [{ name: egde }], ${to('{ name: open, port: 80 }')} }`),
          route(
            'no-listener',
            `{ parentRefs: [{ name: edge, sectionName: http }], ${to('{ name: open, port: 80 }')} }`,
          ),
          route(
            'no-host',
            `{ parentRefs: [{ name: edge }], hostnames: [www.example.org], ${to('{ name: open, port: 80 }')} }`,
          ),
          route(
            'no-backend',
            `{ parentRefs: [{ name: edge }], ${to('{ name: opne, port: 80 }, { name: open, port: 81 }, { name: idle, port: 80 }')} }`,
          ),
          route(
            'not-granted',
            `{ parentRefs: [{ name: edge }], ${to(`{ name: far, namespace: ${other.name}, port: 80 }`)} }`,
          ),
        ].join('\n---\n'),
      );
      const attached = { name: 'web', attachedRoutes: 1, conditions: [{ type: 'Accepted', status: 'True' }] };
      await patchStatus('gateways.gateway.networking.k8s.io', 'edge', {
        addresses: [{ value: '10.0.0.1' }],
        conditions: [
          { type: 'Accepted', status: 'True' },
          { type: 'Programmed', status: 'True' },
        ],
        listeners: [attached],
      });
      const status = (refs: string, message = '') => ({
        parents: [
          {
            parentRef: { name: 'edge' },
            conditions: [
              { type: 'Accepted', status: 'True' },
              { type: 'ResolvedRefs', status: refs, reason: 'BackendNotFound', message },
            ],
          },
        ],
      });
      await patchStatus('httproute', 'good', status('True'));
      await patchStatus('httproute', 'no-backend', status('False', 'Service opne not found'));
    });
    after(() =>
      kubectl(
        'delete',
        'crd',
        `gatewayclasses.${GATEWAY}`,
        `gateways.${GATEWAY}`,
        `httproutes.${GATEWAY}`,
        `referencegrants.${GATEWAY}`,
        '--wait=false',
      ),
    );

    it('finds a Gateway without its class, its certificates or a controller', async () => {
      assert.match(
        await diagnose(`gateways.${GATEWAY}`, 'edge'),
        /address 10\.0\.0\.1, 1 route\nHealthy: nothing wrong found\.(\n.*)*\nListeners:\nweb HTTPS 443 a\.example\.com$/,
      );
      const text = await diagnose(`gateways.${GATEWAY}`, 'broken');
      assert.match(text, /\nCause: its GatewayClass "gone" does not exist$/m);
      assert.match(
        text,
        /\nCause: listener web: the certificate in Secret "edge" is not for b\.example\.com; it is for a\.example\.com$/m,
      );
      assert.match(text, /\nCause: listener web: the Secret "lost" with its TLS certificate does not exist/m);
      assert.match(text, /\nSymptom: it has no status: no gateway controller has acted on it$/m);
      assert.match(
        await diagnose(`gatewayclasses.${GATEWAY}`, namespace.name),
        /\nCause: controller example\.com\/none has not accepted it: does it run\?/,
      );
    });

    it('follows a route to the last endpoint', async () => {
      assert.match(
        await diagnose('httproute', 'good'),
        /: a\.example\.com through edge to open:80\nHealthy: nothing wrong found\.$/,
      );
      assert.match(
        await diagnose('httproute', 'no-gateway'),
        /\nCause: its Gateway "egde" does not exist in namespace/,
      );
      assert.match(
        await diagnose('httproute', 'no-listener'),
        /\nCause: its Gateway edge has no listener "http"; it has: web$/m,
      );
      assert.match(
        await diagnose('httproute', 'no-host'),
        /\nCause: no listener of Gateway edge serves its hosts www\.example\.org; they serve: a\.example\.com$/m,
      );
      const text = await diagnose('httproute', 'no-backend');
      assert.match(text, /\nCause: it leads to Service "opne", which does not exist in namespace \S+; nearest: open$/m);
      assert.match(text, /\nCause: it leads to port 81 of Service open, which it does not have; it has: http 80$/m);
      assert.match(text, /\nCause: Service idle: it has no endpoints: its selector app=nobody matches no pod/m);
      assert.match(
        text,
        /\nCause: for Gateway edge: its condition says ResolvedRefs=False \(BackendNotFound\): Service opne not found$/m,
      );
    });

    it('knows that another namespace has to grant what is there', async () => {
      const refused = /\nCause: no ReferenceGrant in namespace \S+ lets it send requests to Service "far" there$/m;
      assert.match(await diagnose('httproute', 'not-granted'), refused);
      await apply(
        `apiVersion: ${GATEWAY}/v1beta1\nkind: ReferenceGrant\nmetadata: ${meta('grant', other.name)}\nspec: { from: [{ group: ${GATEWAY}, kind: HTTPRoute, namespace: ${namespace.name} }], to: [{ group: '', kind: Service }] }`,
      );
      assert.doesNotMatch(await diagnose('httproute', 'not-granted'), refused);
    });
  });

  it('reads the policies of administrators, which count before those of namespaces', async () => {
    const group = 'policy.networking.k8s.io';
    const kind = 'AdminNetworkPolicy';
    const subject = (name: string) => `{ namespaces: { matchLabels: { kubernetes.io/metadata.name: ${name} } } }`;
    const admin = (name: string, spec: string) =>
      `apiVersion: ${group}/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}`;
    const names = ['shut', 'lost'].map((name) => `${name}-${namespace.name}`);
    await apply(definition(group, 'v1alpha1', kind, 'adminnetworkpolicies', 'Cluster'));
    try {
      await kubectl('wait', `crd/adminnetworkpolicies.${group}`, '--for=condition=Established');
      await apply(
        [
          admin(
            names[0] ?? '',
            `{ priority: 10, subject: ${subject(namespace.name)}, ingress: [{ name: monitoring, action: Allow, from: [${subject('no-such-team')}] }, { name: none, action: Deny, from: [{ namespaces: {} }] }, { name: late, action: Allow, from: [{ namespaces: {} }] }], egress: [{ action: Pass, to: [{ networks: [10.0.0.0/8] }] }] }`,
          ),
          admin(names[1] ?? '', `{ priority: 20, subject: ${subject('no-such-team')} }`),
        ].join('\n---\n'),
      );
      const shut = await diagnose(kind, names[0] ?? '');
      assert.match(
        shut,
        /about all pods of namespaces kubernetes\.io\/metadata\.name=test-\w+ \(4 pods of 1 namespaces\); priority 10/,
      );
      assert.match(shut, /^Risk: rules in that never count, as the one before them is about everybody: late$/m);
      assert.match(shut, /^Risk: a rule is about .*no-such-team, but no namespace has these labels$/m);
      assert.match(shut, /^Deny all pods of all namespaces \(none\)$/m);
      assert.match(shut, /^Pass networks 10\.0\.0\.0\/8$/m);
      assert.match(await diagnose(kind, names[1] ?? ''), /^Risk: it is about no namespace, so it does nothing$/m);
    } finally {
      await kubectl('delete', 'crd', `adminnetworkpolicies.${group}`, '--ignore-not-found', '--wait=false');
    }
  });
});
