import assert from 'node:assert/strict';
import { type Saving, saveObject } from '../../../../src/extension/documents/object-saving.ts';
import { objectText } from '../../../../src/extension/documents/object-text.ts';
import { kind } from '../../../support/api-resource.ts';

/** A version of the object, with what the cluster counts. */
const version = (generation: number) => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'mine' } },
  metadata: { name: 'settings', namespace: 'shop', generation, resourceVersion: String(generation) },
});

/** What it comes to when a text of the first version is saved. */
async function saved(given: Partial<Saving>): Promise<unknown> {
  // Whoever asks for the object comes to write it.
  const connection = {
    discovery: { resolve: async () => kind('ConfigMap') },
    client: { json: () => Promise.reject(new Error('written')) },
  };
  const saving = {
    ...{ coordinates: { resource: 'configmaps', namespace: 'shop', name: 'settings' }, base: version(1), force: false },
    ...{ text: objectText(version(1)).editable, writer: { connection } as never },
    ...given,
  };
  return saveObject(saving).catch((error: unknown) => error);
}

describe('saving an object', () => {
  it('is refused, by force too, when what the text was made from is not known', async () => {
    for (const force of [false, true]) assert.match(String(await saved({ base: undefined, force })), /never read/);
  });

  it('is a conflict when the text was made from another version, whatever the cluster has set since', async () => {
    assert.match(String(await saved({})), /written/);
    assert.match(String(await saved({ base: version(2) })), /^ConflictError/);
    assert.match(String(await saved({ base: version(2), force: true })), /written/);
  });

  it('is a mistake when the text has other values of what only the cluster sets', async () => {
    const text = objectText(version(1)).editable.replace('generation: 1', 'generation: 7');
    for (const force of [false, true]) assert.match(String(await saved({ text, force })), /^TextError/);
  });
});
