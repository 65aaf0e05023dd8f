import { element } from '../common/element.ts';

const KINDS: Record<string, string> = { '+': 'added', '-': 'removed', '@': 'place' };

/** A diff, line by line. */
export function diffElement([before = '', after = '', ...lines]: readonly string[]): HTMLElement {
  const head = element('div', 'names', `${before.slice(4)} → ${after.slice(4)}`);
  const shown = lines.map((line) => element('div', KINDS[line[0] ?? ''] ?? 'same', line === '' ? ' ' : line));
  return element('section', 'diff', head, element('div', 'scroll', ...shown));
}
