import type { Tool } from '../tool.ts';
import { getApiResources } from './read/get-api-resources.ts';
import { getResource } from './read/get-resource.ts';
import { listResources } from './read/list-resources.ts';
import { createResource } from './write/create-resource.ts';
import { deleteResource } from './write/delete-resource.ts';
import { updateResource } from './write/update-resource.ts';

export const tools: readonly Tool[] = [
  getApiResources,
  listResources,
  getResource,
  createResource,
  updateResource,
  deleteResource,
];
