import type { Level } from './level.ts';
import { BEGINNINGS, type Beginning, type ContainerChoice, type LogQuery, type LogTexts } from './messages.ts';

/** Everything that the toolbar says: what to read, and how to show it. */
export interface LogView extends LogQuery {
  pattern: string;
  level?: Level;
  follow: boolean;
  wrap: boolean;
  times: boolean;
}

interface ToolbarEvents {
  /** The user changed something: the view as it is now. */
  onChange: (view: LogView) => void;
  onCopy: () => void;
  onOpenAsText: () => void;
}

const LEVEL_CHOICES = ['all', 'debug', 'info', 'warning', 'error'] as const;
/** The longest pattern that the tools take. */
const MAX_PATTERN_LENGTH = 1_000;

/** The toolbar of the viewer. */
export class Toolbar {
  readonly element = document.createElement('div');
  readonly #texts: LogTexts;
  readonly #events: ToolbarEvents;
  readonly #containers: HTMLSelectElement;
  readonly #filter = document.createElement('input');
  readonly #problem = document.createElement('div');
  readonly #follow: HTMLButtonElement;
  #choices: readonly ContainerChoice[] = [];
  #view: LogView;

  constructor(texts: LogTexts, view: LogView, events: ToolbarEvents) {
    this.#texts = texts;
    this.#events = events;
    this.#view = view;
    this.element.className = 'toolbar';
    this.element.setAttribute('role', 'toolbar');
    this.element.setAttribute('aria-label', texts.toolbar);
    this.#containers = this.#select(texts.container, [], (container) =>
      this.#set({ container: container === '' ? undefined : container }),
    );
    const since = this.#select(
      texts.since,
      BEGINNINGS.map((value) => ({ value, label: texts.beginnings[value] })),
      (value) => this.#set({ since: value as Beginning }),
    );
    since.value = view.since;
    const levels = this.#select(
      texts.levels,
      LEVEL_CHOICES.map((value) => ({ value, label: texts.levelChoices[value] })),
      (value) => this.#set({ level: value === 'all' ? undefined : (value as Level) }),
    );
    levels.value = view.level ?? 'all';
    this.#follow = this.#toggle(texts.follow, 'follow');
    this.element.append(
      ...[this.#containers, since, this.#toggle(texts.previous, 'previous'), levels, this.#filterBox()],
      ...[this.#follow, this.#toggle(texts.wrap, 'wrap'), this.#toggle(texts.times, 'times')],
      ...[button(texts.copy, events.onCopy), button(texts.openAsText, events.onOpenAsText)],
    );
    this.containers = [];
  }

  get view(): LogView {
    return this.#view;
  }

  /** The containers that can be chosen. */
  set containers(choices: readonly ContainerChoice[]) {
    this.#choices = choices;
    const { container } = this.#view;
    const known = container === undefined || choices.some(({ name }) => name === container);
    const listed: readonly ContainerChoice[] = known ? choices : [{ name: container ?? '' }, ...choices];
    const options = [
      option('', this.#texts.allContainers),
      ...listed.map(({ name, role }) => option(name, role ? `${name} (${this.#texts.roles[role]})` : name)),
    ];
    this.#containers.replaceChildren(...options);
    this.#containers.value = container ?? '';
  }

  /** Is this what can be chosen already? */
  offers(choices: readonly ContainerChoice[]): boolean {
    return JSON.stringify(choices) === JSON.stringify(this.#choices);
  }

  /** Does the list stay at its end? The list knows, too. */
  set follow(follow: boolean) {
    this.#view = { ...this.#view, follow };
    this.#follow.setAttribute('aria-pressed', String(follow));
  }

  /** What is wrong with the pattern. */
  set problem(problem: string | undefined) {
    this.#problem.textContent = problem ?? '';
    this.#problem.hidden = problem === undefined;
    this.#filter.setAttribute('aria-invalid', String(problem !== undefined));
  }

  focusFilter(): void {
    this.#filter.focus();
    this.#filter.select();
  }

  #set(part: { [Name in keyof LogView]?: LogView[Name] | undefined }): void {
    const view = { ...this.#view, ...part };
    for (const name of ['container', 'level'] as const) if (view[name] === undefined) delete view[name];
    this.#view = view as LogView;
    this.#events.onChange(this.#view);
  }

  #select(label: string, choices: { value: string; label: string }[], onChange: (value: string) => void) {
    const select = document.createElement('select');
    select.setAttribute('aria-label', label);
    select.title = label;
    select.append(...choices.map((choice) => option(choice.value, choice.label)));
    select.addEventListener('change', () => onChange(select.value));
    return select;
  }

  #toggle(label: string, name: 'follow' | 'wrap' | 'times' | 'previous'): HTMLButtonElement {
    const toggle = button(label, () => {
      toggle.setAttribute('aria-pressed', String(!this.#view[name]));
      this.#set({ [name]: !this.#view[name] });
    });
    toggle.setAttribute('aria-pressed', String(this.#view[name]));
    return toggle;
  }

  #filterBox(): HTMLElement {
    const box = document.createElement('div');
    box.className = 'filter';
    this.#filter.type = 'search';
    this.#filter.value = this.#view.pattern;
    this.#filter.maxLength = MAX_PATTERN_LENGTH;
    this.#filter.placeholder = this.#texts.filterHint;
    this.#filter.spellcheck = false;
    this.#filter.setAttribute('aria-label', this.#texts.filter);
    this.#filter.setAttribute('aria-describedby', 'problem');
    this.#filter.addEventListener('input', () => this.#set({ pattern: this.#filter.value }));
    this.#problem.id = 'problem';
    this.#problem.className = 'problem';
    this.#problem.setAttribute('role', 'alert');
    this.#problem.hidden = true;
    box.append(this.#filter, this.#problem);
    return box;
  }
}

function option(value: string, label: string): HTMLOptionElement {
  const element = document.createElement('option');
  element.value = value;
  element.textContent = label;
  return element;
}

function button(label: string, onClick: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.textContent = label;
  element.addEventListener('click', onClick);
  return element;
}
