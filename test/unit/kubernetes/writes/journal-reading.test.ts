import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { readJournal } from '../../../../src/kubernetes/writes/journal-reading.ts';
import { entry, journalPath, update } from '../../../support/journal.ts';

describe('reading a journal', () => {
  const journal = journalPath();

  it('passes over lines that are broken, and over files that are not there', async () => {
    const path = journal();
    assert.deepEqual(await readJournal(path), []);
    const good = JSON.stringify(entry(update));
    await writeFile(path, `${good}\n{"time":\n[]\nnull\n{"time":"x"}\n\n${good}\n${good.slice(0, 40)}`);
    await writeFile(`${path}.1`, `${good}\n`);
    assert.equal((await readJournal(path)).length, 3);
  });
});
