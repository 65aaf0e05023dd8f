import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { RedactedValues } from '../../../../src/kubernetes/text/redacted-values.ts';
import { processorTime } from '../../../support/load.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

function secret(data: Record<string, string>, metadata = {}): KubernetesObject {
  const encoded = Object.entries(data).map(([key, value]) => [key, base64(value)]);
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db', ...metadata }, data: Object.fromEntries(encoded) };
}

function valuesOf(...objects: KubernetesObject[]): RedactedValues {
  const values = new RedactedValues();
  for (const object of objects) values.add(object, true);
  return values;
}

describe('RedactedValues', () => {
  const value = 'c0rrect:h0rse "b&ttery"\\st?ple=7';
  const values = valuesOf(secret({ password: value }));
  const forms: Record<string, string> = {
    'as it is': value,
    'in base64': base64(value),
    'in base64 behind one byte': base64(`x${value}`),
    'in base64 behind two bytes': base64(`xy${value}z`),
    'in base64 for URLs': Buffer.from(`?${value}`).toString('base64url'),
    'as JSON': JSON.stringify(value),
    'as JSON in JSON': JSON.stringify(JSON.stringify(value)),
    'as JSON with escapes for all': [...value].map((one) => `\\u00${one.charCodeAt(0).toString(16)}`).join(''),
    'in a URL': encodeURIComponent(value),
    'in a form': new URLSearchParams({ value }).toString(),
    'in single quotes': `'${value.replaceAll("'", "''")}'`,
    'its beginning': value.slice(0, 8),
    'its end': value.slice(-8),
  };
  for (const [name, form] of Object.entries(forms)) {
    it(`finds a value ${name}`, () => {
      const text = values.hide(`Invalid value: ${form}: must be a label`);
      for (let at = 0; at + 8 <= form.length; at += 1)
        assert.ok(!text.includes(form.slice(at, at + 8)), `${text} has ${form.slice(at, at + 8)}`);
      assert.match(text, /^Invalid value: .*<redacted>.*: must be a label$/);
    });
  }

  it('finds a value whose escapes stand before hexadecimal digits', () => {
    const one = valuesOf(secret({ password: 'fé1a2b' }));
    for (const form of ['f\\u00e91a2b', 'f\\u{e9}1a2b', 'f\\u{0000e9}1a2b', 'f\\xe91a2b'])
      assert.equal(one.hide(`value "${form}" is wrong`), 'value "<redacted>" is wrong');
  });

  it('finds the lines of a value that stand in a document', () => {
    const lines = valuesOf(secret({ key: 'a1!\nb2!\nc3!\nd4!\n' }));
    assert.doesNotMatch(lines.hide('args:\n  - |\n    a1!\n    b2!\n    c3!\n    d4!\n'), /b2!/);
    assert.doesNotMatch(lines.hide('+  - |\n+    a1!\n+    b2!\n+    c3!\n+    d4!\n'), /b2!/);
  });

  it('leaves seven characters', () => assert.equal(values.hide(value.slice(0, 7)), value.slice(0, 7)));

  it('finds what is short only where it stands whole', () => {
    const short = valuesOf(secret({ password: 'hunt3r' }));
    assert.equal(
      short.hide('pw hunt3r, "hunt3r" and hunt3r2, ahunt3r'),
      'pw <redacted>, "<redacted>" and hunt3r2, ahunt3r',
    );
    assert.equal(short.hide(base64('hunt3r')), '<redacted>');
  });

  for (const word of ['admin', 'true', '5432', 'yes', '10s', 'v1', '512Mi', 'Opaque'])
    it(`leaves ${word}, an ordinary word or number, where it is`, () => {
      const text = `the ${word} of ${base64(word)} in ${word}`;
      assert.equal(valuesOf(secret({ a: word })).hide(text), text);
    });

  it('leaves what the objects show openly', () => {
    const open = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-7f9c', namespace: 'billing-backend' } };
    const both = valuesOf(secret({ namespace: 'billing-backend', pod: 'web-7f9c' }), open);
    const text = 'Pod web-7f9c in namespace billing-backend';
    assert.equal(both.hide(text), text);
  });

  it('leaves the words of which a configuration is made', () => {
    const config = valuesOf(
      secret({
        'config.yaml':
          'apiVersion: v1\nkind: Config\nmetadata:\n  name: web\ndatabase:\n  host: postgres\n  password: x9$Lq!7z\n',
        type: 'kubernetes.io/tls',
      }),
    );
    const text = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n# hostname: postgres-0, ${base64('kubernetes.io/')}`;
    assert.equal(config.hide(text), text);
    assert.doesNotMatch(config.hide('password: x9$Lq!7z'), /x9/);
  });

  it('finds a value that is made of ordinary words', () => {
    const words = valuesOf(secret({ password: 'postgres-database-password' }));
    assert.equal(words.hide('it is postgres-database-password.'), 'it is <redacted>.');
  });

  it('leaves what the reader has said', () => {
    const known = [`{"metadata":{"annotations":{"note":${JSON.stringify(value)}}}}`, value];
    assert.equal(
      values.hide(`note: ${value}`, () => known),
      `note: ${value}`,
    );
    assert.equal(
      values.hide(value, () => [value.slice(0, 20)]),
      '<redacted>',
    );
  });

  it('takes no longer for a text that repeats itself', async () => {
    const same = valuesOf(secret({ password: 'ab'.repeat(200_000), other: 'a'.repeat(200_000) }));
    const took = await processorTime(() => {
      same.hide('ab'.repeat(20_000));
      same.hide('\\\\'.repeat(20_000));
    });
    assert.ok(took < 2_000, `${took} ms`);
  });
});
