import type { Tool } from '../tool.ts';
import { diagnoseResource } from './read/diagnose-resource.ts';
import { explainResource } from './read/explain-resource.ts';
import { getApiResources } from './read/get-api-resources.ts';
import { getPodLogs } from './read/get-pod-logs.ts';
import { getResource } from './read/get-resource.ts';
import { getResourceUsage } from './read/get-resource-usage.ts';
import { listContexts } from './read/list-contexts.ts';
import { listEvents } from './read/list-events.ts';
import { listResources } from './read/list-resources.ts';
import { waitForResource } from './read/wait-for-resource.ts';
import { createResource } from './write/create-resource.ts';
import { deleteResource } from './write/delete-resource.ts';
import { execInPod } from './write/exec-in-pod.ts';
import { rolloutResource } from './write/rollout-resource.ts';
import { scaleResource } from './write/scale-resource.ts';
import { updateResource } from './write/update-resource.ts';

export const tools: readonly Tool[] = [
  getApiResources,
  listResources,
  getResource,
  getPodLogs,
  diagnoseResource,
  explainResource,
  listEvents,
  getResourceUsage,
  listContexts,
  waitForResource,
  createResource,
  updateResource,
  scaleResource,
  rolloutResource,
  deleteResource,
  execInPod,
];
