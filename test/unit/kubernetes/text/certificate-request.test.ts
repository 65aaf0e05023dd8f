import assert from 'node:assert/strict';
import fc from 'fast-check';
import { certificateRequestOf } from '../../../../src/kubernetes/text/certificate-request.ts';
import { signingRequest } from '../../../server/issued-certificates.ts';

const encoded = (pem: string) => Buffer.from(pem).toString('base64');

describe('a certificate request', () => {
  let pem: string;
  before(async () => {
    pem = await signingRequest('alice', {
      organizations: ['dev', 'system:masters'],
      names: [
        { type: 'dns', value: 'shop.example.com' },
        { type: 'ip', value: '10.0.0.7' },
        { type: 'email', value: 'alice@example.com' },
      ],
    });
  });

  it('says who its holder would be, and for which names', async () => {
    assert.deepEqual(certificateRequestOf(encoded(pem)), {
      subject: ['O=dev', 'O=system:masters', 'CN=alice'],
      commonNames: ['alice'],
      organizations: ['dev', 'system:masters'],
      names: ['DNS:shop.example.com', 'IP:10.0.0.7', 'email:alice@example.com'],
    });
    const plain = certificateRequestOf(encoded(await signingRequest('Jürgen 名')));
    assert.deepEqual(plain, {
      ...{ subject: ['CN=Jürgen 名'], commonNames: ['Jürgen 名'] },
      ...{ organizations: [], names: [] },
    });
  });

  it('is not read where readers could disagree', async () => {
    const other = await signingRequest('bob');
    for (const text of ['', 'x', `${pem}${other}`, `-----BEGIN X-----\n${pem}`, pem.replace('REQUEST', 'REQUESTS')])
      assert.equal(certificateRequestOf(encoded(text)), undefined, text);
    for (const value of [undefined, 7, null, {}, 'x'.repeat(200_000)])
      assert.equal(certificateRequestOf(value), undefined);
  });

  it('may be damaged in any way', () => {
    const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    const wrap = (bytes: Buffer) =>
      encoded(`-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`);
    assert.ok(certificateRequestOf(wrap(der)));
    const damage = fc.record({ at: fc.nat({ max: der.length - 1 }), byte: fc.nat({ max: 255 }) });
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), fc.nat({ max: der.length }), (damages, end) => {
        const bytes = Buffer.from(der);
        for (const { at, byte } of damages) bytes[at] = byte;
        certificateRequestOf(wrap(bytes));
        if (end < der.length) assert.equal(certificateRequestOf(wrap(der.subarray(0, end))), undefined);
      }),
    );
  });
});
