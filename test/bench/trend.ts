const WIDTH = 72;
const HEIGHT = 8;

/** A value over time. */
export interface Point {
  seconds: number;
  value: number;
}

/** By what share a line fitted through the second half rises, of its beginning; NaN with fewer than two points. */
export function rise(points: readonly Point[]): number {
  const half = points.slice(Math.floor(points.length / 2));
  const [first, last] = [half[0], half.at(-1)];
  if (!first || !last) return Number.NaN;
  const mean = (of: (point: Point) => number) => half.reduce((sum, point) => sum + of(point), 0) / half.length;
  const [seconds, value] = [mean((point) => point.seconds), mean((point) => point.value)];
  const slope =
    mean((point) => (point.seconds - seconds) * (point.value - value)) /
    mean((point) => (point.seconds - seconds) ** 2);
  const at = (time: number) => value + slope * (time - seconds);
  return at(first.seconds) === 0 ? at(last.seconds) : at(last.seconds) / at(first.seconds) - 1;
}

/** A plot of text, from zero up. */
export function plot(points: readonly Point[], format: (value: number) => string): string {
  const end = points.at(-1)?.seconds ?? 0;
  const highest = Math.max(...points.map(({ value }) => value));
  const columns = Array.from({ length: WIDTH }, (_, column) => {
    const until = ((column + 1) / WIDTH) * end;
    return (points.findLast(({ seconds }) => seconds <= until)?.value ?? 0) / highest;
  });
  const lines = Array.from({ length: HEIGHT }, (_, line) => {
    const level = HEIGHT - line;
    const marks = columns.map((share) => (Math.ceil(share * HEIGHT) >= level ? '█' : ' '));
    return `${line === 0 ? format(highest).padStart(8) : ' '.repeat(8)} │${marks.join('').trimEnd()}`;
  });
  const axis = `${'0'.padStart(8)} └${'─'.repeat(WIDTH)} ${(end / 60).toFixed(1)} min`;
  return [...lines, axis].join('\n');
}
