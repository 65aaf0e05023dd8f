/** How something is doing; drawn as a shape in a color of the theme. */
export type Tone = 'good' | 'busy' | 'bad' | 'done' | 'plain';

/** A text that leads somewhere: only the extension knows where. */
export interface Link {
  text: string;
  to: number;
}

/** A line of text, parts of which lead somewhere. */
export type Line = readonly (string | Link)[];

/** How something is doing, and what a screen reader says for the shape; empty if the line says it. */
export interface State {
  tone: Tone;
  spoken: string;
}

/** One entry of a list, with what is below it. */
export interface Item {
  state?: State;
  line: Line;
  /** In a second line. */
  detail?: Line;
  items?: Item[];
  /** What may be done about it. */
  actions?: Link[];
  /** What the page is about. */
  isSelf?: boolean;
}

export interface Cell {
  line: Line;
  state?: State;
}

/** A part of something, such as requests of a capacity: a bar. */
export interface Bar {
  name: string;
  /** From 0; above 1 it is too much. */
  share: number;
  text: string;
}

/** How a quantity changed since the page was opened. */
export interface Chart {
  name: string;
  text: string;
  /** Milliseconds since the epoch, and the value. */
  points: readonly (readonly [at: number, value: number])[];
  /** A line to compare with. */
  limit?: number;
}

export type Content =
  | { type: 'list'; items: Item[] }
  | { type: 'graph'; items: Item[] }
  | { type: 'facts'; facts: { name: string; line: Line }[] }
  | { type: 'table'; columns: string[]; rows: Cell[][] }
  | { type: 'texts'; texts: { title: string; lines: string[] }[] }
  | { type: 'bars'; bars: Bar[] }
  | { type: 'charts'; charts: Chart[] };

/** A titled part of a page. */
export interface Section {
  /** Tells it from the others, also from one version of the page to the next. */
  id: string;
  title: string;
  content: Content;
  /** What to know about it, such as what could not be read. */
  notes: string[];
  actions: Link[];
  /** Takes the whole width. */
  isWide: boolean;
}

/** All that a page shows. */
export interface Page {
  title: string;
  subtitle: string;
  /** How it is, in words. */
  state: State;
  status: Line;
  /** That what follows is not as it is now, and why. */
  notice?: string;
  actions: Link[];
  /** The name of the actions together. */
  actionsName: string;
  sections: Section[];
}

/** To the page. */
export interface ToPage {
  type: 'page';
  page: Page;
}

/** From the page. */
export type FromPage = { type: 'ready' } | { type: 'follow'; to: number };
