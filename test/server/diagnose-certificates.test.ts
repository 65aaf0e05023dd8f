import assert from 'node:assert/strict';
import { diagnosing } from './diagnosing.ts';
import { issue, tlsSecret } from './issued-certificates.ts';
import { apply } from './scratch.ts';

describe('diagnose_resource, certificates', () => {
  const { namespace, diagnose } = diagnosing();
  const ingress = (name: string, secret: string, ...hosts: string[]) => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name}, namespace: ${namespace.name} }
spec:
  tls: [{ hosts: [${hosts.map((host) => `"${host}"`).join(', ')}], secretName: ${secret} }]
  defaultBackend: { service: { name: web, port: { number: 80 } } }`;

  before(async () => {
    const authority = await issue('An Authority', { days: 400 });
    const other = await issue('Another Authority', { days: 400 });
    const hosts = ['shop.example.com', '*.cdn.example.com'];
    const good = await issue('shop', { hosts, by: authority });
    const secret = (name: string, ...chain: Parameters<typeof tlsSecret>[2][]) =>
      tlsSecret(name, namespace.name, ...chain);
    await apply(
      [
        secret('good', good, authority),
        secret('garbage', 'bm90LWEtY2VydGlmaWNhdGU'),
        secret('half', '-----BEGIN CERTIFICATE-----\nTUlJQ21ESUNBWUFDQ1FD\n-----END CERTIFICATE-----'),
        secret('expired', await issue('old', { days: -3, hosts, by: authority })),
        secret('soon', await issue('ageing', { days: 5, hosts, by: authority })),
        secret('wrong-chain', good, other),
        ingress('fits', 'good', 'shop.example.com', 'a.cdn.example.com'),
        ingress('foreign', 'good', 'shop.example.com', 'www.example.org', 'a.b.cdn.example.com', '*.example.com'),
        ingress('stale', 'expired', 'shop.example.com'),
        `apiVersion: v1\nkind: Secret\nmetadata: { name: opaque, namespace: ${namespace.name} }\nstringData: { 'tls.crt': plain-text-that-is-secret }`,
      ].join('\n---\n'),
    );
  });

  it('are read for their names, their issuer and how long they are valid', async () => {
    const text = await diagnose('secret', 'good');
    assert.match(
      text,
      /kubernetes\.io\/tls, keys tls\.crt, tls\.key, CN=shop for shop\.example\.com, \*\.cdn\.example\.com, valid for 89d, issued by CN=An Authority, 1 more in its chain, used by no pod/,
    );
  });

  it('are told from garbage', async () => {
    assert.match(await diagnose('secret', 'garbage'), /\nCause: tls\.crt is no certificate in PEM$/m);
    assert.match(await diagnose('secret', 'half'), /\nCause: tls\.crt is no certificate in PEM$/m);
    const text = await diagnose('secret', 'opaque');
    assert.match(text, /tls\.crt is no certificate in PEM/);
    assert.doesNotMatch(text, /plain-text|secret-that/);
  });

  it('are found to have expired, or to do so soon', async () => {
    assert.match(
      await diagnose('secret', 'expired'),
      /\nCause: the certificate CN=old in tls\.crt expired 3d\S* ago, on \d{4}-/,
    );
    assert.match(
      await diagnose('secret', 'soon'),
      /\nRisk: the certificate CN=ageing in tls\.crt expires in 4d23h, on \d{4}-/,
    );
  });

  it('are to be followed by those who issued them', async () => {
    assert.match(
      await diagnose('secret', 'wrong-chain'),
      /\nCause: the chain in tls\.crt is broken: CN=shop is followed by CN=Another Authority but was issued by CN=An Authority$/m,
    );
  });

  it('have to be for the hosts of the Ingresses that use them', async () => {
    assert.doesNotMatch(await diagnose('ingress', 'fits'), /certificate/);
    assert.match(
      await diagnose('ingress', 'foreign'),
      /Cause: the certificate in Secret "good" is not for www\.example\.org, a\.b\.cdn\.example\.com, \*\.example\.com; it is for shop\.example\.com, \*\.cdn\.example\.com/,
    );
    assert.match(
      await diagnose('ingress', 'stale'),
      /Cause: the certificate CN=old in Secret "expired" expired 3d\S* ago/,
    );
    assert.match(await diagnose('secret', 'good'), /Cause: the certificate in tls\.crt is not for www\.example\.org/);
  });

  it('are looked through in the overview of a namespace, and no key is ever shown', async () => {
    const text = await diagnose('ns', namespace.name);
    assert.match(text, /^Cause: Secret garbage is no certificate in PEM$/m);
    assert.match(text, /^Cause: the certificate CN=old in Secret expired expired 3d/m);
    for (const name of ['good', 'garbage', 'soon'])
      assert.doesNotMatch(await diagnose('secret', name), /private-key-of-nobody|dGhlLXByaXZhdGU/);
  });
});
