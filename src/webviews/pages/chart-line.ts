import type { Chart } from './messages.ts';

export const WIDTH = 240;
export const HEIGHT = 48;

/** Where the line of a chart goes, from the first point at the left to the last at the right. */
export function outline(
  points: Chart['points'],
  limit: number | undefined,
): { line: string; limitAt: number | undefined } {
  const first = points[0]?.[0] ?? 0;
  const time = (points.at(-1)?.[0] ?? 0) - first;
  // A limit far above would press the line to the ground.
  const highest = Math.max(...points.map(([, value]) => value), 0);
  const isNear = limit !== undefined && limit > 0 && limit <= highest * 4;
  // Room above, so that a steady line is no ceiling.
  const top = Math.max(highest, isNear ? limit : 0) * 1.25 || 1;
  const y = (value: number) => round(HEIGHT - 2 - (value / top) * (HEIGHT - 4));
  const places = points.map(([at, value]) => `${round(time > 0 ? ((at - first) / time) * WIDTH : WIDTH)},${y(value)}`);
  const [only] = places;
  // One point alone is a line of its height.
  const line = places.length === 1 && only ? `0,${only.split(',')[1]} ${only}` : places.join(' ');
  return { line, limitAt: isNear ? y(limit) : undefined };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
