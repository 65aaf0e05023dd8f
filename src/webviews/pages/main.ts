import { element } from '../common/element.ts';
import { buttonOf, lineOf, shapeOf } from './elements.ts';
import type { FromPage, Page, Section, ToPage } from './messages.ts';
import { sectionOf } from './sections.ts';

declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  getState(): { top: number } | undefined;
  setState(state: { top: number }): void;
};

const editor = acquireVsCodeApi();
const follow = (to: number) => editor.postMessage({ type: 'follow', to });

/** A part of the page as it was drawn. */
interface Drawn {
  element: HTMLElement;
  version: string;
}

/** The page; what has not changed is not drawn again, so that selection and focus stay where they are. */
class PageView {
  readonly #head = element('header', '');
  readonly #notice = element('p', 'notice');
  readonly #status = element('p', 'status');
  readonly #sections = element('div', 'sections');
  readonly #drawn = new Map<string, Drawn>();
  #headVersion = '';
  #statusVersion = '';
  #latest: Page | undefined;
  #isPressed = false;

  constructor() {
    this.#notice.setAttribute('role', 'status');
    this.#status.setAttribute('role', 'status');
    const main = element('main', '', this.#notice, this.#head, this.#sections);
    document.body.append(main);
    // What is selected is being read or copied: its part of the page is drawn again afterwards.
    document.addEventListener('selectionchange', () => {
      if (getSelection()?.isCollapsed !== false) this.#drawLatest();
    });
    // A click is lost if what was pressed is drawn again before it is let go.
    for (const type of ['pointerdown', 'keydown']) addEventListener(type, () => this.#press(true));
    // A menu takes the release of the button that opened it, and another window may, too.
    for (const type of ['pointerup', 'pointercancel', 'contextmenu', 'keyup', 'blur'])
      addEventListener(type, () => this.#press(false));
    addEventListener('pointermove', ({ buttons }) => {
      if (buttons === 0 && this.#isPressed) this.#press(false);
    });
  }

  show(page: Page): void {
    const isFirst = this.#latest === undefined;
    this.#latest = page;
    this.#drawLatest();
    if (isFirst) scrollTo(0, editor.getState()?.top ?? 0);
  }

  #press(isPressed: boolean): void {
    this.#isPressed = isPressed;
    // The click comes after the release.
    if (!isPressed) setTimeout(() => this.#drawLatest());
  }

  #drawLatest(): void {
    if (this.#latest && !this.#isPressed) this.#draw(this.#latest);
  }

  #draw(page: Page): void {
    this.#drawHead(page);
    setText(this.#notice, page.notice ?? '');
    this.#notice.hidden = page.notice === undefined;
    const elements = page.sections.map((section) => this.#section(section));
    const ids = new Set(page.sections.map(({ id }) => id));
    for (const id of this.#drawn.keys()) if (!ids.has(id)) this.#drawn.delete(id);
    if (
      elements.some((one, index) => one !== this.#sections.children[index]) ||
      elements.length !== this.#sections.childElementCount
    )
      keepingFocus(this.#sections, () => this.#sections.replaceChildren(...elements));
  }

  #drawHead({ title, subtitle, state, status, actions, actionsName }: Page): void {
    const version = JSON.stringify([title, subtitle, actions, actionsName]);
    if (version !== this.#headVersion) {
      this.#headVersion = version;
      const toolbar = element('div', 'actions', ...actions.map((action) => buttonOf(action, follow)));
      toolbar.setAttribute('role', 'toolbar');
      toolbar.setAttribute('aria-label', actionsName);
      const names = element('div', 'names', element('h1', '', title), element('p', 'subtitle', subtitle));
      keepingFocus(this.#head, () => this.#head.replaceChildren(names, toolbar, this.#status));
    }
    const statusVersion = JSON.stringify([state, status]);
    if (statusVersion === this.#statusVersion) return;
    this.#statusVersion = statusVersion;
    const words = element('span', '', ...lineOf(status, follow));
    this.#status.replaceChildren(element('span', 'state', ...(status.length > 0 ? [shapeOf(state), words] : [])));
  }

  #section(section: Section): HTMLElement {
    const version = JSON.stringify(section);
    const known = this.#drawn.get(section.id);
    if (known && (known.version === version || isSelected(known.element))) return known.element;
    const drawn = { element: sectionOf(section, follow), version };
    this.#drawn.set(section.id, drawn);
    return drawn.element;
  }
}

function setText(place: HTMLElement, text: string): void {
  if (place.textContent !== text) place.textContent = text;
}

function isSelected(part: HTMLElement): boolean {
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed && selection.containsNode(part, true);
}

/** Draws, and gives the focus back to the link that had it. */
function keepingFocus(place: HTMLElement, draw: () => void): void {
  const active = document.activeElement;
  const to = active instanceof HTMLElement && place.contains(active) ? active.dataset.to : undefined;
  draw();
  if (to !== undefined && !place.contains(document.activeElement))
    place.querySelector<HTMLElement>(`[data-to="${CSS.escape(to)}"]`)?.focus({ preventScroll: true });
}

const view = new PageView();
addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
  if (data.type === 'page') view.show(data.page);
});
addEventListener('scroll', () => editor.setState({ top: document.documentElement.scrollTop }), { passive: true });
editor.postMessage({ type: 'ready' });
