import type { KubernetesObject } from '../apimachinery/objects.ts';
import type { Connection } from '../client/cluster.ts';
import type { Change } from './change.ts';

/** Who writes: an agent's call, or the human in the editor. Every write goes through both functions. */
export interface Writer {
  connection: Connection;
  /** Aborted when the writing is called off. */
  signal: AbortSignal;
  /** Asks the human, where that is wanted. @throws RejectedError when the answer is no. */
  review(changes: readonly Change[]): Promise<void>;
  /** Does one write, and records how it ended; `written` finds the object as it is afterwards. */
  write<T>(change: Change, send: () => Promise<T>, written?: (result: T) => KubernetesObject): Promise<T>;
}
