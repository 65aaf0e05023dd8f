import type { ServerDefinition } from '../settings/server-definition.ts';

/** What Cursor offers as `vscode.cursor.mcp`. It asks nothing when it starts a server, and is told each change. */
export interface CursorMcp {
  registerServer(config: {
    name: string;
    server: { command: string; args: string[]; env: Record<string, string> };
  }): void;
  unregisterServer(name: string): void;
}

/** Cursor's part of an API object; undefined in other editors. */
export function cursorMcp(api: object): CursorMcp | undefined {
  const { cursor } = api as { cursor?: { mcp?: Partial<CursorMcp> } };
  const { registerServer, unregisterServer } = cursor?.mcp ?? {};
  return registerServer && unregisterServer ? { registerServer, unregisterServer } : undefined;
}

/** Keeps Cursor's servers of ours as they are defined: only what changed is registered again, which restarts it. */
export class CursorServers {
  readonly #mcp: CursorMcp;
  /** The registered version of each name. */
  readonly #registered = new Map<string, string>();

  constructor(mcp: CursorMcp) {
    this.#mcp = mcp;
  }

  set(definitions: readonly ServerDefinition[]): void {
    const labels = new Set(definitions.map(({ label }) => label));
    for (const label of this.#registered.keys()) if (!labels.has(label)) this.#remove(label);
    for (const { label, command, args, env } of definitions) {
      const version = JSON.stringify([command, args, env]);
      if (this.#registered.get(label) === version) continue;
      this.#remove(label);
      this.#mcp.registerServer({ name: label, server: { command, args, env } });
      this.#registered.set(label, version);
    }
  }

  dispose(): void {
    this.set([]);
  }

  #remove(label: string): void {
    if (this.#registered.delete(label)) this.#mcp.unregisterServer(label);
  }
}
