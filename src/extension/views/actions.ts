import { type ApiResource, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';

/** Actions for objects of a kind besides opening them: words in the `when` clauses of package.json. */
export type Action = 'logs' | 'terminal' | 'forward' | 'restart' | 'scale' | 'delete';

const WITH_PODS = [
  ...['deployments.apps', 'statefulsets.apps', 'daemonsets.apps', 'replicasets.apps', 'replicationcontrollers'],
  ...['jobs.batch', 'cronjobs.batch', 'services'],
];
const KINDS: Record<Exclude<Action, 'scale' | 'delete'>, readonly string[]> = {
  logs: ['pods', ...WITH_PODS],
  terminal: ['pods'],
  forward: ['pods', ...WITH_PODS.filter((name) => !name.endsWith('.batch'))],
  restart: ['deployments.apps', 'statefulsets.apps', 'daemonsets.apps'],
};

/** Does the action apply to this kind? Permissions are checked elsewhere. */
export function canDo(action: Action, resource: ApiResource): boolean {
  if (action === 'scale') return resource.subresources.includes('scale');
  if (action === 'delete') return resource.verbs.includes('delete');
  return KINDS[action].includes(resourceNameOf(resource));
}

/** All actions that apply to this kind. */
export function actionsOf(resource: ApiResource): Action[] {
  return (['logs', 'terminal', 'forward', 'restart', 'scale', 'delete'] as const).filter((action) =>
    canDo(action, resource),
  );
}
