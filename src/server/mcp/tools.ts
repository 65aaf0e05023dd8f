import type { Tool } from '../core/tool.ts';
import { checkAccess } from '../tools/read/check-access.ts';
import { compareResources } from '../tools/read/compare-resources.ts';
import { diagnoseResource } from '../tools/read/diagnose-resource.ts';
import { explainResource } from '../tools/read/explain-resource.ts';
import { getApiResources } from '../tools/read/get-api-resources.ts';
import { getHelmRelease } from '../tools/read/get-helm-release.ts';
import { getPodLogs } from '../tools/read/get-pod-logs.ts';
import { getResource } from '../tools/read/get-resource.ts';
import { getResourceUsage } from '../tools/read/get-resource-usage.ts';
import { listChanges } from '../tools/read/list-changes.ts';
import { listContexts } from '../tools/read/list-contexts.ts';
import { listEvents } from '../tools/read/list-events.ts';
import { listHelmReleases } from '../tools/read/list-helm-releases.ts';
import { listHelmRepositories } from '../tools/read/list-helm-repositories.ts';
import { listResources } from '../tools/read/list-resources.ts';
import { queryMetrics } from '../tools/read/query-metrics.ts';
import { renderHelmChart } from '../tools/read/render-helm-chart.ts';
import { waitForResource } from '../tools/read/wait-for-resource.ts';
import { addHelmRepository } from '../tools/write/add-helm-repository.ts';
import { applyManifest } from '../tools/write/apply-manifest.ts';
import { createResource } from '../tools/write/create-resource.ts';
import { deleteResource } from '../tools/write/delete-resource.ts';
import { execInPod } from '../tools/write/exec-in-pod.ts';
import { installHelmChart } from '../tools/write/install-helm-chart.ts';
import { removeHelmRepository } from '../tools/write/remove-helm-repository.ts';
import { rollbackHelmRelease } from '../tools/write/rollback-helm-release.ts';
import { rolloutResource } from '../tools/write/rollout-resource.ts';
import { scaleResource } from '../tools/write/scale-resource.ts';
import { uninstallHelmRelease } from '../tools/write/uninstall-helm-release.ts';
import { updateResource } from '../tools/write/update-resource.ts';
import { upgradeHelmChart } from '../tools/write/upgrade-helm-chart.ts';

export const tools: readonly Tool[] = [
  getApiResources,
  listResources,
  getResource,
  getPodLogs,
  diagnoseResource,
  explainResource,
  listEvents,
  listChanges,
  getResourceUsage,
  listContexts,
  waitForResource,
  listHelmReleases,
  getHelmRelease,
  listHelmRepositories,
  renderHelmChart,
  checkAccess,
  compareResources,
  queryMetrics,
  createResource,
  updateResource,
  scaleResource,
  rolloutResource,
  deleteResource,
  execInPod,
  applyManifest,
  installHelmChart,
  upgradeHelmChart,
  rollbackHelmRelease,
  uninstallHelmRelease,
  addHelmRepository,
  removeHelmRepository,
];
