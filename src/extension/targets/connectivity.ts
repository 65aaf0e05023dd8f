import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { UnreachableError } from '../../kubernetes/apimachinery/errors.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { serverOf } from '../../kubernetes/client/kubeconfig.ts';

/** Together at most the 5 seconds in which a user notices that a cluster hangs. */
const PAUSE_MS = 1_500;
const TIMEOUT_MS = 3_000;

/** Knows which of the clusters in use answer. A hanging cluster is noticed within seconds, and so is its return. */
export class Connectivity implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<string>();
  readonly #watched = new WeakSet<Connection>();
  /** The contexts that do not answer, with their servers. */
  readonly #offline = new Set<string>();
  readonly #ended = new AbortController();

  /** A cluster stopped answering, or answers again: the name of its context. */
  readonly onDidChange = this.#changed.event;

  dispose(): void {
    this.#ended.abort();
    this.#changed.dispose();
  }

  /** Starts asking the cluster of a connection, once that has been used, while the user looks at the window. */
  watch(connection: Connection): void {
    if (this.#watched.has(connection)) return;
    this.#watched.add(connection);
    void this.#follow(connection).catch(() => undefined);
  }

  /** Did the cluster not answer when it was last asked? */
  isOffline(context: string, server?: string): boolean {
    if (server !== undefined) return this.#offline.has(keyOf(context, server));
    return [...this.#offline].some((key) => key.startsWith(keyOf(context, '')));
  }

  async #follow(connection: Connection): Promise<void> {
    const signal = AbortSignal.any([connection.closed, this.#ended.signal]);
    const { name } = connection.context;
    const key = keyOf(name, serverOf(connection.context));
    try {
      for (;;) {
        await delay(PAUSE_MS, undefined, { signal, ref: false });
        if (!connection.client.isSignedIn || !vscode.window.state.focused) continue;
        const isOffline = !(await answers(connection, signal));
        if (isOffline === this.#offline.has(key)) continue;
        if (isOffline) this.#offline.add(key);
        else this.#offline.delete(key);
        this.#changed.fire(name);
      }
    } finally {
      if (this.#offline.delete(key) && !this.#ended.signal.aborted) this.#changed.fire(name);
    }
  }
}

function keyOf(context: string, server: string): string {
  return `${JSON.stringify(context)} ${server}`;
}

// Any answer will do, also a refusal.
async function answers({ client }: Connection, signal: AbortSignal): Promise<boolean> {
  try {
    await client.send({ path: '/version', timeout: TIMEOUT_MS, signal });
    return true;
  } catch (error) {
    signal.throwIfAborted();
    return !(error instanceof UnreachableError);
  }
}
