import type { KubernetesObject } from '../apimachinery/objects.ts';
import type { Connection } from '../client/cluster.ts';
import type { Change } from './change.ts';

/** Who writes: an agent's call, or the user in the editor. Every write goes through `review` and then `write`. */
export interface Writer {
  connection: Connection;
  /** Aborted when the writing is called off. */
  signal: AbortSignal;
  /**
   * Whether the changes, as the dry run made them, may be written: by what is allowed, and then by the user, where that is
   * wanted. A dry run asks nobody. @throws RefusedError when it is not allowed, RejectedError when the user says no.
   */
  review(changes: readonly Change[], how?: 'dry run'): Promise<void>;
  /** Does one write, and records how it ended; `written` finds the object as it is afterwards. */
  write<T>(change: Change, send: () => Promise<T>, written?: (result: T) => KubernetesObject): Promise<T>;
  /** Records that nothing had to be written. */
  unchanged(change: Change): Promise<void>;
}
