import assert from 'node:assert/strict';
import { documentSpan, manifestObjects } from '../../../../src/extension/manifests/manifest-objects.ts';

const object = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

describe('the objects of a file', () => {
  it('have a document each, from one separator to the next', async () => {
    const text = `# first\n${object('a')}--- # next\n${object('b')}---\n${object('c')}`;
    const objects = await manifestObjects(text);
    assert.deepEqual(
      objects.map(({ object, spanOf }) => {
        const { start, end } = documentSpan(text, spanOf([]).start);
        return [object.metadata?.name, text.slice(start, end).includes(`name: ${object.metadata?.name}\n`)];
      }),
      [
        ['a', true],
        ['b', true],
        ['c', true],
      ],
    );
    const { start, end } = documentSpan(text, text.indexOf('name: b'));
    assert.equal(text.slice(start, end), `\n${object('b')}`);
  });

  it('are none in what is no manifest, or not valid', async () => {
    for (const text of ['', 'a: 1\n', `${object('a')}data: [\n`, 'apiVersion: v1\nkind: Config\n'])
      assert.deepEqual(await manifestObjects(text), [], text);
  });
});
