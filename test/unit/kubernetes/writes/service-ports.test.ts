import assert from 'node:assert/strict';
import type { JsonObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { hasRenumberedPorts, withPorts } from '../../../../src/kubernetes/writes/service-ports.ts';

const service = (...ports: JsonObject[]) => ({ apiVersion: 'v1', kind: 'Service', spec: { type: 'ClusterIP', ports } });
const live = service({ name: 'http', port: 80, targetPort: 1 }, { name: 'admin', port: 90 });

describe('ports of a Service', () => {
  it('are known by their names, or by being the only one', () => {
    assert.equal(hasRenumberedPorts(service({ name: 'http', port: 8080 }), live), true);
    assert.equal(hasRenumberedPorts(service({ name: 'http', port: 80 }), live), false);
    assert.equal(hasRenumberedPorts(service({ name: 'http', targetPort: 2 }), live), true);
    assert.equal(hasRenumberedPorts(service({ $patch: 'delete', name: 'http' }), live), false);
    assert.equal(hasRenumberedPorts(service({ name: 'new', port: 81 }), live), false);
    assert.equal(hasRenumberedPorts(service({ port: 81 }), service({ port: 80 })), true);
    assert.equal(
      hasRenumberedPorts(service({ port: 80, protocol: 'UDP', name: 'dns-udp' }), service({ port: 80, name: 'dns' })),
      false,
    );
  });

  it('keep what a manifest does not name', () =>
    assert.deepEqual(withPorts(service({ name: 'http', port: 8080 }, { name: 'new', port: 1 }), live).spec, {
      type: 'ClusterIP',
      ports: [
        { name: 'http', port: 8080, targetPort: 1 },
        { name: 'admin', port: 90 },
        { name: 'new', port: 1 },
      ],
    }));
});
