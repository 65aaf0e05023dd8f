import { type ApiResource, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { workloadNames } from '../../kubernetes/workloads/workload-kinds.ts';

const WITH_ROLLOUTS = workloadNames(({ hasRollouts }) => hasRollouts);
const SUSPENDABLE = workloadNames(({ isBatch }) => isBatch);

const KINDS = {
  logs: ['pods', ...workloadNames(), 'services'],
  terminal: ['pods'],
  forward: ['pods', ...workloadNames(({ isBatch }) => !isBatch), 'services'],
  restart: WITH_ROLLOUTS,
  // The template of a Job cannot be changed.
  change: ['pods', ...workloadNames(({ kind }) => kind !== 'Job')],
  rollout: WITH_ROLLOUTS,
  run: ['cronjobs.batch'],
  suspend: SUSPENDABLE,
  resume: SUSPENDABLE,
  cordon: ['nodes'],
  uncordon: ['nodes'],
  drain: ['nodes'],
} as const satisfies Record<string, readonly string[]>;

/** Actions for objects of a kind besides opening them: words in the `when` clauses of package.json. */
export type Action = keyof typeof KINDS | 'scale' | 'delete';

/** What an object is offered by its state: one of each pair. */
const WHILE_ON: readonly Action[] = ['suspend', 'cordon'];
const WHILE_OFF: readonly Action[] = ['resume', 'uncordon'];

/** Does the action apply to this kind? Permissions are checked elsewhere. */
export function canDo(action: Action, resource: ApiResource): boolean {
  if (action === 'scale') return resource.subresources.includes('scale');
  if (action === 'delete') return resource.verbs.includes('delete');
  const names: readonly string[] = KINDS[action];
  return names.includes(resourceNameOf(resource));
}

/** All actions that apply to an object of this kind, which may be suspended or cordoned. */
export function actionsOf(resource: ApiResource, isOff = false): Action[] {
  const all = [...(Object.keys(KINDS) as (keyof typeof KINDS)[]), 'scale', 'delete'] as const;
  const not = isOff ? WHILE_ON : WHILE_OFF;
  return all.filter((action) => canDo(action, resource) && !not.includes(action));
}
