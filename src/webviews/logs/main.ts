import { headOf } from './line-element.ts';
import { LogLines } from './log-lines.ts';
import { LogList } from './log-list.ts';
import type { FromViewer, LogQuery, LogTexts, ToViewer } from './messages.ts';
import { lineTest } from './selection.ts';
import { ShownLines } from './shown-lines.ts';
import { type LogView, Toolbar } from './toolbar.ts';

declare function acquireVsCodeApi(): {
  postMessage(message: FromViewer): void;
  getState(): LogView | undefined;
  setState(view: LogView): void;
};

const editor = acquireVsCodeApi();

/** The viewer of one log, once VS Code has said what it is to read. */
class Viewer {
  readonly #texts: LogTexts;
  readonly #toolbar: Toolbar;
  readonly #list: LogList;
  readonly #status = document.createElement('div');
  readonly #note = document.createElement('div');
  #lines = new LogLines();
  #shown = new ShownLines(this.#lines.all, nextTask);
  #generation = 0;
  #isEnded = false;
  #isFiltering = false;
  #view: LogView;

  constructor(texts: LogTexts, view: LogView) {
    this.#texts = texts;
    this.#view = view;
    this.#toolbar = new Toolbar(texts, view, {
      onChange: (changed) => this.#change(changed),
      onCopy: () => editor.postMessage({ type: 'copy', text: this.#text() }),
      onOpenAsText: () => editor.postMessage({ type: 'openAsText', query: queryOf(this.#view) }),
    });
    this.#list = new LogList(texts.log, (follow) => {
      this.#toolbar.follow = follow;
      this.#keep(this.#toolbar.view);
    });
    this.#status.className = 'status';
    this.#status.setAttribute('role', 'status');
    this.#note.className = 'placeholder';
    document.body.append(this.#toolbar.element, this.#list.element, this.#note, this.#status);
    document.addEventListener('keydown', (event) => {
      if (event.key !== 'f' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.#toolbar.focusFilter();
    });
    this.#list.wraps = view.wrap;
    this.#list.follows = view.follow;
    this.#read();
    void this.#select();
    // Only what the window gives to this page: the user may be typing elsewhere.
    addEventListener('focus', () => this.#takeFocus());
    if (document.hasFocus()) this.#takeFocus();
  }

  #takeFocus(): void {
    if (document.activeElement === document.body) this.#list.element.focus();
  }

  receive(message: ToViewer): void {
    if (message.type === 'containers') {
      if (!this.#toolbar.offers(message.containers)) this.#toolbar.containers = message.containers;
    } else if (message.type === 'start' || message.generation !== this.#generation) {
      return;
    } else if (message.type === 'ended') {
      this.#isEnded = true;
      this.#say();
    } else {
      const added = this.#lines.add(message.lines, message.sources);
      const from = this.#shown.add(added);
      const dropped = this.#lines.trim();
      const droppedShown = dropped.length > 0 ? this.#shown.drop(dropped) : 0;
      if (message.sources.length > 0) this.#showHead();
      else this.#list.changed(from, droppedShown);
      this.#say();
    }
  }

  #change(view: LogView): void {
    const before = this.#view;
    this.#keep(view);
    if (view.wrap !== before.wrap) this.#list.wraps = view.wrap;
    if (view.follow !== before.follow) this.#list.follows = view.follow;
    if (view.times !== before.times) this.#showHead();
    if (JSON.stringify(queryOf(view)) !== JSON.stringify(queryOf(before))) {
      this.#read();
      void this.#select();
    } else if (view.pattern !== before.pattern || view.level !== before.level) {
      void this.#select();
    }
  }

  #keep(view: LogView): void {
    this.#view = view;
    editor.setState(view);
  }

  #read(): void {
    this.#generation += 1;
    this.#lines = new LogLines();
    this.#shown = new ShownLines(this.#lines.all, nextTask);
    this.#isEnded = false;
    this.#list.show(this.#shown.lines);
    this.#showHead();
    this.#say();
    editor.postMessage({ type: 'read', generation: this.#generation, query: queryOf(this.#view) });
  }

  async #select(): Promise<void> {
    const shown = this.#shown;
    const { pattern, level } = this.#view;
    try {
      const test = await lineTest({ pattern, level });
      if (this.#view.pattern !== pattern || this.#view.level !== level) return;
      this.#toolbar.problem = undefined;
      this.#isFiltering = true;
      this.#say();
      if (!(await shown.select(test)) || shown !== this.#shown) return;
      this.#isFiltering = false;
      this.#list.show(shown.lines);
    } catch (error) {
      if (this.#view.pattern !== pattern) return;
      this.#toolbar.problem = filled(this.#texts.notRe2, error instanceof Error ? error.message : String(error));
    }
    this.#say();
  }

  #showHead(): void {
    this.#list.head = this.#head();
  }

  #head() {
    const { sources } = this.#lines;
    const pods = [...new Set(sources.map(({ pod }) => pod))];
    const isSeveral = sources.length > 1;
    return {
      times: this.#view.times,
      podOf: ({ pod }: { pod: string }) => (isSeveral ? pods.indexOf(pod) : undefined),
      containers: new Set(sources.map(({ container }) => container)).size > 1,
    };
  }

  /** What is selected, or else everything that is shown. */
  #text(): string {
    const selected = this.#list.selectedText;
    if (selected !== '') return selected;
    const head = this.#head();
    return this.#shown.lines.map((line) => `${[...headOf(line, head), line.text].join(' ')}\n`).join('');
  }

  #say(): void {
    const texts = this.#texts;
    const [all, shown] = [this.#lines.all.length, this.#shown.lines.length];
    const count =
      shown === all ? filled(texts.lines, number(all)) : filled(texts.shownLines, number(shown), number(all));
    const parts = [count, this.#lines.isCut ? texts.cut : '', this.#isFiltering ? texts.filtering : ''];
    this.#status.textContent = parts.filter((part) => part !== '').join(' · ');
    this.#note.hidden = shown > 0;
    this.#note.textContent = all > 0 ? texts.nothingShown : this.#isEnded ? texts.empty : texts.reading;
  }
}

function queryOf({ container, previous, since }: LogView): LogQuery {
  return { ...(container === undefined ? {} : { container }), previous, since };
}

function filled(text: string, ...values: string[]): string {
  return text.replace(/\{(\d)\}/g, (_, index) => values[Number(index)] ?? '');
}

function number(value: number): string {
  return value.toLocaleString(document.documentElement.lang || 'en');
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

let viewer: Viewer | undefined;
addEventListener('message', ({ data }: MessageEvent<ToViewer>) => {
  if (viewer) viewer.receive(data);
  else if (data.type === 'start') {
    const fresh = { ...data.query, pattern: '', follow: true, wrap: false, times: false };
    viewer = new Viewer(data.texts, editor.getState() ?? fresh);
  }
});
editor.postMessage({ type: 'ready' });
