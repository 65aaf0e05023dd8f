import { BARE_MARKER } from '../../kubernetes/text/markers.ts';
import type { JournalEntry } from '../../kubernetes/writes/journal.ts';
import { Call } from '../core/call.ts';

/** The entry as it is kept and logged: the current call may have hidden more than the change's own objects hold. */
export function withoutHiddenValues(entry: JournalEntry): JournalEntry {
  const { reason, summary } = entry;
  return {
    ...entry,
    ...(reason !== undefined && { reason: searched(reason) }),
    ...(summary !== undefined && { summary: searched(summary) }),
  };
}

function searched(text: string): string {
  try {
    return Call.current()?.hideFromSearch([text])[0] ?? text;
  } catch {
    // The write has happened, or has not: either way its entry is kept.
    return BARE_MARKER;
  }
}
