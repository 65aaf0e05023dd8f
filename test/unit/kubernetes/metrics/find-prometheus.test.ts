import assert from 'node:assert/strict';
import { chosenService } from '../../../../src/kubernetes/metrics/find-prometheus.ts';

describe('chosenService', () => {
  const service = (
    name: string,
    ports: { name?: string; port: number; protocol?: string }[],
    labels = {},
    namespace = 'apps',
  ) => ({
    metadata: { name, namespace, labels },
    spec: { ports },
  });

  it('prefers the usual namespaces, the ports of the API, and TLS where the port says so', () => {
    const stranger = service('prometheus', [{ port: 9090 }]);
    const own = service(
      'prometheus-server',
      [
        { name: 'grpc', port: 10_901 },
        { name: 'http', port: 80 },
      ],
      { 'app.kubernetes.io/component': 'server' },
      'monitoring',
    );
    assert.deepEqual(chosenService([stranger, own]), {
      namespace: 'monitoring',
      name: 'prometheus-server',
      port: '80',
      tls: false,
    });
    assert.equal(chosenService([stranger])?.name, 'prometheus');
    assert.deepEqual(chosenService([service('thanos', [{ name: 'https', port: 9091 }])]), {
      namespace: 'apps',
      name: 'thanos',
      port: '9091',
      tls: true,
    });
  });

  it('takes none that cannot be asked', () => {
    const labels = { 'app.kubernetes.io/component': 'alertmanager' };
    const external = { ...service('x', [{ port: 80 }]), spec: { type: 'ExternalName', ports: [{ port: 80 }] } };
    const strange = service('x', [{ port: 1 }, { port: 2 }]);
    const others = [
      service('x', [{ port: 9090 }], labels),
      external,
      strange,
      service('x', []),
      service('x', [{ port: 9090, protocol: 'UDP' }]),
    ];
    assert.equal(chosenService([...others, {}, { metadata: {} }]), undefined);
  });
});
