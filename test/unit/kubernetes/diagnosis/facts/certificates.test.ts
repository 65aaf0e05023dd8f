import assert from 'node:assert/strict';
import fc from 'fast-check';
import { certificateReport } from '../../../../../src/kubernetes/diagnosis/facts/certificates.ts';
import { issue } from '../../../../server/issued-certificates.ts';

const base64 = (...texts: string[]) => Buffer.from(texts.join('\n')).toString('base64');
const told = (value: unknown, options = {}) => {
  const { findings } = certificateReport(value, 'it', options);
  return findings.map(({ level, message }) => `${level}: ${message}`);
};

describe('certificateReport', () => {
  it('finds nothing wrong with a whole chain for its hosts', async () => {
    const root = await issue('Root', { days: 400 });
    const middle = await issue('Middle', { days: 300, by: root });
    const leaf = await issue('leaf', { hosts: ['a.example.com', '*.b.example.com'], by: middle });
    const chain = base64(leaf.pem, middle.pem, root.pem);
    assert.deepEqual(
      told(chain, { hosts: ['a.example.com', 'x.b.example.com', '*.b.example.com', 'A.Example.com'] }),
      [],
    );
    assert.match(
      certificateReport(chain, 'it').summary,
      /^CN=leaf for a\.example\.com, \*\.b\.example\.com, valid for 89d, issued by CN=Middle, 2 more in its chain$/,
    );
    assert.deepEqual(told(base64(leaf.pem, root.pem)), [
      'cause: the chain in it is broken: CN=leaf is followed by CN=Root but was issued by CN=Middle',
    ]);
    assert.deepEqual(told(base64(leaf.pem, root.pem), { bundle: true }), []);
  });

  it('knows the day on which each certificate ends, and begins', async () => {
    assert.match(
      told(base64((await issue('old', { days: -1 })).pem))[0] ?? '',
      /^cause: the certificate CN=old in it expired 24h ago/,
    );
    assert.match(
      told(base64((await issue('soon', { days: 29 })).pem))[0] ?? '',
      /^risk: the certificate CN=soon in it expires in 28d/,
    );
    assert.deepEqual(told(base64((await issue('later', { days: 31 })).pem)), []);
  });

  it('shows nothing of what it cannot read', () => {
    fc.assert(
      fc.property(fc.anything(), fc.base64String(), (value, text) => {
        for (const given of [value, text, base64(`-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----`)]) {
          const { summary, findings } = certificateReport(given, 'it');
          assert.equal(summary, '');
          assert.match(findings.map((finding) => finding.message).join(), /^it is (empty|no certificate in PEM)$/);
        }
      }),
    );
  });
});
