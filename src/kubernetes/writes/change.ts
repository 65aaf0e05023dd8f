import type { KubernetesObject } from '../apimachinery/objects.ts';
import type { Access } from '../client/request.ts';

/** A write that a tool is about to do. */
export interface Change {
  access: Exclude<Access, 'read'>;
  context: string;
  /** The API server, because contexts of different kubeconfigs can be called the same. */
  server?: string | undefined;
  apiVersion: string;
  kind: string;
  namespace: string | undefined;
  name: string | undefined;
  /** The live object; absent for what does not exist yet. */
  before?: KubernetesObject | undefined;
  /** What the server's dry run made of it; absent for what will be gone. */
  after?: KubernetesObject | undefined;
  /** For what no object shows: the command that will run. */
  summary?: string;
}

/** `update Deployment shop/web in context prod`. */
export function describeChange({ access, kind, namespace, name, context }: Change): string {
  return `${access} ${kind} ${namespace ? `${namespace}/` : ''}${name ?? ''} in context ${context}`;
}
