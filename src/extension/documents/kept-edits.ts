import type * as vscode from 'vscode';
import { isObject, type KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';

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

  constructor(memento: vscode.Memento) {
    this.#memento = memento;
  }

  get(uri: vscode.Uri): KeptEdit | undefined {
    const kept = this.#memento.get<unknown>(keyOf(uri));
    return isObject(kept) ? (kept as unknown as KeptEdit) : undefined;
  }

  keep(uri: vscode.Uri, { base, text }: KeptEdit): void {
    // Values that the user never saw are not stored outside the cluster: a Secret is then compared by its version.
    void this.#memento.update(keyOf(uri), { base: base?.kind === 'Secret' ? undefined : base, text });
  }

  forget(uri: vscode.Uri): void {
    void this.#memento.update(keyOf(uri), undefined);
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
