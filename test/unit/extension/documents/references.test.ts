import assert from 'node:assert/strict';
import { hiddenValuesIn, plainValue } from '../../../../src/extension/documents/hidden-values.ts';
import { referencesIn } from '../../../../src/extension/documents/references.ts';
import { pathText } from '../../../../src/kubernetes/apimachinery/field-path.ts';

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  ownerReferences:
  - { apiVersion: apps/v1, kind: ReplicaSet, name: web-1 }
spec:
  serviceAccountName: deployer
  nodeName: node-1
  containers:
  - name: web
    envFrom:
    - configMapRef: { name: settings }
    env:
    - name: A
      valueFrom: { secretKeyRef: { name: keys, key: a } }
  volumes:
  - name: uploads
    persistentVolumeClaim: { claimName: uploads }
  - name: certificate
    secret: { secretName: tls }
  imagePullSecrets:
  - name: registry
`;

describe('references in a text', () => {
  const found = (text: string) =>
    referencesIn(text).objects.map(
      ({ kind, name, namespace }) => `${kind}/${name}${namespace ? ` in ${namespace}` : ''}`,
    );

  it('are found in a pod, and names of its own are none', () => {
    assert.deepEqual(found(POD), [
      'namespaces/shop',
      'ReplicaSet/web-1',
      'serviceaccounts/deployer',
      'nodes/node-1',
      'configmaps/settings',
      'secrets/keys',
      'persistentvolumeclaims/uploads',
      'secrets/tls',
      'secrets/registry',
    ]);
  });

  it('stand where the name stands', () => {
    for (const { span, name } of referencesIn(POD).objects) assert.equal(POD.slice(span.start, span.end), name);
  });

  it('say their kind themselves in bindings and scalers', () => {
    assert.deepEqual(
      found(
        'kind: RoleBinding\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }\nsubjects:\n- { kind: ServiceAccount, name: bot, namespace: ci }\n',
      ),
      ['Role.rbac.authorization.k8s.io/reader', 'ServiceAccount/bot in ci'],
    );
    assert.deepEqual(
      found('kind: X\nspec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web } }\n'),
      ['Deployment/web'],
    );
  });

  it('are selectors, in either form', () => {
    const selectors = (text: string) => referencesIn(text).selectors.map(({ selector }) => selector);
    assert.deepEqual(selectors('kind: Service\nspec: { selector: { app: web, tier: x } }\n'), ['app=web,tier=x']);
    assert.deepEqual(selectors('kind: Deployment\nspec: { selector: { matchLabels: { app: web } } }\n'), ['app=web']);
    assert.deepEqual(selectors('kind: PersistentVolumeClaim\nspec: { selector: { matchLabels: { a: b } } }\n'), []);
  });

  it('survive what is no YAML yet', () => {
    assert.deepEqual(found('kind: Pod\nspec:\n  nodeName: [\n'), []);
  });
});

describe('hidden values', () => {
  const text = 'kind: Secret\ndata:\n  a: "<redacted #12ab>"\n  b: eA==\n';

  it('are found by their markers', () => {
    const [value, ...others] = hiddenValuesIn(text);
    assert.equal(others.length, 0);
    assert.equal(pathText(value?.path ?? []), 'data.a');
    assert.equal(text.slice(value?.span.start, value?.span.end), '"<redacted #12ab>"');
  });

  it('of a list keep to the name when the list is edited', () => {
    const [value] = hiddenValuesIn('kind: Pod\nspec:\n  env:\n  - name: TOKEN\n    value: "<redacted #12ab>"\n');
    const live = {
      kind: 'Pod',
      spec: {
        env: [
          { name: 'OTHER', value: 'no' },
          { name: 'TOKEN', value: 'yes' },
        ],
      },
    };
    assert.equal(plainValue(live, value?.path ?? []), 'yes');
  });

  it('of a Secret are decoded, unless they are no text', () => {
    const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
    const secret = { kind: 'Secret', data: { a: base64(Buffer.from('Grüß')), b: base64(Buffer.from([0xff, 0xfe])) } };
    assert.equal(plainValue(secret, ['data', 'a']), 'Grüß');
    assert.equal(plainValue(secret, ['data', 'b']), '//4=');
    assert.equal(plainValue(secret, ['data', 'c']), undefined);
  });
});
