import assert from 'node:assert/strict';
import { explanation, objectText } from '../../../../src/extension/documents/object-text.ts';

describe('object text', () => {
  it('begins with apiVersion and kind, and has no noise', () => {
    const { text } = objectText({
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { name: 'a', managedFields: [{ manager: 'x' }] },
      data: { b: 'c' },
    });
    assert.equal(text, 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  b: c\n');
  });

  it('shows nothing of a Secret', () => {
    const data = { password: Buffer.from('hunter2').toString('base64') };
    const { text } = objectText({ kind: 'Secret', apiVersion: 'v1', metadata: { name: 'a' }, data });
    assert.match(text, /password: "<redacted #[0-9a-f]{4}>"/);
    assert.doesNotMatch(text, new RegExp(data.password));
  });

  it('tells when the object was made and last written', () => {
    const times = ['2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z', '2026-01-01T00:00:00Z'];
    const { created, modified } = objectText({
      metadata: { creationTimestamp: '2026-01-01T00:00:00Z', managedFields: times.map((time) => ({ time })) },
    });
    assert.deepEqual([created, modified], [Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 3)]);
  });
});

describe('explanation', () => {
  it('is YAML comments of bounded width that keep every word', () => {
    const words = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');
    const text = explanation('shop/pods/web.yaml', words);
    const lines = text.trimEnd().split('\n');
    assert.ok(lines.every((line) => line.startsWith('#') && line.length <= 90));
    assert.ok(
      lines
        .map((line) => line.slice(2))
        .join(' ')
        .includes(words),
    );
  });
});
