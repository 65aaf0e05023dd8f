import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { deepEqual, isObject, type JsonObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import type { Change } from '../../../../src/kubernetes/writes/change.ts';
import { Journal, type JournalEntry, journalEntry } from '../../../../src/kubernetes/writes/journal.ts';
import { readJournal } from '../../../../src/kubernetes/writes/journal-reading.ts';
import { mergePatch, undoingAccess } from '../../../../src/kubernetes/writes/undo.ts';

const place = { context: 'c', server: 'https://c', apiVersion: 'v1', kind: 'ConfigMap', namespace: 'n', name: 'x' };
const object = (data: unknown) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data });
const update: Change = { ...place, access: 'update', before: object({ a: '1' }), after: object({ a: '2' }) };
const entry = (change: Change, outcome: JournalEntry['outcome'] = 'applied') => journalEntry(change, 'agent', outcome);

describe('journal', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'journal-'));
    path = join(folder, 'journal.jsonl');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('gives back what was written to it, the newest first', async () => {
    const journal = new Journal(path, assert.fail);
    for (const name of ['first', 'second']) await journal.add(entry({ ...update, name }));
    assert.deepEqual(
      (await readJournal(path)).map(({ name, before, after }) => [name, before?.data, after?.data]),
      [
        ['second', { a: '1' }, { a: '2' }],
        ['first', { a: '1' }, { a: '2' }],
      ],
    );
  });

  it('passes over lines that are broken, and over files that are not there', async () => {
    assert.deepEqual(await readJournal(path), []);
    const good = JSON.stringify(entry(update));
    await writeFile(path, `${good}\n{"time":\n[]\nnull\n{"time":"x"}\n\n${good}\n${good.slice(0, 40)}`);
    await writeFile(`${path}.1`, `${good}\n`);
    assert.equal((await readJournal(path)).length, 3);
  });

  it('never keeps a secret value, and then says that it cannot be undone', () => {
    const secret = (password: string) => ({ ...object({ password }), kind: 'Secret' });
    const kept = entry({ ...update, kind: 'Secret', before: secret('b25l'), after: secret('dHdv') });
    assert.doesNotMatch(JSON.stringify(kept), /b25l|dHdv/);
    assert.equal(kept.notUndoable, 'secretValues');
    assert.match(JSON.stringify(kept.after), /changed/);
  });

  it('leaves out what is too large', () => {
    const kept = entry({ ...update, before: object({ a: 'x'.repeat(300_000) }) });
    assert.equal(kept.before, undefined);
    assert.equal(kept.notUndoable, 'tooLarge');
    assert.ok(kept.after);
  });
});

describe('undo', () => {
  it('is for what was written, or may have been', () => {
    assert.equal(undoingAccess(entry(update)), 'update');
    assert.equal(undoingAccess(entry(update, 'unknown')), 'update');
    for (const outcome of ['refused', 'rejected', 'failed'] as const)
      assert.equal(undoingAccess(entry(update, outcome)), undefined);
    assert.equal(undoingAccess(entry({ ...place, access: 'create', after: object({}) })), 'delete');
    assert.equal(undoingAccess(entry({ ...place, access: 'delete', before: object({}) })), 'create');
    assert.equal(undoingAccess(entry({ ...place, access: 'exec', summary: 'ls' })), undefined);
    assert.equal(
      undoingAccess(entry({ ...place, kind: 'Namespace', access: 'delete', before: object({}) })),
      undefined,
    );
  });

  it('makes the one of the other by a merge patch', () => {
    // A merge patch cannot set null, and the API server keeps none.
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.integer({ max: 3 }),
        fc.constantFrom('', 'x', 'y'),
        fc.array(tie('node'), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('node'), { noNullPrototype: true }),
      ),
    })).node;
    const root = fc.dictionary(fc.constantFrom('a', 'b', 'c'), value, { noNullPrototype: true });
    fc.assert(
      fc.property(root, root, (from, to) => {
        assert.ok(deepEqual(merge(from, mergePatch(from, to)), to));
      }),
    );
    assert.deepEqual(mergePatch({ a: 1, b: { c: 1, d: 2 } }, { a: 1, b: { c: 3 } }), { b: { c: 3, d: null } });
  });
});

/** RFC 7386. */
function merge(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: JsonObject = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merge(result[key], value);
  }
  return result;
}
