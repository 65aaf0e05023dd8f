import { parseDuration } from '../../kubernetes/apimachinery/duration.ts';
import { parseQuantity } from '../../kubernetes/apimachinery/quantity.ts';

/** Columns whose cells are times: elsewhere `5m` is a thousandth, not a minute. */
const TIMES = /\b(AGE|SEEN|SINCE|DURATION|SCHEDULE|CREATED|UPDATED|STARTED)\b/i;

/** Compares two cells of a column by what they say: numbers, quantities, ages, shares; anything else as text. */
export function cellOrder(column: string): (a: string, b: string) => number {
  const size = TIMES.test(column) ? duration : quantity;
  return (a, b) => {
    const [one, other] = [size(a), size(b)];
    if (one !== undefined && other !== undefined) return one - other || natural(a, b);
    // What has no size is more than any.
    if (one !== undefined || other !== undefined) return one === undefined ? 1 : -1;
    return natural(a, b);
  };
}

function natural(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** Of `700Mi`, `68% of 1Gi`, `2/3` or `6 (3m ago)`: the first number with its unit. */
function quantity(cell: string): number | undefined {
  const [, first] = /^([+-]?[\d.]+[a-zA-Z]{0,2})(?:%|\/|\s|$)/.exec(cell) ?? [];
  return first === undefined ? undefined : parseQuantity(first);
}

function duration(cell: string): number | undefined {
  try {
    return parseDuration(cell.replace(/ ago$/, ''));
  } catch {
    return undefined;
  }
}
