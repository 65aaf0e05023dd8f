import { oneLine } from '../../../kubernetes/text/one-line.ts';
import type { MistypedPath } from './mistyped-path.ts';
import { type PageText, rowsText } from './resource-page.ts';

/** The objects of a kind in one context, which names it. */
interface ListedIn {
  context: string;
  notes: readonly string[];
  page: PageText | string;
  hints?: MistypedPath[];
}

/** One table of a kind's objects in several contexts, or one per set of columns where clusters differ in them. */
export function contextTables(lists: readonly ListedIn[], lengthOfEach: number): string {
  const pages = lists.flatMap(({ page }) => (typeof page === 'string' ? [] : page));
  const lines = lists.map(({ context, notes, page }) => {
    const found = typeof page === 'string' ? page : page.summary;
    const more = typeof page !== 'string' && page.rest ? ` ${page.rest.text}: call again with this context alone.` : '';
    return `${oneLine(context)}: ${[...notes, found].join(' ')}${more}`;
  });
  const tables = [...Map.groupBy(pages, ({ header }) => header)].flatMap(([header, alike]) => [
    ...(header ? [header] : []),
    // Each is cut by itself: one long object hides no other context.
    ...alike.map(({ entries }) => rowsText({ header: undefined, entries }, lengthOfEach)),
  ]);
  const hints = [...new Set(lists.flatMap(({ hints = [] }) => hints.map(({ text }) => text)))];
  return [...lines, ...tables, ...hints].join('\n');
}
