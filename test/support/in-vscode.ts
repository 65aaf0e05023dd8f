import * as vscode from 'vscode';

/** What a test puts in the place of VS Code's own. */
interface Parts {
  workspace?: object;
  window?: object;
  languages?: object;
}

/** Puts parts of VS Code in their place for the tests of a `describe`; what stood there comes back after them. */
export function inVsCode(parts: Parts): void {
  const places = [
    [vscode.workspace, parts.workspace],
    [vscode.window, parts.window],
    [vscode.languages, parts.languages],
  ] as const;
  let kept: PropertyDescriptorMap[] = [];
  before(() => {
    kept = places.map(([place]) => Object.getOwnPropertyDescriptors(place));
    for (const [place, part] of places) Object.defineProperties(place, Object.getOwnPropertyDescriptors(part ?? {}));
  });
  after(() => {
    for (const [index, [place, part]] of places.entries()) {
      for (const name of Object.keys(part ?? {})) Reflect.deleteProperty(place, name);
      Object.defineProperties(place, kept[index] ?? {});
    }
  });
}

/** The state of a workspace, in memory. */
export class Memento implements vscode.Memento {
  readonly #values = new Map<string, unknown>();

  keys(): readonly string[] {
    return [...this.#values.keys()];
  }

  get<T>(key: string, preset?: T): T {
    return (this.#values.get(key) ?? preset) as T;
  }

  async update(key: string, value: unknown): Promise<void> {
    // As VS Code keeps it.
    this.#values.set(key, value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
  }
}
