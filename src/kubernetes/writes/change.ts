import type { WriteAccess } from '../apimachinery/access.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import { visible } from '../text/visible.ts';
import type { Danger } from './danger.ts';

/** A write that a tool is about to do. */
export interface Change {
  access: WriteAccess;
  context: string;
  /** The API server: contexts of different kubeconfigs can share a name. */
  server?: string | undefined;
  apiVersion: string;
  kind: string;
  namespace: string | undefined;
  name: string | undefined;
  /** The existing object that is meant: another may take its name. */
  uid?: string | undefined;
  /** The subresource written, such as `scale`; by default the whole object. */
  subresource?: string | undefined;
  /** The object the subresource belongs to, where it is not the one written. */
  parent?: KubernetesObject | undefined;
  /** The live object; absent for one that does not exist yet. */
  before?: KubernetesObject | undefined;
  /** The result of the server's dry run; absent for a deletion. */
  after?: KubernetesObject | undefined;
  /** What is sent, where the API server generates other values with each dry run: that is what is decided about. */
  sent?: unknown;
  /** What was dry-run in its place, where the two must look alike: field ownership is judged by this. */
  tried?: KubernetesObject | undefined;
  /** The writer's input: its values are known to the writer, and the user has to see them. */
  submitted?: unknown;
  /** For a write that no object shows: the command to run. */
  summary?: string;
  /** Findings that the two sides do not show, such as what a deletion takes with it. */
  consequences?: readonly Danger[];
}

/** `update Deployment shop/web in context prod`. */
export function describeChange(change: ChangeCoordinates): string {
  const { access, kind, namespace, name, context, subresource } = change;
  const what = `${kind}${subresource ? `/${subresource}` : ''}`;
  return visible(`${access} ${what} ${namespace ? `${namespace}/` : ''}${name ?? ''} in context ${context}`);
}

type ChangeCoordinates = Pick<Change, 'access' | 'kind' | 'context'> &
  Partial<Pick<Change, 'namespace' | 'name' | 'subresource'>>;
