import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { redactedValues } from '../../../../src/kubernetes/text/redact.ts';
import type { Change } from '../../../../src/kubernetes/writes/change.ts';
import { danger } from '../../../../src/kubernetes/writes/danger.ts';
import { Journal, journalEntry } from '../../../../src/kubernetes/writes/journal.ts';
import { readJournal } from '../../../../src/kubernetes/writes/journal-reading.ts';
import { entry, journalPath, object, place, update } from '../../../support/journal.ts';
import { assertRedacted, hidingObjects } from '../../../support/redacted-values.ts';

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

  it('keeps the newest entries, in three files of 5 MB', async () => {
    const files = [path(), `${path()}.1`, `${path()}.2`];
    const texts = ['x'.repeat(5_000_001), 'older', 'oldest'];
    await Promise.all(files.map((file, index) => writeFile(file, texts[index] ?? '')));
    await new Journal(path(), assert.fail).add({ time: 'now' });
    const kept = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    assert.deepEqual(kept, ['{"time":"now"}\n', texts[0], 'older']);
    await assert.rejects(stat(`${path()}.3`), { code: 'ENOENT' });
  });

  it('holds nothing back where it cannot be written, and says so', async () => {
    await writeFile(path(), '');
    const said: string[] = [];
    await new Journal(`${path()}/journal`, (message) => said.push(message)).add({ time: 'now' });
    assert.match(said.join('\n'), /^The journal .* cannot be written: /);
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

  it('keeps no value of the objects in what was said of the change', () => {
    const env = (value: string) => ({ kind: 'Pod', spec: { containers: [{ env: [{ name: 'DB_PASSWORD', value }] }] } });
    const sides = [
      [object({ password: 'V2ludGVyMjAyNCF4' }), 'Secret'],
      [env('Winter2024!x'), 'Pod'],
    ] as const;
    const text = 'admission webhook "guard" denied the request: value Winter2024!x may not change';
    for (const [side, kind] of sides)
      for (const at of ['before', 'after', 'tried', 'parent']) {
        const change: Change = { ...place, access: 'update', kind, [at]: { ...side, kind } };
        const kept = journalEntry({ ...change, summary: text }, 'agent', 'failed', text);
        const wanted = 'admission webhook "guard" denied the request: value <redacted> may not change';
        assert.deepEqual([kept.reason, kept.summary], [wanted, wanted], `${kind} ${at}`);
      }
  });

  it('keeps no value of generated objects in what was said of them', () => {
    for (const objects of Object.values(hidingObjects))
      fc.assert(
        fc.property(objects, objects, (before, after) => {
          for (const said of [...redactedValues(before), ...redactedValues(after)]) {
            const kept = journalEntry({ ...update, before, after }, 'user', 'failed', `It may not be ${said}.`);
            assertRedacted(kept.reason ?? '', before, after);
          }
        }),
        { numRuns: 30 },
      );
  });

  it('leaves out what is too large', () => {
    const kept = entry({ ...update, before: object({ a: 'x'.repeat(300_000) }) });
    assert.equal(kept.before, undefined);
    assert.equal(kept.notUndoable, 'tooLarge');
    assert.ok(kept.after);
  });
});
