import assert from 'node:assert/strict';
import { kubeletError } from '../../../../src/kubernetes/workloads/kubelet.ts';

const client = { json: async () => ({ spec: { nodeName: 'n' } }) as never };
const reasonOf = async (message: string) =>
  (await kubeletError(message, client, { namespace: 'shop', pod: 'web' }))?.reason;
const log = (cause: string) => `Get "https://10.0.0.1:10250/containerLogs/shop/web/web?tailLines=1": ${cause}`;
const dial = (cause: string) => `error dialing backend: ${cause}`;

describe('a kubelet that the API server cannot reach', () => {
  const causes: [string, RegExp][] = [
    ['remote error: tls: internal error', /^the kubelet has no serving certificate yet/],
    ['x509: certificate is valid for a, b, not c', /is for another address/],
    ['x509: certificate relies on legacy Common Name field, use SANs instead', /names no address/],
    ['remote error: tls: bad certificate', /refuses the certificate of the API server \(tls: bad certificate\)/],
    ['remote error: tls: certificate required', /refuses the certificate of the API server/],
    ['remote error: tls: unknown certificate authority', /refuses the certificate of the API server/],
    ['remote error: tls: handshake failure', /TLS connection .* failed \(remote error: tls: handshake failure\)/],
    ['tls: first record does not look like a TLS handshake', /TLS connection to the kubelet failed/],
    ['net/http: TLS handshake timeout', /TLS connection to the kubelet failed \(TLS handshake timeout\)/],
    ['x509: ECDSA verification failure', /was refused \(x509: ECDSA verification failure\)/],
    ['tls: failed to verify certificate: x509: certificate specifies an incompatible key usage', /incompatible key/],
    ['dial tcp 10.0.0.1:10250: connect: connection refused', /cannot connect .* connection refused\)/],
    ['dial tcp: lookup n on 10.96.0.10:53: no such host', /cannot connect .* no such host\)/],
    ['No agent available', /the tunnel from the API server to the nodes has no agent/],
  ];
  for (const [cause, expected] of causes)
    it(`is named with the cause: ${cause}`, async () => {
      for (const message of [log(cause), dial(cause)]) {
        const reason = (await reasonOf(message)) ?? '';
        assert.match(reason, expected);
        assert.match(reason, /\(node n\)$/);
      }
    });

  for (const message of [
    'container not found ("web")',
    dial('unexpected EOF'),
    'command failed: dial tcp 10.0.0.1:5432: connect: connection refused',
    'stderr: tls: handshake failure',
    '',
  ])
    it(`is not what this tells of: ${message}`, async () => {
      assert.equal(await reasonOf(message), undefined);
    });
});
