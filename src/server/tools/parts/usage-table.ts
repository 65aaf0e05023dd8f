import { cpuText, memoryText, parseQuantity, percentText } from '../../../kubernetes/apimachinery/quantity.ts';
import { renderRows } from '../../../kubernetes/text/table.ts';
import type { Amounts, Measured, Usage } from '../../../kubernetes/workloads/usage.ts';

/** One row: its name, its usage and, for a node, its allocatable resources. */
export interface UsageRow {
  title: string[];
  usage: Usage;
  capacity?: Record<string, string>;
}

const TEXT: Record<Measured, (amount: number) => string> = { cpu: cpuText, memory: memoryText };

/**
 * The rows, highest usage first. Pods show usage in percent of request and limit (`60% of 250m`); nodes show usage,
 * requests and limits in percent of allocatable (`300m 7%`).
 */
export function renderUsage(
  titles: readonly string[],
  rows: readonly UsageRow[],
  sortBy: Measured,
  limit: number,
): string[] {
  const ofNodes = rows.some(({ capacity }) => capacity);
  const header = (['CPU', 'MEMORY'] as const).flatMap((name) =>
    ofNodes ? [name, `${name} REQUESTS`, `${name} LIMITS`] : [name, `${name} OF REQUEST`, `${name} OF LIMIT`],
  );
  const sorted = rows.toSorted((a, b) => (b.usage[sortBy].used ?? -1) - (a.usage[sortBy].used ?? -1));
  const table = renderRows([
    [...titles, ...header],
    ...sorted
      .slice(0, limit)
      .map(({ title, usage, capacity }) => [
        ...title,
        ...(['cpu', 'memory'] as const).flatMap((measured) =>
          capacity
            ? nodeCells(usage[measured], parseQuantity(capacity[measured]), TEXT[measured])
            : podCells(usage[measured], TEXT[measured]),
        ),
      ]),
  ]);
  const hidden = sorted.length - limit;
  return hidden > 0
    ? [...table, `${hidden} more use less: raise limit, or narrow with namespace, name or labelSelector.`]
    : table;
}

/** The total usage of all rows. */
export function totalText(rows: readonly UsageRow[]): string {
  const total = (measured: Measured) => rows.reduce((sum, { usage }) => sum + (usage[measured].used ?? 0), 0);
  return `together ${cpuText(total('cpu'))} CPU, ${memoryText(total('memory'))} memory`;
}

function podCells({ used, requested, limit }: Amounts, text: (amount: number) => string): string[] {
  const share = (whole: number | undefined) => {
    if (whole === undefined) return '-';
    return used === undefined || whole === 0 ? text(whole) : `${percentText(used, whole)} of ${text(whole)}`;
  };
  return [used === undefined ? '-' : text(used), share(requested), share(limit)];
}

function nodeCells(
  { used, requested, limit }: Amounts,
  whole: number | undefined,
  text: (amount: number) => string,
): string[] {
  return [used, requested, limit].map((amount) => {
    if (amount === undefined) return '-';
    return whole ? `${text(amount)} ${percentText(amount, whole)}` : text(amount);
  });
}
