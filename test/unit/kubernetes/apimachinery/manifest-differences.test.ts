import assert from 'node:assert/strict';
import { fieldText } from '../../../../src/kubernetes/apimachinery/field-path.ts';
import { manifestDifferences } from '../../../../src/kubernetes/apimachinery/manifest-differences.ts';
import type { KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';

const paths = (own: KubernetesObject, live: KubernetesObject) =>
  manifestDifferences(own, live).map(({ path }) => fieldText(path));
const pod = (spec: object) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec });
const container = (fields: object) => pod({ containers: [{ name: 'a', ...fields }] });
const policy = (spec: object) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', spec });

describe('manifestDifferences', () => {
  const different: [string, KubernetesObject, KubernetesObject, string[]][] = [
    [
      'a label',
      { metadata: { labels: { v: '1.10' } } },
      { metadata: { labels: { v: '1.1' } } },
      ['.metadata.labels.v'],
    ],
    ['a text that is an amount', { data: { cpu: '1000m' } }, { data: { cpu: '1' } }, ['.data.cpu']],
    [
      'a variable',
      container({ env: [{ name: 'V', value: '1k' }] }),
      container({ env: [{ name: 'V', value: '1000' }] }),
      ['.spec.containers[a].env[V].value'],
    ],
    ['an argument', container({ args: ['010'] }), container({ args: ['10'] }), ['.spec.containers[a].args']],
    ['a switch', pod({ automountServiceAccountToken: false }), pod({}), ['.spec.automountServiceAccountToken']],
    [
      'what a container may',
      container({ securityContext: { allowPrivilegeEscalation: false, runAsNonRoot: false, runAsUser: 0 } }),
      container({ securityContext: {} }),
      ['allowPrivilegeEscalation', 'runAsNonRoot', 'runAsUser'].map(
        (key) => `.spec.containers[a].securityContext.${key}`,
      ),
    ],
    [
      'a volume',
      pod({ volumes: [{ name: 'd', emptyDir: {} }] }),
      pod({ volumes: [{ name: 'd', hostPath: { path: '/' } }] }),
      ['.spec.volumes[d].emptyDir'],
    ],
    ['an empty text under a key of the user', { data: { A: '' } }, { data: {} }, ['.data.A']],
    ['a storage class', { spec: { storageClassName: '' } }, { spec: {} }, ['.spec.storageClassName']],
    ['an object of defaults', { spec: { probe: { paused: false } } }, { spec: {} }, ['.spec.probe']],
    [
      'a peer',
      policy({ ingress: [{ from: [{ podSelector: {}, namespaceSelector: {} }] }] }),
      policy({ ingress: [{ from: [{ podSelector: {} }] }] }),
      ['.spec.ingress[0].from[0].namespaceSelector'],
    ],
    [
      'a peer that is another by what it has more',
      policy({ ingress: [{ from: [{ podSelector: {} }] }] }),
      policy({ ingress: [{ from: [{ podSelector: {}, namespaceSelector: {} }] }] }),
      ['.spec.ingress[0].from[0].namespaceSelector'],
    ],
    [
      'a rule about everything',
      policy({ podSelector: {}, egress: [{}], ingress: [{ ports: [] }] }),
      policy({ podSelector: { matchLabels: { a: 'b' } }, egress: [{ ports: [] }], ingress: [{ ports: [], from: [] }] }),
      ['.spec.podSelector.matchLabels', '.spec.egress[0]', '.spec.ingress[0].from'],
    ],
    ['no rules', policy({ ingress: [] }), policy({ ingress: [{}] }), ['.spec.ingress']],
    [
      'the labels to select by',
      { spec: { selector: { app: 'web' } } },
      { spec: { selector: { app: 'web', track: 'canary' } } },
      ['.spec.selector.track'],
    ],
    ['a key that every object inherits', { data: { constructor: 'x' } }, { data: {} }, ['.data.constructor']],
  ];
  for (const [what, own, live, expected] of different)
    it(`finds ${what}`, () => assert.deepEqual(paths(own, live), expected));

  const same: [string, KubernetesObject, KubernetesObject][] = [
    [
      'amounts',
      container({ resources: { requests: { cpu: 0.57, memory: '1024Mi', 'nvidia.com/gpu': 1 } } }),
      container({ resources: { requests: { cpu: '570m', memory: '1Gi', 'nvidia.com/gpu': '1' } } }),
    ],
    [
      'a size',
      pod({ volumes: [{ name: 'd', emptyDir: { sizeLimit: '0.5Gi' } }] }),
      pod({ volumes: [{ name: 'd', emptyDir: { sizeLimit: '512Mi' } }] }),
    ],
    ['a quota', { spec: { hard: { 'requests.cpu': '1000m' } } }, { spec: { hard: { 'requests.cpu': '1' } } }],
    ['a target', { spec: { target: { value: '1000m' } } }, { spec: { target: { value: '1' } } }],
    ['a port', { spec: { port: 80 } }, { spec: { port: '80' } }],
    [
      'what charts leave empty',
      {
        metadata: { annotations: {}, labels: {} },
        spec: {
          nodeSelector: {},
          affinity: {},
          tolerations: [],
          securityContext: {},
          strategy: {},
          priorityClassName: '',
        },
      },
      { metadata: {}, spec: {} },
    ],
    [
      'switches that are off and counts that are zero',
      container({ securityContext: { privileged: false }, tty: false, readinessProbe: { initialDelaySeconds: 0 } }),
      container({ readinessProbe: { periodSeconds: 10 } }),
    ],
    ['an empty variable', container({ env: [{ name: 'V', value: '' }] }), container({ env: [{ name: 'V' }] })],
    ['nothing', { spec: { a: null }, metadata: null } as unknown as KubernetesObject, { spec: {} }],
    ['what nobody sets', { status: { a: 1 }, metadata: { creationTimestamp: 'x' } }, { metadata: {} }],
    ['an empty list of what others add by name', container({ env: [] }), container({ env: [{ name: 'V' }] })],
    ['rules that Kubernetes fills in', { rules: [] }, { aggregationRule: {}, rules: [{ verbs: ['get'] }] }],
    [
      'defaults of a rule',
      policy({ ingress: [{ ports: [{ port: 80 }] }] }),
      policy({ ingress: [{ ports: [{ port: 80, protocol: 'TCP' }] }], policyTypes: ['Ingress'] }),
    ],
  ];
  for (const [what, own, live] of same) it(`leaves aside ${what}`, () => assert.deepEqual(paths(own, live), []));
});
