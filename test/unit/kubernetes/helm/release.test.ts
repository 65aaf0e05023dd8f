import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { decodeRelease, ReleaseError } from '../../../../src/kubernetes/helm/release.ts';

const base64 = (content: string | Uint8Array) => Buffer.from(content).toString('base64');
const packed = (value: unknown) => base64(gzipSync(JSON.stringify(value)));

describe('the payload of a release', () => {
  it('is read from a Secret and from a ConfigMap, with whatever it lacks left empty', async () => {
    const payload = packed({ name: 'web', version: 3, info: { status: 'failed' }, chart: { metadata: { name: 'c' } } });
    for (const release of [await decodeRelease(base64(payload), 'secret'), await decodeRelease(payload, 'configmap')]) {
      assert.deepEqual([release.name, release.revision, release.status, release.chart.name], ['web', 3, 'failed', 'c']);
      assert.deepEqual([release.manifest, release.notes, release.hooks, release.config], ['', '', [], {}]);
    }
  });

  it('may be without compression, as old ones are', async () => {
    assert.equal((await decodeRelease(base64('{"name":"old"}'), 'configmap')).name, 'old');
  });

  it('that unpacks to more than any release is refused, and nothing else of it is kept', async () => {
    const bomb = base64(gzipSync(Buffer.alloc(64 << 20)));
    await assert.rejects(decodeRelease(bomb, 'configmap'), /more than 32 MB/);
  });

  it('is read or refused with a sentence, whatever it holds', async () => {
    const content = fc.oneof(fc.string(), fc.json(), fc.uint8Array(), fc.constant(undefined), fc.integer());
    await fc.assert(
      fc.asyncProperty(content, fc.boolean(), fc.nat(40), async (value, isPacked, cut) => {
        const bytes = value instanceof Uint8Array || typeof value === 'string' ? value : String(value);
        const whole = isPacked ? base64(gzipSync(bytes)) : base64(bytes);
        const given = value === undefined ? undefined : whole.slice(0, whole.length - cut);
        await decodeRelease(given, 'configmap').catch((error: unknown) => assert.ok(error instanceof ReleaseError));
      }),
    );
  });
});
