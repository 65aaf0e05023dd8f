import type * as vscode from 'vscode';

/** What a window keeps; `updated` is resolved by the next update. */
export type TestMemento = vscode.Memento & { updated: Promise<void> };

/** A memento in memory. */
export function memento(): TestMemento {
  const values = new Map<string, unknown>();
  let told = Promise.withResolvers<void>();
  return {
    get updated() {
      told = Promise.withResolvers<void>();
      return told.promise;
    },
    keys: () => [...values.keys()],
    get: (key: string) => values.get(key) as never,
    update: async (key: string, value: unknown) => {
      values.set(key, value);
      told.resolve();
    },
  };
}
