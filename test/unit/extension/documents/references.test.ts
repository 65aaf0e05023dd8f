import assert from 'node:assert/strict';
import { referencesIn } from '../../../../src/extension/documents/references.ts';

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
