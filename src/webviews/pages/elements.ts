import { element } from '../common/element.ts';
import type { Line, Link, State, Tone } from './messages.ts';

/** Called with where a link leads. */
export type Follow = (to: number) => void;

const SVG = 'http://www.w3.org/2000/svg';
/** Shapes that differ without their colors, too. */
const SHAPES: Record<Tone, string> = {
  good: 'M3 8.5 6.5 12 13 4.5',
  busy: 'M8 2.5 14.5 13.5H1.5ZM8 6.5v3.5M8 11.6v.4',
  bad: 'M3.5 3.5 12.5 12.5M12.5 3.5 3.5 12.5',
  done: 'M3 8.5 6.5 12 13 4.5',
  plain: 'M8 8h.01',
};

/** An element of a drawing. */
export function drawn(name: string, attributes: Record<string, string | number>, ...children: Node[]): SVGElement {
  const made = document.createElementNS(SVG, name) as SVGElement;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/** The shape of a state, with its name for screen readers. */
export function shapeOf({ tone, spoken }: State): HTMLElement {
  const picture = drawn('svg', { viewBox: '0 0 16 16', 'aria-hidden': 'true' }, drawn('path', { d: SHAPES[tone] }));
  return element(
    'span',
    `shape ${tone}`,
    picture,
    ...(spoken === '' ? [] : [element('span', 'spoken', `${spoken}: `)]),
  );
}

/** The texts and links of a line. */
export function lineOf(line: Line, follow: Follow): (Node | string)[] {
  return line.map((part) => (typeof part === 'string' ? part : linkOf(part, follow)));
}

function linkOf({ text, to }: Link, follow: Follow): HTMLElement {
  const link = buttonOf({ text, to }, follow);
  link.className = 'link';
  link.setAttribute('role', 'link');
  return link;
}

/** A button that leads somewhere. */
export function buttonOf({ text, to }: Link, follow: Follow): HTMLButtonElement {
  const button = element('button', '', text);
  button.type = 'button';
  button.dataset.to = String(to);
  button.addEventListener('click', () => follow(to));
  return button;
}
