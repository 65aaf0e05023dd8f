import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../../../../src/kubernetes/apimachinery/objects.ts';
import type { PodSpec } from '../../../../../src/kubernetes/diagnosis/facts/types.ts';
import { type Autoscaler, autoscalerReport } from '../../../../../src/kubernetes/diagnosis/rules/autoscalers.ts';
import { holding, lookupIn, served } from '../../../../support/fake-cluster.ts';

const KINDS = [
  served('apps', 'v1', 'Deployment', 'deployments'),
  served('metrics.k8s.io', 'v1beta1', 'PodMetrics', 'pods'),
];
const CPU = { requests: { cpu: '1' } };

describe('an autoscaler', () => {
  async function said(template: PodSpec, pods: PodSpec[], scalingActive = 'False', container?: string) {
    const target = { type: 'Utilization', averageUtilization: 80 };
    const metric = container
      ? { type: 'ContainerResource', containerResource: { name: 'cpu', container, target } }
      : { type: 'Resource', resource: { name: 'cpu', target } };
    const autoscaler = {
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, metrics: [metric] },
      status: { conditions: [{ type: 'ScalingActive', status: scalingActive, reason: 'FailedGetResourceMetric' }] },
    } as unknown as Autoscaler;
    const objects: Record<string, KubernetesObject> = {
      '/apis/apps/v1/namespaces/shop/deployments/web': {
        metadata: { name: 'web', namespace: 'shop' },
        spec: { selector: { matchLabels: { app: 'web' } }, template: { spec: template } },
      },
    };
    for (const [index, spec] of pods.entries())
      objects[`/api/v1/namespaces/shop/pods/${index}`] = { metadata: { name: `${index}` }, spec: { ...spec } };
    const { findings } = await autoscalerReport(autoscaler, lookupIn(holding(objects), KINDS));
    return findings.map(({ message }) => String(message)).filter((text) => text.startsWith('it has no metrics'));
  }
  const lacks = (names: string) => [
    `it has no metrics to go by: container ${names} of Deployment web has no cpu request, of which 80% are its target`,
  ];
  const bare = { containers: [{ name: 'a' }] };

  it('lacks requests as its pods do, and as its template does only where there are none', async () => {
    assert.deepEqual(await said(bare, []), lacks('a'));
    assert.deepEqual(await said(bare, [bare, bare]), lacks('a'));
    // By a LimitRange, say.
    assert.deepEqual(await said(bare, [{ containers: [{ name: 'a', resources: CPU }] }]), []);
    assert.deepEqual(await said({ containers: [{ name: 'a', resources: { limits: { cpu: '1' } } }] }, []), []);
  });

  it('lacks none where it scales', async () => {
    assert.deepEqual(await said(bare, [bare], 'True'), []);
  });

  it('goes by the containers that count', async () => {
    const containers = [{ name: 'a', resources: CPU }];
    const sidecar = { containers, initContainers: [{ name: 'proxy', restartPolicy: 'Always' }] };
    assert.deepEqual(await said(sidecar, []), lacks('proxy'));
    assert.deepEqual(await said({ containers, initContainers: [{ name: 'setup' }] }, []), []);
    assert.deepEqual(await said({ ...bare, resources: CPU }, []), []);
    assert.deepEqual(await said({ ...bare, resources: CPU }, [], 'False', 'a'), lacks('a'));
    assert.deepEqual(await said(sidecar, [], 'False', 'a'), []);
  });
});
