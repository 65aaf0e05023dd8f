import type * as vscode from 'vscode';
import { deepEqual, isObject, type KubernetesObject, withoutNoise } from '../../kubernetes/apimachinery/objects.ts';

/** What the user has begun in a document. */
export interface KeptEdit {
  /** What they started from. */
  base: KubernetesObject | undefined;
  /** Their text, if VS Code believes it to be saved; other texts it keeps itself. */
  text?: string | undefined;
}

const PREFIX = 'edit ';

/** Edits that are not written to the cluster yet, kept across reloads of the window. */
export class KeptEdits {
  readonly #memento: vscode.Memento;
  /** The edits kept last, by their key. */
  readonly #last = new Map<string, KeptEdit>();

  constructor(memento: vscode.Memento) {
    this.#memento = memento;
  }

  get(uri: vscode.Uri): KeptEdit | undefined {
    const kept = this.#memento.get<unknown>(keyOf(uri));
    return isObject(kept) ? (kept as unknown as KeptEdit) : undefined;
  }

  /** Keeps an edit. Only another text takes the place of a text: it is nowhere else. */
  keep(uri: vscode.Uri, { base, text }: KeptEdit): void {
    if (text === undefined && this.get(uri)?.text !== undefined) return;
    const key = keyOf(uri);
    const edit: KeptEdit = { base: undefined, text };
    this.#last.set(key, edit);
    void this.#memento.update(key, edit);
    if (base) void this.#addBase(key, edit, base).catch(() => undefined);
  }

  forget(uri: vscode.Uri): void {
    this.#last.delete(keyOf(uri));
    void this.#memento.update(keyOf(uri), undefined);
  }

  // Values that the user never saw are not stored outside the cluster: such an object is then compared by its version.
  async #addBase(key: string, edit: KeptEdit, base: KubernetesObject): Promise<void> {
    const { redact } = await import('../../kubernetes/text/redact.ts');
    const shown = withoutNoise(base);
    if (!deepEqual(redact(base), shown)) return;
    if (this.#last.get(key) === edit) await this.#memento.update(key, { base: shown, text: edit.text });
  }
}

/** Was the text made from this version of the object? */
export function isMadeFrom(text: string, { metadata }: KubernetesObject): boolean {
  const version = metadata?.resourceVersion;
  return version !== undefined && text.includes(`\n  resourceVersion: "${version}"\n`);
}

function keyOf(uri: vscode.Uri): string {
  return PREFIX + uri.toString();
}
