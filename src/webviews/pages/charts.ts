import { drawn, element } from './elements.ts';
import type { Bar, Chart } from './messages.ts';

const WIDTH = 240;
const HEIGHT = 48;
/** From here on a bar says that it is much. */
const MUCH = 0.9;

/** A part of something as a bar, with its numbers in words. */
export function barOf({ name, share, text }: Bar): HTMLElement {
  const fill = element('div', share > MUCH ? 'fill much' : 'fill');
  fill.style.width = `${Math.min(1, Math.max(0, share)) * 100}%`;
  const track = element('div', 'track', fill);
  track.setAttribute('aria-hidden', 'true');
  return element('div', 'bar', element('span', 'name', name), track, element('span', 'value', text));
}

/** A quantity over time as a line, with its numbers in words. */
export function chartOf({ name, text, points, limit }: Chart): HTMLElement {
  const picture = drawn('svg', {
    class: 'drawing',
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
  const { line, limitAt } = outline(points, limit);
  if (limitAt !== undefined)
    picture.append(drawn('line', { class: 'limit', x1: 0, x2: WIDTH, y1: limitAt, y2: limitAt }));
  picture.append(drawn('polyline', { points: line }));
  return element('div', 'chart', element('span', 'name', name), element('span', 'value', text), picture);
}

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
  const top = Math.max(highest, isNear ? limit : 0) || 1;
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
