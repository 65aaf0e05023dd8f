import { element } from '../common/element.ts';
import { HEIGHT, outline, WIDTH } from './chart-line.ts';
import { drawn } from './elements.ts';
import type { Bar, Chart } from './messages.ts';

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
