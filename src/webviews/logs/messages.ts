/** How much of a log to read at first: its newest lines, those of the last minutes, or all that can be kept. */
export const BEGINNINGS = ['newest', '5m', '15m', '1h', '6h', '24h', 'all'] as const;
export type Beginning = (typeof BEGINNINGS)[number];

/** What to read. */
export interface LogQuery {
  /** All containers unless one is named. */
  container?: string;
  /** The run before the last restart. */
  previous: boolean;
  since: Beginning;
}

/** A container that can be chosen, and what it is if not a regular one. */
export interface ContainerChoice {
  name: string;
  role?: 'init' | 'sidecar' | 'ephemeral';
}

/** A container of a pod; lines name theirs by its place in the list of all that were sent. */
export interface LogSource {
  pod: string;
  container: string;
}

export interface SentLine {
  /** Absent for messages about the whole log. */
  source?: number;
  time?: string;
  text: string;
  /** Said by us, not by the container. */
  isNote?: boolean;
}

/** All texts of the viewer; `{0}` stands for a value. */
export interface LogTexts {
  toolbar: string;
  log: string;
  container: string;
  allContainers: string;
  roles: Record<'init' | 'sidecar' | 'ephemeral', string>;
  since: string;
  beginnings: Record<Beginning, string>;
  levels: string;
  levelChoices: Record<'all' | 'debug' | 'info' | 'warning' | 'error', string>;
  filter: string;
  filterHint: string;
  notRe2: string;
  follow: string;
  wrap: string;
  times: string;
  previous: string;
  copy: string;
  openAsText: string;
  lines: string;
  shownLines: string;
  filtering: string;
  reading: string;
  empty: string;
  nothingShown: string;
  cut: string;
}

/** To the viewer. A `generation` is the answer to one `read`; what belongs to an earlier one is ignored. */
export type ToViewer =
  | { type: 'start'; texts: LogTexts; query: LogQuery }
  | { type: 'containers'; containers: ContainerChoice[] }
  | { type: 'lines'; generation: number; sources: LogSource[]; lines: SentLine[] }
  | { type: 'ended'; generation: number };

/** From the viewer. */
export type FromViewer =
  | { type: 'ready' }
  | { type: 'read'; generation: number; query: LogQuery }
  | { type: 'copy'; text: string }
  | { type: 'openAsText'; query: LogQuery };
