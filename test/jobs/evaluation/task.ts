import { fileURLToPath } from 'node:url';
import type { Call, Job, Place } from '../job.ts';
import { documents } from '../manifests.ts';

/**
 * A task of the strongest peer's own evaluation, with the calls an agent makes: those of its published run without
 * repetitions, in the fewest that do the task. The peer cannot wait, so where an agent would poll, kubectl waits and
 * the agent looks once. Its agent is assumed to understand whatever it reads.
 */
export interface Task<Found = unknown> extends Job<Found> {
  theirs(call: Call, place: Place): Promise<unknown>;
}

/**
 * The chart to install; our server reads charts in its working folder. Its objects name their namespace, as the peer
 * puts those without one into the kubeconfig's.
 */
export const CHART = fileURLToPath(new URL('../../server/charts/redis', import.meta.url));

/** An object's manifest. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  [part: string]: unknown;
}

/** An object of a core group kind. */
export function core(kind: string, name: string, rest: object = {}): Manifest {
  return { apiVersion: 'v1', kind, metadata: { name }, ...rest };
}

/** The same object with a namespace, as the peer's agent must write it. */
export function within(namespace: string, ...objects: Manifest[]): Manifest[] {
  return objects.map((object) => ({ ...object, metadata: { ...object.metadata, namespace } }));
}

/** Objects as one manifest. */
export function manifest(...objects: Manifest[]): string {
  return documents(...objects.map((object) => JSON.stringify(object)));
}

/** Writes objects with the peer. */
export function send(call: Call, ...objects: Manifest[]): Promise<string> {
  return call('resources_create_or_update', { resource: manifest(...objects) });
}

/** Kinds in the peer's format. */
export const KINDS = {
  deployment: { apiVersion: 'apps/v1', kind: 'Deployment' },
  statefulSet: { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  service: { apiVersion: 'v1', kind: 'Service' },
  claim: { apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
  storageClass: { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' },
  slice: { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
  role: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' },
  binding: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' },
} as const;
