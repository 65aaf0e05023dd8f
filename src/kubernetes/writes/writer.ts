import type { KubernetesObject } from '../apimachinery/objects.ts';
import type { Connection } from '../client/cluster.ts';
import type { Change } from './change.ts';
import type { FreshValues } from './fresh-values.ts';

/** Who writes: an agent's call, or the user in the editor. Every write goes through `review` and then `write`. */
export interface Writer {
  connection: Connection;
  /** Aborted when the write is cancelled. */
  signal: AbortSignal;
  /** What it makes up: a user is asked about the same values again when the question is repeated. */
  fresh: FreshValues;
  /**
   * Whether the changes, as dry-run, may be written: first by the rules, then by the user where wanted. A dry run does
   * not ask the user. @throws RefusedError when not allowed, RejectedError when the user says no.
   */
  review(changes: readonly Change[], how?: 'dry run'): Promise<void>;
  /** Does one write and records how it ended; `written` extracts the resulting object. */
  write<T>(change: Change, send: () => Promise<T>, written?: (result: T) => KubernetesObject): Promise<T>;
  /** Records that nothing had to be written. */
  unchanged(change: Change): Promise<void>;
}
