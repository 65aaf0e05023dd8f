import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Change } from '../../src/kubernetes/writes/change.ts';
import { type JournalEntry, journalEntry } from '../../src/kubernetes/writes/journal.ts';

/** A ConfigMap change, its parts, and its journal entry. */
export const place = {
  context: 'c',
  server: 'https://c',
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: 'n',
  name: 'x',
};
export const object = (data: unknown) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data });
export const update: Change = { ...place, access: 'update', before: object({ a: '1' }), after: object({ a: '2' }) };
export const entry = (change: Change, outcome: JournalEntry['outcome'] = 'applied') =>
  journalEntry(change, 'agent', outcome);

/** The path of a journal in a separate folder for each test of the block. */
export function journalPath(): () => string {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'journal-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  return () => join(folder, 'journal.jsonl');
}
