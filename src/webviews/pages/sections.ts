import { element } from '../common/element.ts';
import { barOf, chartOf } from './charts.ts';
import { buttonOf, type Follow, lineOf, shapeOf } from './elements.ts';
import type { Cell, Content, Item, Section } from './messages.ts';

/** A titled part of the page. */
export function sectionOf({ id, title, content, notes, actions, isWide }: Section, follow: Follow): HTMLElement {
  const heading = element('h2', '', title);
  heading.id = `title-${id}`;
  const section = element(
    'section',
    isWide ? 'wide' : '',
    element('div', 'head', heading, ...actions.map((action) => buttonOf(action, follow))),
    contentOf(content, heading.id, follow),
    ...notes.map((note) => element('p', 'note', note)),
  );
  section.setAttribute('aria-labelledby', heading.id);
  return section;
}

function contentOf(content: Content, titleId: string, follow: Follow): HTMLElement {
  switch (content.type) {
    case 'list':
    case 'graph':
      return listOf(content.items, content.type, follow);
    case 'facts':
      return element(
        'dl',
        'facts',
        ...content.facts.flatMap(({ name, line }) => [
          element('dt', '', name),
          element('dd', '', ...lineOf(line, follow)),
        ]),
      );
    case 'table':
      return tableOf(content.columns, content.rows, titleId, follow);
    case 'texts':
      return element('div', 'texts', ...content.texts.map(textOf));
    case 'bars':
      return element('div', 'bars', ...content.bars.map(barOf));
    case 'charts':
      return element('div', 'charts', ...content.charts.map(chartOf));
  }
}

function listOf(items: readonly Item[], className: string, follow: Follow): HTMLElement {
  const list = element('ul', className, ...items.map((item) => itemOf(item, follow)));
  // Without bullets, some screen readers do not take it for a list.
  list.setAttribute('role', 'list');
  return list;
}

function itemOf({ state, line, detail, items = [], actions = [], isSelf }: Item, follow: Follow): HTMLElement {
  const text = element('span', isSelf ? 'self' : '', ...lineOf(line, follow));
  if (isSelf) text.setAttribute('aria-current', 'true');
  return element(
    'li',
    '',
    element(
      'div',
      'item',
      ...(state ? [shapeOf(state)] : []),
      element(
        'div',
        '',
        text,
        ...(detail ? [element('div', 'detail', ...lineOf(detail, follow))] : []),
        ...(actions.length > 0 ? [element('div', 'actions', ...actions.map((one) => buttonOf(one, follow)))] : []),
      ),
    ),
    ...(items.length > 0 ? [listOf(items, '', follow)] : []),
  );
}

function textOf({ title, lines }: { title: string; lines: string[] }): HTMLElement {
  const text = element('pre', '', lines.join('\n'));
  // What scrolls is scrolled by keyboard, too.
  text.tabIndex = 0;
  text.setAttribute('aria-label', title);
  return element('figure', '', element('figcaption', '', title), text);
}

function tableOf(columns: readonly string[], rows: readonly Cell[][], titleId: string, follow: Follow): HTMLElement {
  const head = element('tr', '', ...columns.map((column) => element('th', '', column)));
  const body = rows.map((cells) =>
    element(
      'tr',
      '',
      ...cells.map(({ line, state }) => element('td', '', ...(state ? [shapeOf(state)] : []), ...lineOf(line, follow))),
    ),
  );
  const table = element('table', '', element('thead', '', head), element('tbody', '', ...body));
  table.setAttribute('aria-labelledby', titleId);
  return element('div', 'scrolls', table);
}
