/** Helm operations that only read; on unless switched off. */
export const HELM_READS = ['helmReleaseList', 'helmReleaseGet', 'helmRepoList'] as const;
/** Helm operations that change a release; off unless switched on. */
export const HELM_WRITES = ['helmInstall', 'helmUpgrade', 'helmRollback', 'helmUninstall'] as const;
/** Operations that change the chart repositories; off unless switched on. */
export const HELM_REPOSITORY_WRITES = ['helmRepoAdd', 'helmRepoRemove'] as const;

/** Each has a switch of its own, which permits what Helm does to a cluster; the switches for objects do not. */
export const HELM_OPERATIONS = [...HELM_READS, ...HELM_WRITES, ...HELM_REPOSITORY_WRITES] as const;

export type HelmOperation = (typeof HELM_OPERATIONS)[number];
export type HelmWrite = (typeof HELM_WRITES)[number];

export function isHelmRead(operation: HelmOperation): boolean {
  return HELM_READS.some((one) => one === operation);
}

export function isHelmOperation(name: string | undefined): name is HelmOperation {
  return HELM_OPERATIONS.some((one) => one === name);
}
