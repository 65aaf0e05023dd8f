import { type ApiResource, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { UserError } from '../../kubernetes/apimachinery/errors.ts';
import { UnknownKindError } from '../../kubernetes/client/kind-resolution.ts';
import { ObjectsError } from '../../kubernetes/writes/object-problems.ts';

const WRITABLE = ['status', 'scale', 'resize', 'approval'];
/** Advice for subresources that are actions rather than part of the object. */
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

/** Advice for a subresource that was given as a kind; undefined for any other error. */
export function subresourceAdvice(error: unknown): string | undefined {
  if (error instanceof ObjectsError) {
    const advice = new Set(error.problems.flatMap((problem) => subresourceAdvice(problem.error) ?? []));
    return advice.size > 0 ? [...advice].join(' ') : undefined;
  }
  const subresource = error instanceof UnknownKindError ? error.subresource : undefined;
  if (subresource === undefined) return undefined;
  if (subresource === 'scale') return 'scale_resource sets replicas; get_resource shows them in the object itself.';
  if (WRITABLE.includes(subresource))
    return `It is part of the object: get_resource shows it, update_resource writes it with subresource: ${subresource}.`;
  return Object.hasOwn(ADVICE, subresource) ? ADVICE[subresource] : 'It is not for agents.';
}

/** @throws UserError, with advice, for a subresource that updates cannot write or that the kind does not have. */
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
