import { type Color, type Span, type Style, spansOf } from './ansi.ts';
import type { LogLine } from './log-lines.ts';
import type { LogSource } from './messages.ts';

/** What is shown before each line. */
export interface LineHead {
  times: boolean;
  /** The place of a line's pod among the pods, for its colour; undefined if its source is not shown. */
  podOf: (source: LogSource) => number | undefined;
  /** Are there lines of several containers of a pod? */
  containers: boolean;
}

/** More pods share colours. */
const POD_COLORS = 7;

/** The texts before a line: its time and its source. */
export function headOf({ source, time }: LogLine, { times, podOf, containers }: LineHead): string[] {
  return [
    ...(times && time !== undefined ? [time] : []),
    ...(source && podOf(source) !== undefined ? [sourceText(source, containers)] : []),
  ];
}

/** A line of the log in the document. The log's text only ever becomes text nodes. */
export function lineElement(line: LogLine, head: LineHead): HTMLElement {
  const element = document.createElement('div');
  element.className = ['line', line.isNote ? 'note' : '', line.level ?? ''].join(' ').trim();
  element.setAttribute('role', 'listitem');
  const pod = line.source && head.podOf(line.source);
  if (head.times && line.time !== undefined) element.append(part('time', line.time), ' ');
  if (line.source && pod !== undefined)
    element.append(part(`source pod-${pod % POD_COLORS}`, sourceText(line.source, head.containers)), ' ');
  const text = part('text', '');
  text.append(...(line.raw === line.text ? [line.text] : spansOf(line.raw).map(styled)));
  element.append(text);
  return element;
}

function sourceText({ pod, container }: LogSource, containers: boolean): string {
  return containers ? `${pod}/${container}` : pod;
}

function part(className: string, text: string): HTMLElement {
  const element = document.createElement('span');
  element.className = className;
  element.textContent = text;
  return element;
}

function styled({ text, style }: Span): Node {
  if (Object.keys(style).length === 0) return document.createTextNode(text);
  const { color, background, inverse, ...marks } = style;
  const element = part(Object.keys(marks satisfies Omit<Style, 'color' | 'background' | 'inverse'>).join(' '), text);
  const [front, back] = inverse ? [background, color] : [color, background];
  if (inverse) element.classList.add('inverse');
  paint(element, 'color', 'ansi', front);
  paint(element, 'background', 'ansi-back', back);
  return element;
}

function paint(element: HTMLElement, property: 'color' | 'background', name: string, color: Color | undefined): void {
  if (typeof color === 'number') element.classList.add(`${name}-${color}`);
  else if (color !== undefined) {
    element.classList.add(`own-${property}`);
    element.style.setProperty(`--own-${property}`, color);
  }
}
