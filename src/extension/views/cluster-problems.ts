import type { ClusterProblems } from '../../kubernetes/diagnosis/cluster.ts';
import { told } from '../common/told.ts';
import type { ProblemsNode } from './nodes.ts';

/** How long problems are shown before they are looked for again, and at least how many times the search lasted. */
const INTERVAL_MS = 30_000;
const REST = 10;

/** Looks for the problems of clusters whose rows are shown, never twice at a time for one. */
export class ProblemSearch {
  readonly #running = new Set<ProblemsNode>();
  readonly #due = new WeakMap<ProblemsNode, number>();
  readonly #onFound: (node: ProblemsNode) => void;

  constructor(onFound: (node: ProblemsNode) => void) {
    this.#onFound = onFound;
  }

  /** Looks for them if it is time to. */
  async look(node: ProblemsNode): Promise<void> {
    const begin = Date.now();
    if (this.#running.has(node) || begin < (this.#due.get(node) ?? 0)) return;
    this.#running.add(node);
    try {
      const { clusterProblems } = await import('../../kubernetes/diagnosis/cluster.ts');
      node.found = await clusterProblems(node.connection, node.connection.closed, told);
      node.failure = undefined;
    } catch (error) {
      node.found = undefined;
      node.failure = error;
    } finally {
      this.#running.delete(node);
      const end = Date.now();
      this.#due.set(node, end + Math.max(INTERVAL_MS, REST * (end - begin)));
    }
    this.#onFound(node);
  }

  /** Looks for them now, whenever they were last looked for. */
  async again(node: ProblemsNode): Promise<void> {
    this.#due.delete(node);
    await this.look(node);
  }
}

/** The number of problems, without what may only become one. */
export function countProblems(found: ClusterProblems | undefined): number {
  return found?.findings.filter(({ level }) => level !== 'risk').length ?? 0;
}
