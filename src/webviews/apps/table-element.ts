import { element } from '../common/element.ts';
import type { Block } from './answer.ts';
import { cellOrder } from './cell-order.ts';

/** A table that its user sorts by any column and filters. */
export function tableElement({ header, rows }: Extract<Block, { type: 'table' }>): HTMLElement {
  const filter = element('input', 'filter');
  filter.type = 'search';
  filter.placeholder = 'Filter';
  filter.setAttribute('aria-label', 'Filter');
  const count = element('span', 'count');
  const body = element('tbody');
  let sorted: { column: number; isDescending: boolean } | undefined;

  const show = () => {
    const wanted = filter.value.trim().toLowerCase();
    const shown = rows.filter((row) => row.some((cell) => cell.toLowerCase().includes(wanted)));
    if (sorted) {
      const { column, isDescending } = sorted;
      const order = cellOrder(header[column] ?? '');
      shown.sort((a, b) => order(a[column] ?? '', b[column] ?? '') * (isDescending ? -1 : 1));
    }
    body.replaceChildren(...shown.map((row) => element('tr', '', ...row.map((cell) => element('td', '', cell)))));
    count.textContent = shown.length === rows.length ? String(rows.length) : `${shown.length} of ${rows.length}`;
  };

  const heads = header.map((name, column) => {
    const button = element('button', '', name);
    const head = element('th', '', button);
    head.scope = 'col';
    button.addEventListener('click', () => {
      sorted = { column, isDescending: sorted?.column === column && !sorted.isDescending };
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', sorted.isDescending ? 'descending' : 'ascending');
      show();
    });
    return head;
  });
  filter.addEventListener('input', show);
  show();
  const table = element('table', '', element('thead', '', element('tr', '', ...heads)), body);
  return element('section', '', element('div', 'bar', filter, count), element('div', 'scroll', table));
}
