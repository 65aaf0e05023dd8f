import {
  debugLogs,
  filterEvents,
  filterNamespaces,
  identifyContext,
  listContexts,
  listImages,
  nodesTop,
  viewConfig,
} from './answering.ts';
import { fieldPreservation, resizeClaim, rollingUpdate, scaleDown, scaleUp, trafficSwitch } from './changing.ts';
import {
  autoscale,
  canaryDeployment,
  createNginxPod,
  limitResources,
  mountConfigMaps,
  multiContainer,
  networkPolicy,
  statefulSet,
} from './creating.ts';
import { devCluster } from './dev-cluster.ts';
import {
  createRole,
  fixCrashLoop,
  fixImagePull,
  fixNodeSelector,
  fixPendingPod,
  fixProbes,
  fixRole,
  fixRouting,
} from './fixing.ts';
import { installChart, listReleases, uninstallRelease } from './helm.ts';
import type { Task } from './task.ts';

/** The tasks of the strongest peer's own evaluation, except the one that only asks the model who it is. */
export const tasks = [
  canaryDeployment,
  networkPolicy,
  createNginxPod,
  mountConfigMaps,
  limitResources,
  createRole,
  debugLogs,
  trafficSwitch,
  filterEvents,
  filterNamespaces,
  fixCrashLoop,
  fixImagePull,
  fixPendingPod,
  fixProbes,
  fixRole,
  fixRouting,
  fixNodeSelector,
  autoscale,
  listImages,
  multiContainer,
  nodesTop,
  resizeClaim,
  rollingUpdate,
  scaleUp,
  scaleDown,
  devCluster,
  fieldPreservation,
  statefulSet,
  listContexts,
  viewConfig,
  identifyContext,
  installChart,
  listReleases,
  uninstallRelease,
] as readonly Task[];
