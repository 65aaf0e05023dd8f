import type { Clusters } from '../targets/clusters.ts';
import type { ProblemSearch } from './cluster-problems.ts';
import type { KindChoices } from './kind-choices.ts';
import type { KindCounts } from './kind-counts.ts';
import type { NodeStore } from './node-store.ts';
import type { TreeChanges } from './tree-changes.ts';

/** What the branches of the tree share. */
export interface Tree {
  readonly clusters: Clusters;
  readonly choices: KindChoices;
  readonly nodes: NodeStore;
  readonly changes: TreeChanges;
  readonly counts: KindCounts;
  readonly search: ProblemSearch;
  /** Only objects with this in their names; empty for all. */
  filter: string;
}
