import { isObject, type JsonObject } from '../apimachinery/objects.ts';

/** The values of one metric over a time range, in the order of time; undefined where there is none. */
export interface Series {
  labels: Record<string, string>;
  values: (number | undefined)[];
}

/** What is said of a series. */
export interface Summary {
  min: number;
  median: number;
  max: number;
  last: number;
  /** A character per part of the range: `▁▃█`, and a blank where there is no value. */
  trend: string;
}

/** A time range, in seconds. */
export interface Range {
  start: number;
  end: number;
  step: number;
}

/** How many values are asked for of each series. */
const POINTS = 60;
const MIN_STEP = 15;
const TREND_LENGTH = 12;
const BARS = [...'▁▂▃▄▅▆▇█'];

/** The last `milliseconds`, in steps. */
export function lastRange(milliseconds: number, now = Date.now()): Range {
  const end = Math.floor(now / 1000);
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  return { start: end - seconds, end, step: Math.max(MIN_STEP, Math.ceil(seconds / POINTS)) };
}

/** The series of an answer to `query_range`; other results, and values that are no numbers, are left out. */
export function seriesOf({ result }: JsonObject, { start, end, step }: Range): Series[] {
  const count = Math.floor((end - start) / step) + 1;
  return (Array.isArray(result) ? result : []).filter(isObject).map(({ metric, values }) => {
    const slots = new Array<number | undefined>(count).fill(undefined);
    for (const pair of Array.isArray(values) ? values : []) {
      const [time, text] = Array.isArray(pair) ? pair : [];
      const at = Math.round(((numberOf(plain(time)) ?? Number.NaN) - start) / step);
      if (at >= 0 && at < count) slots[at] = numberOf(plain(text));
    }
    return { labels: labelsOf(metric), values: slots };
  });
}

/** A value of an answer to `query`. */
export interface LabelledValue {
  labels: Record<string, string>;
  value: number;
}

/** The values of an answer to `query`; what is no number is left out. */
export function labelledValues({ result }: JsonObject): LabelledValue[] {
  return (Array.isArray(result) ? result : []).filter(isObject).flatMap(({ metric, value: pair }) => {
    const value = Array.isArray(pair) ? numberOf(plain(pair[1])) : undefined;
    return value === undefined ? [] : [{ labels: labelsOf(metric), value }];
  });
}

/** The values of an answer to `query`, by one of their labels. */
export function valuesBy(label: string, data: JsonObject): Map<string, number> {
  return new Map(labelledValues(data).map(({ labels, value }) => [labels[label] ?? '', value]));
}

function labelsOf(metric: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(isObject(metric) ? metric : {}).map(([name, value]) => [name, plain(value)]),
  );
}

/** A label, value or time as text; empty for anything else, since `{"toString":0}` cannot even be converted. */
function plain(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Undefined for a series without values. */
export function summaryOf({ values }: Series): Summary | undefined {
  const known = values.filter((value) => value !== undefined);
  const last = known.at(-1);
  if (last === undefined) return undefined;
  const sorted = known.toSorted((a, b) => a - b);
  const [min = last, max = last] = [sorted[0], sorted.at(-1)];
  const middle = sorted.length / 2;
  const [low = last, high = last] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  // Halves first: a sum may be infinite. Between the infinities there is no middle.
  const between = low / 2 + high / 2;
  const median = low === high || Number.isNaN(between) ? low : between;
  return { min, median, max, last, trend: trendOf(values, min, max) };
}

/** A number in at most five characters where it can be: `0.125`, `12.5k`, `3.2G`. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : value < 0 ? '-Inf' : 'NaN';
  const size = Math.abs(value);
  const [, factor, unit] = UNITS.find(([least]) => size >= least) ?? [0, 1, ''];
  const rounded = Number((value / factor).toPrecision(3));
  return size !== 0 && size < 0.001 ? value.toExponential(1) : `${rounded}${unit}`;
}

/** From which number on a unit is used, and what it stands for. */
const UNITS: [number, number, string][] = [
  [1e12, 1e12, 'T'],
  [1e9, 1e9, 'G'],
  [1e6, 1e6, 'M'],
  [1e4, 1e3, 'k'],
];

function numberOf(text: string): number | undefined {
  const value = /^[+-]?Inf$/.test(text) ? Number(text.replace('Inf', 'Infinity')) : Number(text);
  return text === '' || Number.isNaN(value) ? undefined : value;
}

function trendOf(values: readonly (number | undefined)[], min: number, max: number): string {
  const parts = Math.min(TREND_LENGTH, values.length);
  return Array.from({ length: parts }, (_, part) => {
    const from = Math.floor((part * values.length) / parts);
    const to = Math.floor(((part + 1) * values.length) / parts);
    const known = values.slice(from, to).filter((value) => value !== undefined);
    if (known.length === 0) return ' ';
    const share = max > min && Number.isFinite(max - min) ? (Math.max(...known) - min) / (max - min) : 0;
    return BARS[Math.round(share * (BARS.length - 1))];
  }).join('');
}
