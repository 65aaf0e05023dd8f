/** What of Helm only looks, and is on unless switched off. */
export const HELM_READS = ['helmReleaseList', 'helmReleaseGet', 'helmRepoList'] as const;
/** What of Helm changes a release, and is off unless switched on. */
export const HELM_WRITES = ['helmInstall', 'helmUpgrade', 'helmRollback', 'helmUninstall'] as const;
/** What changes which repositories charts come from; off unless switched on. */
export const HELM_REPOSITORY_WRITES = ['helmRepoAdd', 'helmRepoRemove'] as const;

/** Each has a switch of its own: what Helm does to a cluster is permitted by it, not by the switches for objects. */
export const HELM_OPERATIONS = [...HELM_READS, ...HELM_WRITES, ...HELM_REPOSITORY_WRITES] as const;

export type HelmOperation = (typeof HELM_OPERATIONS)[number];
export type HelmWrite = (typeof HELM_WRITES)[number];

/** Does it only look? */
export function isHelmRead(operation: HelmOperation): boolean {
  return HELM_READS.some((one) => one === operation);
}

/** Is it one of the operations? */
export function isHelmOperation(name: string | undefined): name is HelmOperation {
  return HELM_OPERATIONS.some((one) => one === name);
}
