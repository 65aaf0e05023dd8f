import assert from 'node:assert/strict';
import { certificatesIn } from '../../../../src/kubernetes/text/certificates.ts';
import { issue } from '../../../server/issued-certificates.ts';

describe('certificatesIn', () => {
  it('tells subject, names, issuer and dates of each certificate, and never a key', async () => {
    const authority = await issue('An Authority', { days: 400 });
    const { pem } = await issue('shop', { hosts: ['shop.example.com', 'www.example.com'], by: authority });
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const key = '-----BEGIN PRIVATE KEY-----\nMIGHAgEA\n-----END PRIVATE KEY-----\n';
    const found = certificatesIn({
      data: { 'tls.crt': base64(`${pem}\n${authority.pem}`), 'tls.key': base64(key), note: 'no certificate' },
      webhooks: [{ clientConfig: { caBundle: base64(authority.pem) } }],
      plain: authority.pem,
    });
    assert.deepEqual(
      found.map(({ path }) => path),
      ['.data[tls.crt]', '.webhooks[0].clientConfig.caBundle', '.plain'],
    );
    assert.match(
      String(found[0]?.text),
      /^CN=shop; names: shop\.example\.com, www\.example\.com; issuer: CN=An Authority; valid \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d$/,
    );
    assert.match(String(found[1]?.text), /^CN=An Authority; self-signed; valid /);
  });

  it('says nothing of what only looks like one', () => {
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
    assert.deepEqual(
      certificatesIn({ a: broken, b: 'LS0tLS1CRUdJTi', c: null, d: [1], metadata: { name: broken } }),
      [],
    );
  });
});
