import assert from 'node:assert/strict';
import { deflateSync, gzipSync } from 'node:zlib';
import type { KubernetesObject } from '../../../../../src/kubernetes/apimachinery/objects.ts';
import { redact, restoreRedacted } from '../../../../../src/kubernetes/text/redact.ts';
import { redactText } from '../../../../../src/kubernetes/text/redact-text.ts';
import { tooSlow, usualTime } from '../../../../support/growth.ts';

const zlib = (text: string) => deflateSync(text, { level: 9 }).toString('base64');
const gzip = (text: string) => gzipSync(text, { level: 9 }).toString('base64');
const base64 = (text: string) => Buffer.from(text).toString('base64');
const nested = (text: string, depth: number): string => (depth === 0 ? text : base64(`see ${nested(text, depth - 1)}`));

/** Text that compresses as text does. */
const prose = (length: number) => {
  let text = '';
  for (let index = 0; text.length < length; index += 1) text += `${(index * 7919) % 10_007} words of line ${index}\n`;
  return text;
};
const bomb = zlib(' '.repeat(4_000_000));
const BOMBS: Record<string, string> = {
  zlib: bomb,
  gzip: gzip(' '.repeat(4_000_000)),
  'within its budget': zlib('a b '.repeat(15_000)),
  'in a bomb': zlib(`${bomb} `.repeat(700)),
  'in base64': nested(bomb, 4),
  'that breaks off': bomb.slice(0, 200),
  'of what is no text': deflateSync(Buffer.alloc(60_000, 255)).toString('base64'),
  'that only looks so': 'eNodeB-handover-abc',
};
const configMap = (data: Record<string, string>): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x' },
  data,
});
const fields = (count: number, textAt: (index: number) => string) =>
  configMap(Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, textAt(index)])));
const dataOf = (object: KubernetesObject) => object.data as Record<string, string>;

describe('what is unpacked to find credentials', () => {
  const lines = 'time=2026-01-01 level=info msg="GET /api/products?page=2 took 12 ms" user=bob\n'.repeat(200);
  const baseline = usualTime(() => redactText(lines));
  const USES: Record<string, (text: string, times: number) => () => unknown> = {
    'in one text': (text, times) => () => redactText(`${text} `.repeat(1_250 * times)),
    'in as many texts': (text, times) => () => {
      for (let index = 0; index < 100 * times; index += 1) redactText(`x ${text}`);
    },
    'in the fields of an object': (text, times) => () => redact(fields(250 * times, () => text)),
  };
  for (const [how, use] of Object.entries(USES)) {
    it(`takes linear time for bombs ${how}`, () => {
      const slow = Object.entries(BOMBS).flatMap(([name, text]) => {
        // Characters that are not there cost nothing.
        const size = Math.max(1, (text.length * 1_250) / lines.length);
        const problem = tooSlow((times) => use(text, times), baseline * size);
        return problem === undefined ? [] : `a bomb ${name} ${problem}`;
      });
      assert.deepEqual(slow, []);
    });
  }

  it('is compressed text, once, and base64 in base64', () => {
    const secret = 'password=hunter2Zq';
    for (const pack of [zlib, gzip, base64, (text: string) => nested(text, 3)]) {
      assert.equal(redactText(`see ${pack(`${prose(500)}${secret}`)} there`), 'see <redacted> there');
      assert.equal(redactText(`see ${pack('nothing to hide in here')} there`).includes('<redacted>'), false);
    }
    for (const pack of [zlib, gzip])
      assert.equal(redactText(`see ${pack(`see ${pack('nothing to hide')}`)}`), 'see <redacted>');
  });

  it('counts as a credential beyond its bounds', () => {
    const [large, small] = [zlib(prose(70_000)), zlib(prose(20_000))];
    const { length } = redactText(`see ${large}`);
    assert.equal(length, 'see <redacted>'.length);
    assert.equal(redactText(`see ${small}`), `see ${small}`);
    assert.match(redactText(`see ${`${small} `.repeat(4)}`), /^see (?!<)\S+ (?!<)\S+ (?!<)\S+ <redacted> $/);
    assert.equal(redactText(`see ${nested('nothing to hide in here', 8)}`), 'see <redacted>');
    const object = fields(20, (index) => `see ${zlib(`${index} ${prose(20_000)}`)}`);
    const shown = dataOf(redact(object));
    assert.equal(shown.k0, dataOf(object).k0);
    assert.match(shown.k19 ?? '', /^see <redacted/);
  });

  it('leaves words that only look so, however many', () => {
    const words = 'eNodeB-handover-abc '.repeat(500);
    assert.equal(redactText(words), words);
  });

  it('does not restore a value where only a bomb before it makes it one', () => {
    const live = configMap({ url: 'postgres://bob:hunter2Zq@db:5432/shop' });
    const { url = '' } = dataOf(redact(live));
    assert.deepEqual(restoreRedacted(configMap({ url }), live), live);
    const marker = /<redacted[^>]*>/.exec(url)?.[0] ?? '';
    const submitted = configMap({ url: `${bomb} postgres eNodeB-handover-abc/${marker}` });
    assert.throws(() => restoreRedacted(submitted, live), /nothing is redacted there/);
  });
});
