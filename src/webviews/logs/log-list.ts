import { Follow, type View } from './follow.ts';
import { headOf, type LineHead, lineElement } from './line-element.ts';
import { LineLayout, widthOf } from './line-layout.ts';
import type { LogLine } from './log-lines.ts';

/** Rows beyond the visible ones, so that scrolling by a little finds them drawn. */
const MARGIN_ROWS = 12;

/** A scrollable list of any number of lines, of which only the visible ones are in the document. */
export class LogList {
  readonly element = document.createElement('div');
  readonly #room = document.createElement('div');
  readonly #window = document.createElement('div');
  readonly #drawn = new Map<LogLine, HTMLElement>();
  readonly #onFollow: (follows: boolean) => void;
  #lines: readonly LogLine[] = [];
  #layout = new LineLayout(Number.POSITIVE_INFINITY);
  #head: LineHead = { times: false, podOf: () => undefined, containers: false };
  #wraps = false;
  readonly #follow = new Follow();
  #rowHeight = 18;
  #columnWidth = 8;
  #frame: number | undefined;

  constructor(label: string, onFollow: (follows: boolean) => void) {
    this.#onFollow = onFollow;
    this.element.className = 'list';
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'log');
    this.element.setAttribute('aria-label', label);
    // Thousands of lines a second cannot be read aloud; they are read by moving through them.
    this.element.setAttribute('aria-live', 'off');
    this.#room.className = 'room';
    this.#window.className = 'window';
    this.#window.setAttribute('role', 'list');
    this.#room.append(this.#window);
    this.element.append(this.#room);
    this.element.addEventListener('scroll', () => this.#scrolled());
    new ResizeObserver(() => this.#relayout()).observe(this.element);
  }

  /** Shows these lines, which may grow and shrink: `changed` says so. */
  show(lines: readonly LogLine[]): void {
    this.#lines = lines;
    this.#relayout();
  }

  /** Draws lines that came, or that went from the beginning. */
  changed(from: number, dropped = 0): void {
    if (dropped === 0) {
      this.#layOut(from);
    } else {
      const before = this.#layout.rows;
      this.#layOut(0);
      const gone = Math.max(0, before - this.#layout.rows);
      if (!this.#follow.follows) this.#scrollTo(this.element.scrollTop - gone * this.#rowHeight);
    }
    this.#draw();
  }

  /** What is selected in the lines; a field elsewhere has a selection of its own, which the document's contains. */
  get selectedText(): string {
    const selection = getSelection();
    return this.element.contains(selection?.anchorNode ?? null) ? `${selection}` : '';
  }

  set head(head: LineHead) {
    this.#head = head;
    this.#relayout();
  }

  set wraps(wraps: boolean) {
    this.#wraps = wraps;
    this.element.classList.toggle('wraps', wraps);
    this.#relayout();
  }

  set follows(follows: boolean) {
    this.#follow.follows = follows;
    this.#draw();
  }

  #relayout(): void {
    const line = this.#measured();
    this.#rowHeight = line.height;
    this.#columnWidth = line.width;
    const top = this.#layout.lineAt(this.#topRow());
    this.#drawn.clear();
    this.#layout = new LineLayout(
      this.#wraps ? Math.floor(this.element.clientWidth / this.#columnWidth) - 2 : Number.POSITIVE_INFINITY,
    );
    this.#layOut(0);
    if (!this.#follow.follows) this.#scrollTo(this.#layout.rowOf(Math.min(top, this.#lines.length)) * this.#rowHeight);
    this.#draw();
  }

  #measured(): { height: number; width: number } {
    const probe = document.createElement('div');
    probe.className = 'line probe';
    probe.textContent = 'x'.repeat(100);
    this.element.append(probe);
    const { height, width } = probe.getBoundingClientRect();
    probe.remove();
    return { height: height || 18, width: width / 100 || 8 };
  }

  #layOut(from: number): void {
    const head = this.#head;
    const lines = this.#lines;
    const wraps = this.#wraps;
    this.#layout.update(from, widths());
    this.#room.style.height = `${this.#layout.rows * this.#rowHeight}px`;

    function* widths(): Generator<number> {
      for (let index = from; index < lines.length; index += 1) {
        const line = lines[index];
        const before = wraps && line ? headOf(line, head).reduce((sum, text) => sum + text.length + 1, 0) : 0;
        yield wraps && line ? before + widthOf(line.text) : 0;
      }
    }
  }

  #topRow(): number {
    return Math.floor(this.element.scrollTop / this.#rowHeight);
  }

  get #view(): View {
    const { scrollTop, scrollHeight, clientWidth, clientHeight } = this.element;
    return { top: scrollTop, width: clientWidth, height: clientHeight, whole: scrollHeight };
  }

  #scrolled(): void {
    if (this.#follow.scrolled(this.#view, this.#rowHeight)) this.#onFollow(this.#follow.follows);
    this.#draw();
  }

  #scrollTo(top: number): void {
    this.element.scrollTop = top;
    this.#follow.moved(this.#view);
  }

  #draw(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#drawNow();
    });
  }

  #drawNow(): void {
    const visible = Math.ceil(this.element.clientHeight / this.#rowHeight);
    const bottom = Math.max(0, this.#layout.rows - visible);
    const row = this.#follow.follows ? bottom : Math.min(this.#topRow(), bottom);
    const first = this.#layout.lineAt(Math.max(0, row - MARGIN_ROWS));
    const end = Math.min(this.#lines.length, this.#layout.lineAt(row + visible + MARGIN_ROWS) + 1);
    const wanted = this.#lines.slice(first, end);
    const elements = wanted.map((line, index) => {
      const element = this.#drawn.get(line) ?? lineElement(line, this.#head);
      element.setAttribute('aria-setsize', String(this.#lines.length));
      element.setAttribute('aria-posinset', String(first + index + 1));
      return element;
    });
    this.#drawn.clear();
    for (const [index, line] of wanted.entries()) this.#drawn.set(line, elements[index] as HTMLElement);
    this.#window.style.top = `${this.#layout.rowOf(first) * this.#rowHeight}px`;
    this.#replace(elements);
    this.#follow.drawn(this.#view);
    if (!this.#follow.follows) return;
    // What wraps otherwise than estimated ends above or below the room.
    if (this.#wraps) this.#room.style.height = `${this.#window.offsetTop + this.#window.offsetHeight}px`;
    this.#scrollTo(this.element.scrollHeight);
  }

  /** Keeps the elements that stay, and with them what the user has selected. */
  #replace(elements: readonly HTMLElement[]): void {
    const wanted = new Set<Element>(elements);
    for (const child of [...this.#window.children]) if (!wanted.has(child)) child.remove();
    let place = this.#window.firstElementChild;
    for (const element of elements) {
      if (element === place) place = place.nextElementSibling;
      else this.#window.insertBefore(element, place);
    }
  }
}
