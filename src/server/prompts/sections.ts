import { isApiError } from '../../kubernetes/apimachinery/errors.ts';
import { oneLine } from '../../kubernetes/text/one-line.ts';
import { redactText } from '../../kubernetes/text/redact-text.ts';
import { formatError } from '../core/error-text.ts';

/** A section of a snapshot: its heading and how to get its lines. */
export interface Section {
  title: string;
  /** Do not redact the lines as text: the objects in them already are. */
  isRedacted?: true;
  lines(): Promise<readonly string[]>;
}

/** Gathers all sections in parallel. A failed one says why in its place; empty ones are left out. */
export async function renderSections(sections: readonly Section[], signal: AbortSignal): Promise<string> {
  const parts = await Promise.all(
    sections.map(async ({ title, isRedacted, lines }) => {
      try {
        const found = await lines();
        return found.length === 0 ? [] : [`## ${title}`, ...(isRedacted ? found : found.map(redactText))];
      } catch (error) {
        signal.throwIfAborted();
        const verdict = isApiError(error, 403) ? 'Not permitted' : 'Not known';
        return [`## ${title}`, oneLine(`${verdict}: ${redactText(reason(error))}`)];
      }
    }),
  );
  return parts.flat().join('\n');
}

/** The first items, and how many more there are. */
export function top(items: readonly string[], count: number): string[] {
  const rest = items.length - count;
  const shown = items.slice(0, count).map(oneLine);
  return rest > 0 ? [...shown, `… and ${rest} more`] : shown;
}

/** `3 CrashLoopBackOff, 1 Pending`: most frequent first. */
export function tally(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([value, count]) => `${count} ${value}`)
    .join(', ');
}

function reason(error: unknown): string {
  if (isApiError(error, 403)) return error.message.slice(0, 250);
  return formatError(error).slice(0, 300);
}
