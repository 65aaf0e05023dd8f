// Imported by suites inside the extension host: the window as a user sees it.

/** The environment variable that holds the bridge's address. */
export const bridgeVariable = 'MCP_K8S_TEST_BRIDGE';

export interface WaitOptions {
  state?: 'visible' | 'hidden';
  /** In milliseconds. */
  timeout?: number;
}

export interface ClickOptions {
  button?: 'left' | 'right';
  /** How long the button is held down, in milliseconds. */
  delay?: number;
}

/** What a user can do in VS Code's window. Selectors are Playwright's (`.quick-input-list >> text=web`). */
export interface WindowActions {
  /** Presses keys: `F1`, `Enter`, `Control+Shift+P`. */
  press(keys: string): Promise<void>;
  /** Types into the focused element. */
  type(text: string): Promise<void>;
  click(selector: string, options?: ClickOptions): Promise<void>;
  /** Moves the mouse over the first match. */
  hover(selector: string): Promise<void>;
  /** Resolves when the first match is visible (or no match is). */
  waitFor(selector: string, options?: WaitOptions): Promise<void>;
  /** The text of the first match, as displayed. */
  text(selector: string): Promise<string>;
  /** The text of every visible match. */
  texts(selector: string): Promise<string[]>;
  /** An attribute of every visible match. */
  attributes(selector: string, name: string): Promise<string[]>;
  /** Saves `artifacts/screenshots/<name>.png` and returns its path. */
  screenshot(name: string): Promise<string>;
}

/** What the suite reports to the outside. */
export type TestEvent =
  | { type: 'started' }
  | { type: 'log'; text: string }
  | { type: 'passed'; title: string; milliseconds: number }
  | { type: 'failed'; title: string; message: string }
  | { type: 'skipped'; title: string };

export type BridgeRequest = { action: keyof WindowActions; args: unknown[] } | { event: TestEvent };

/** The window of the VS Code that runs the suite. */
export const page: WindowActions = {
  press: (keys) => call({ action: 'press', args: [keys] }).then(nothing),
  type: (text) => call({ action: 'type', args: [text] }).then(nothing),
  click: (selector, options) => call({ action: 'click', args: [selector, options] }).then(nothing),
  hover: (selector) => call({ action: 'hover', args: [selector] }).then(nothing),
  waitFor: (selector, options) => call({ action: 'waitFor', args: [selector, options] }).then(nothing),
  text: (selector) => call({ action: 'text', args: [selector] }).then(String),
  texts: (selector) => call({ action: 'texts', args: [selector] }).then(strings),
  attributes: (selector, name) => call({ action: 'attributes', args: [selector, name] }).then(strings),
  screenshot: (name) => call({ action: 'screenshot', args: [name] }).then(String),
};

/** Reports to the outside. */
export async function report(event: TestEvent): Promise<void> {
  await call({ event });
}

function nothing(): void {}

function strings(answer: unknown): string[] {
  return Array.isArray(answer) ? answer.map(String) : [];
}

async function call(request: BridgeRequest): Promise<unknown> {
  const endpoint = process.env[bridgeVariable];
  if (!endpoint) throw new Error(`${bridgeVariable} is not set: start the suite with runInVsCode`);
  const answer = await fetch(endpoint, { method: 'POST', body: JSON.stringify(request) });
  const body: unknown = await answer.json();
  // A summary shows only the first line: it has to say what was waited for.
  if (!answer.ok) throw new Error('args' in request ? `${request.action} ${request.args[0]}: ${body}` : String(body));
  return body;
}
