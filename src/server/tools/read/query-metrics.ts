import * as z from 'zod';
import { parseDuration } from '../../../kubernetes/apimachinery/duration.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { lastRange, numberText, type Series, seriesOf, summaryOf } from '../../../kubernetes/metrics/series.ts';
import { oneLine } from '../../../kubernetes/text/one-line.ts';
import { redactText } from '../../../kubernetes/text/redact-text.ts';
import { renderRows } from '../../../kubernetes/text/table.ts';
import { settingPlace } from '../../../settings.ts';
import { bounded } from '../../core/response.ts';
import { defineTool } from '../../core/tool.ts';

/** Prometheus keeps two weeks by default. */
const MAX_RANGE_MS = 92 * 86_400_000;
/** The most series that are read; the answer shows `limit` of them. */
const MAX_SERIES = 2_000;
const MAX_REMARKS = 3;
const MAX_TEXT = 20_000;

export const queryMetrics = defineTool({
  name: 'query_metrics',
  title: 'Query Metrics',
  description: 'Query Prometheus: min, median, max, last and trend of each series. Aggregate in PromQL.',
  access: 'read',
  switch: 'list',
  toolset: 'metrics',
  unconfined: true,
  input: {
    query: z.string().min(1).describe('PromQL'),
    range: z.string().default('1h'),
    limit: z.int().min(1).max(500).default(20),
  },
  async run({ query, range, limit }, { prometheus, signal }) {
    const milliseconds = parseDuration(range);
    if (milliseconds < 1_000 || milliseconds > MAX_RANGE_MS)
      throw new UserError(`range: "${range}" is not between 1s and 92d.`);
    const source = await prometheus();
    if (!source)
      throw new UserError(
        `No Prometheus was found: no Service of this cluster has its usual labels. The user can give its address: ${settingPlace('prometheus.url')}.`,
      );
    const steps = lastRange(milliseconds);
    const { start, end, step } = steps;
    const given = { query, start: String(start), end: String(end), step: String(step), limit: String(MAX_SERIES) };
    const { data, warnings } = await source.ask('query_range', given, signal);
    const remarks = warnings.slice(0, MAX_REMARKS).map((text) => `Prometheus remarks: ${oneLine(text).slice(0, 300)}`);
    const rows = seriesOf(data, steps).flatMap(({ labels, values }) => {
      const summary = summaryOf({ labels, values });
      return summary ? [{ labels, ...summary }] : [];
    });
    const about = `Prometheus (${source.place}), last ${range.trim()} in steps of ${step} s`;
    if (rows.length === 0) {
      const advice = 'Names of metrics: group by (__name__) ({__name__=~".*cpu.*"}).';
      return { text: [`${about}: no values. ${advice}`, ...remarks].join('\n') };
    }
    rows.sort((a, b) => b.last - a.last);
    const shown = rows.slice(0, limit);
    const { common, names } = labelsOf(shown);
    const count =
      rows.length > shown.length
        ? `${shown.length} of ${rows.length} series, by their last value`
        : `${rows.length} series`;
    const table = renderRows([
      [...names, 'MIN', 'MEDIAN', 'MAX', 'LAST', 'TREND'],
      ...shown.map(({ labels, min, median, max, last, trend }) => [
        ...names.map((name) => labelText(name, labels[name])),
        ...[min, median, max, last].map(numberText),
        trend,
      ]),
    ]);
    const all =
      common.length > 0 ? [`All: ${common.map(([name, value]) => oneLine(`${name}=${value}`)).join(', ')}`] : [];
    const text = bounded([`${about}: ${count}`, ...all, ...table].join('\n'), 'Aggregate, or lower limit.', MAX_TEXT);
    return { text: [text, ...remarks].join('\n') };
  },
});

// A column tells less of a value than its label does.
function labelText(name: string, value: string | undefined): string {
  return value ? redactText(`${name}=${value}`).slice(name.length + 1) : '-';
}

/** The labels that all series share with their value, and the names of the others. */
function labelsOf(series: readonly Pick<Series, 'labels'>[]): { common: [string, string][]; names: string[] } {
  const names = [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))];
  const isCommon = (name: string) => series.every(({ labels }) => labels[name] === series[0]?.labels[name]);
  const common = names.filter(isCommon).map((name): [string, string] => [name, series[0]?.labels[name] ?? '']);
  return { common, names: names.filter((name) => !isCommon(name)) };
}
