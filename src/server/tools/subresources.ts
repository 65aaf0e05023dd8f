import { type ApiResource, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { UserError } from '../../kubernetes/apimachinery/errors.ts';

const WRITABLE = ['status', 'scale', 'resize', 'approval'];
/** What to do instead of writing to what is no part of an object but does something. */
const ADVICE: Record<string, string> = {
  eviction: 'An eviction is a deletion that heeds disruption budgets; delete_resource deletes a pod.',
  token: 'Tokens are not handed out to agents.',
  exec: 'exec_in_pod runs a command in a container.',
  attach: 'exec_in_pod runs a command in a container.',
  log: 'get_pod_logs reads logs.',
  portforward: 'Only the user forwards ports, in the editor.',
  proxy: 'Agents have no way through to pods, services and nodes.',
  binding: 'The scheduler binds pods to nodes.',
  finalize: 'A namespace goes when everything in it has gone; what holds it are the finalizers of what is in it.',
  ephemeralcontainers: 'Only the user adds a debug container, with kubectl debug.',
};

/** The kinds that requests to them have. */
const KINDS: Record<string, string> = {
  Eviction: 'eviction',
  TokenRequest: 'token',
  Binding: 'binding',
  Scale: 'scale',
};

/** What to do instead of creating an object that is only what a subresource is asked with; undefined for any other kind. */
export function adviceForKind(kind: string | undefined): string | undefined {
  const subresource = kind !== undefined && Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (subresource === undefined) return undefined;
  return `${kind} is no object but a request to the subresource "${subresource}". ${ADVICE[subresource] ?? 'scale_resource sets replicas.'}`;
}

/** @throws UserError for a subresource that is not written by updates, or that the kind does not have, with what to do. */
export function assertWritable(resource: ApiResource, subresource: string, byManifest: boolean): void {
  const what = resourceNameOf(resource);
  if (!WRITABLE.includes(subresource)) {
    const advice = Object.hasOwn(ADVICE, subresource) ? `${ADVICE[subresource]} ` : '';
    throw new UserError(
      `Subresource "${subresource}" is not written by an update. ${advice}What is: ${WRITABLE.join(', ')}.`,
    );
  }
  const own = WRITABLE.filter((one) => resource.subresources.includes(one));
  if (!own.includes(subresource))
    throw new UserError(
      `${what} has no subresource "${subresource}". ${own.length > 0 ? `It has: ${own.join(', ')}.` : 'All of it is written without one.'}`,
    );
  if (subresource === 'scale' && byManifest)
    throw new UserError('A scale is written by scale_resource, or by a patch of spec.replicas.');
}
