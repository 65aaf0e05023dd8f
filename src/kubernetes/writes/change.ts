import type { WriteAccess } from '../apimachinery/access.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import { visible } from '../text/visible.ts';
import type { Danger } from './danger.ts';

/** A write that a tool is about to do. */
export interface Change {
  access: WriteAccess;
  context: string;
  /** The API server, because contexts of different kubeconfigs can be called the same. */
  server?: string | undefined;
  apiVersion: string;
  kind: string;
  namespace: string | undefined;
  name: string | undefined;
  /** What of the object is written, such as `scale`; all of it unless given. */
  subresource?: string | undefined;
  /** The object that the subresource belongs to, where it is another one than is written. */
  parent?: KubernetesObject | undefined;
  /** The live object; absent for what does not exist yet. */
  before?: KubernetesObject | undefined;
  /** What the server's dry run made of it; absent for what will be gone. */
  after?: KubernetesObject | undefined;
  /** What was tried in its place, where that must not be told from it: by this it is judged who owns what. */
  tried?: KubernetesObject | undefined;
  /** What whoever writes gave: the values in it are known to them, and the user has to see them. */
  submitted?: unknown;
  /** For what no object shows: the command that will run. */
  summary?: string;
  /** What was found out about it besides what its two sides show, such as what goes with what is deleted. */
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
