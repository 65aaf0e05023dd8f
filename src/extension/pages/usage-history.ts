import * as vscode from 'vscode';
import type { Measured, Usage } from '../../kubernetes/workloads/usage.ts';
import type { Chart } from '../../webviews/pages/messages.ts';
import { amountText, measuredName } from './page-parts.ts';

/** An hour, at the pace at which clusters measure. */
const MAX_SAMPLES = 240;
/** Clusters measure every 15 seconds or so. */
const PAUSE_MS = 14_000;

/** What was used since a page was opened. */
export class UsageHistory {
  readonly #samples: { at: number; usage: Usage }[] = [];

  /** Remembers what is used now, unless the last time was just before. */
  add(usage: Usage | undefined, now = Date.now()): void {
    const last = this.#samples.at(-1);
    if (!usage) return;
    if (last && now - last.at < PAUSE_MS) last.usage = usage;
    else this.#samples.push({ at: now, usage });
    if (this.#samples.length > MAX_SAMPLES) this.#samples.shift();
  }

  /** CPU and memory as charts; none before anything was measured. */
  get charts(): Chart[] {
    return (['cpu', 'memory'] as const).flatMap((measured) => {
      const points = this.#samples.flatMap(({ at, usage }) => {
        const { used } = usage[measured];
        return used === undefined ? [] : [[at, used] as const];
      });
      const last = this.#samples.at(-1)?.usage[measured];
      if (!last || points.length === 0) return [];
      const limit = last.limit ?? last.requested;
      const text = usageText(measured, last);
      return [{ name: measuredName(measured), text, points, ...(limit === undefined ? {} : { limit }) }];
    });
  }
}

function usageText(measured: Measured, { used, requested, limit }: Usage[Measured]): string {
  const amount = (value: number) => amountText(measured, value);
  return [
    ...(used === undefined ? [] : [vscode.l10n.t('{0} in use', amount(used))]),
    ...(requested === undefined ? [] : [vscode.l10n.t('{0} requested', amount(requested))]),
    ...(limit === undefined ? [] : [vscode.l10n.t('limit {0}', amount(limit))]),
  ].join(' · ');
}
