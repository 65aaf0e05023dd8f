import assert from 'node:assert/strict';
import { danger } from '../../../../src/kubernetes/writes/danger.ts';
import { Journal } from '../../../../src/kubernetes/writes/journal.ts';
import { readJournal } from '../../../../src/kubernetes/writes/journal-reading.ts';
import { entry, journalPath, object, update } from '../../../support/journal.ts';

describe('journal', () => {
  const path = journalPath();

  it('gives back what was written to it, the newest first', async () => {
    const journal = new Journal(path(), assert.fail);
    for (const name of ['first', 'second']) await journal.add(entry({ ...update, name }));
    assert.deepEqual(
      (await readJournal(path())).map(({ name, before, after }) => [name, before?.data, after?.data]),
      [
        ['second', { a: '1' }, { a: '2' }],
        ['first', { a: '1' }, { a: '2' }],
      ],
    );
  });

  it('never keeps a secret value, and then says that it cannot be undone', () => {
    const secret = (password: string) => ({ ...object({ password }), kind: 'Secret' });
    const kept = entry({ ...update, kind: 'Secret', before: secret('b25l'), after: secret('dHdv') });
    assert.doesNotMatch(JSON.stringify(kept), /b25l|dHdv/);
    assert.equal(kept.notUndoable, 'secretValues');
    assert.match(JSON.stringify(kept.after), /changed/);
  });

  it('says that a claim cannot be had back whose volume goes with it', () => {
    const deletion = { ...update, kind: 'PersistentVolumeClaim', access: 'delete' as const, after: undefined };
    assert.equal(entry(deletion).notUndoable, undefined);
    assert.equal(entry({ ...deletion, consequences: [danger('volumeGoes', 'v')] }).notUndoable, 'contentsGone');
  });

  it('leaves out what is too large', () => {
    const kept = entry({ ...update, before: object({ a: 'x'.repeat(300_000) }) });
    assert.equal(kept.before, undefined);
    assert.equal(kept.notUndoable, 'tooLarge');
    assert.ok(kept.after);
  });
});
