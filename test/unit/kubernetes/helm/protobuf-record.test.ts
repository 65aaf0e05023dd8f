import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isProtobuf, readProtobufRecord } from '../../../../src/kubernetes/helm/protobuf-record.ts';

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    bytes.push(left >= 128 ? (left % 128) + 128 : left);
    if (left < 128) return Buffer.from(bytes);
  }
}

const field = (number: number, content: Buffer | string) => {
  const bytes = Buffer.from(content);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
};
const map = (number: number, entries: Record<string, string>) =>
  Object.entries(entries).map(([key, value]) => field(number, Buffer.concat([field(1, key), field(2, value)])));

function message(kind: string, name: string, labels: Record<string, string>, data: Record<string, string>): Buffer {
  const metadata = Buffer.concat([field(1, name), field(3, 'shop'), ...map(11, labels)]);
  const object = Buffer.concat([field(1, metadata), ...map(2, data), field(3, 'helm.sh/release.v1')]);
  const type = Buffer.concat([field(1, 'v1'), field(2, kind)]);
  return Buffer.concat([Buffer.from('k8s\0'), field(1, type), field(2, object)]);
}

describe('a record of helm in protobuf', () => {
  it('is read as it would be in JSON', () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme' });
    const texts = fc.dictionary(
      text.filter((key) => key !== '__proto__'),
      fc.string(),
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(text, texts, texts, (name, labels, data) => {
        const bytes = message('Secret', name, labels, data);
        assert.ok(isProtobuf(bytes));
        const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
        assert.deepEqual(readProtobufRecord(bytes), {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name, namespace: 'shop', labels },
          data: Object.fromEntries(encoded),
          type: 'helm.sh/release.v1',
        });
      }),
    );
  });

  it('of any other kind is refused, and what is cut off is', () => {
    assert.throws(() => readProtobufRecord(message('Pod', 'x', {}, {})), SyntaxError);
    const whole = message('ConfigMap', 'x', { owner: 'helm' }, { release: 'x'.repeat(300) });
    for (let length = 5; length < whole.length; length += 1)
      assert.throws(() => readProtobufRecord(whole.subarray(0, length)), SyntaxError, `cut at ${length}`);
  });
});
