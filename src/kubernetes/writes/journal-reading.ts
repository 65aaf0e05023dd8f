import { readFile } from 'node:fs/promises';
import { isWriteAccess } from '../apimachinery/access.ts';
import { parseJson } from '../apimachinery/json.ts';
import { isObject } from '../apimachinery/objects.ts';
import { type JournalEntry, journalFiles, OUTCOMES } from './journal.ts';

/** All entries of a journal, newest first; invalid lines are skipped. */
export async function readJournal(path: string): Promise<JournalEntry[]> {
  const texts = await Promise.all(journalFiles(path).map(readIfPresent));
  return texts.flatMap((text) => text.split('\n').flatMap(entryOf).reverse());
}

async function readIfPresent(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function entryOf(line: string): JournalEntry[] {
  try {
    const value: unknown = parseJson(line);
    return isEntry(value) ? [value] : [];
  } catch {
    return [];
  }
}

function isEntry(value: unknown): value is JournalEntry & Record<string, unknown> {
  if (!isObject(value)) return false;
  const { time, actor, access, context, apiVersion, kind, outcome, before, after } = value;
  return (
    [time, context, apiVersion, kind].every((text) => typeof text === 'string') &&
    ['agent', 'user'].includes(String(actor)) &&
    isWriteAccess(access) &&
    OUTCOMES.some((one) => one === outcome) &&
    [before, after].every((object) => object === undefined || isObject(object))
  );
}
