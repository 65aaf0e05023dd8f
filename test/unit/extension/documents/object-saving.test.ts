import assert from 'node:assert/strict';
import { type Saving, saveObject } from '../../../../src/extension/documents/object-saving.ts';
import { objectText } from '../../../../src/extension/documents/object-text.ts';

describe('saving an object', () => {
  it('is refused, by force too, when what the text was made from is not known', async () => {
    const metadata = { name: 'settings', namespace: 'shop', resourceVersion: '1' };
    const { editable: text } = objectText({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: 'mine' } });
    const coordinates = { resource: 'configmaps', namespace: 'shop', name: 'settings' };
    // It does not come to writing.
    const writer = undefined as never;
    for (const force of [false, true]) {
      const saving: Saving = { coordinates, text, base: undefined, force, writer };
      await assert.rejects(saveObject(saving), /never read/);
    }
  });
});
