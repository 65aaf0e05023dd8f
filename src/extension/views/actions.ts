import { type ApiResource, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';

/** What can be done with objects of a kind, beyond opening them: words that the `when` clauses of package.json look for. */
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

/** Does the action make sense for this kind? Whether it is permitted is another question. */
export function canDo(action: Action, resource: ApiResource): boolean {
  if (action === 'scale') return resource.subresources.includes('scale');
  if (action === 'delete') return resource.verbs.includes('delete');
  return KINDS[action].includes(resourceNameOf(resource));
}

/** All that makes sense for this kind. */
export function actionsOf(resource: ApiResource): Action[] {
  return (['logs', 'terminal', 'forward', 'restart', 'scale', 'delete'] as const).filter((action) =>
    canDo(action, resource),
  );
}
