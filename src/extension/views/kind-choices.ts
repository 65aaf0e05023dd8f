import * as vscode from 'vscode';

const FAVORITES = 'favoriteKinds';
const HIDDEN = 'hiddenKinds';

/** The kinds that the user wants at the top of every namespace, and those they do not want to see; by name. */
export class KindChoices implements vscode.Disposable {
  readonly #memento: vscode.Memento;
  readonly #changes = new vscode.EventEmitter<void>();

  readonly onDidChange = this.#changes.event;

  constructor(memento: vscode.Memento) {
    this.#memento = memento;
  }

  dispose(): void {
    this.#changes.dispose();
  }

  get favorites(): readonly string[] {
    return this.#memento.get<string[]>(FAVORITES, []);
  }

  get hidden(): readonly string[] {
    return this.#memento.get<string[]>(HIDDEN, []);
  }

  /** Makes a kind a favorite, or one no longer. */
  async setFavorite(name: string, isFavorite: boolean): Promise<void> {
    await this.#keep(FAVORITES, changed(this.favorites, name, isFavorite));
  }

  /** Hides a kind, or shows it again. */
  async setHidden(name: string, isHidden: boolean): Promise<void> {
    await this.#keep(HIDDEN, changed(this.hidden, name, isHidden));
  }

  async #keep(key: string, names: readonly string[]): Promise<void> {
    await this.#memento.update(key, names);
    this.#changes.fire();
  }
}

function changed(names: readonly string[], name: string, isIn: boolean): string[] {
  const others = names.filter((one) => one !== name);
  return isIn ? [...others, name] : others;
}
