import { element } from '../common/element.ts';
import { type Section, sectionsOf } from './sections.ts';

/** The lines of a diagnosis: what is wrong, from what is seen down to what causes it, and what it was found by. */
export function findingsElement(lines: readonly string[]): HTMLElement {
  return element('section', '', ...sectionsOf(lines).map(sectionElement));
}

function sectionElement(section: Section): HTMLElement {
  switch (section.type) {
    case 'text':
      return element('p', '', section.text);
    case 'finding': {
      const steps = section.steps.map((step) => element('li', '', step));
      return element(
        'div',
        `finding ${section.level.toLowerCase()}`,
        element('b', '', section.level),
        element('ol', '', ...steps),
      );
    }
    case 'evidence': {
      const lines = section.lines.map((line) => element('div', '', line === '' ? ' ' : line));
      return element('details', '', element('summary', '', section.title), element('div', 'scroll lines', ...lines));
    }
  }
}
