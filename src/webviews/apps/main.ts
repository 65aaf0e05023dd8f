import { element } from '../common/element.ts';
import { type Block, blocksOf } from './answer.ts';
import { diffElement } from './diff-element.ts';
import { findingsElement } from './findings-element.ts';
import { Host } from './host.ts';
import { tableElement } from './table-element.ts';

const view = document.body.dataset.view;
const main = element('main', '', element('p', 'quiet', '…'));
document.body.replaceChildren(main);

function blockElement(block: Block): HTMLElement {
  switch (block.type) {
    case 'table':
      return tableElement(block);
    case 'diff':
      return diffElement(block.lines);
    case 'lines':
      return view === 'diagnosis'
        ? findingsElement(block.lines)
        : element('section', '', ...block.lines.filter(Boolean).map((line) => element('p', '', line)));
  }
}

new Host({
  onAnswer: (texts, isError) => {
    main.classList.toggle('error', isError);
    main.replaceChildren(...texts.flatMap((text) => blocksOf(text)).map(blockElement));
  },
  onCancelled: () => main.replaceChildren(element('p', 'quiet', 'The call was cancelled.')),
});
