import { fileURLToPath } from 'node:url';
import type { Call, Job, Place } from '../job.ts';
import { documents } from '../manifests.ts';

/**
 * A task of the strongest peer's own evaluation, with what an agent calls there: what its published run shows, without the
 * repetitions, in the fewest calls that do it. Nothing waits there, so what an agent would look for again and again is waited for
 * with kubectl and looked at once; and its agent is taken to understand whatever it reads.
 */
export interface Task<Found = unknown> extends Job<Found> {
  theirs(call: Call, place: Place): Promise<unknown>;
}

/**
 * The chart that is installed; our server reads charts of the folder that it is started in. Its objects name their namespace: the
 * peer puts those that do not into the kubeconfig's.
 */
export const CHART = fileURLToPath(new URL('../../server/charts/redis', import.meta.url));

/** What a manifest says of an object. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  [part: string]: unknown;
}

/** An object of a kind of the core group. */
export function core(kind: string, name: string, rest: object = {}): Manifest {
  return { apiVersion: 'v1', kind, metadata: { name }, ...rest };
}

/** The same object in a namespace, as the peer's agent has to write it. */
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

/** Kinds as the peer wants them. */
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
