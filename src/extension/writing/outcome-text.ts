import * as vscode from 'vscode';
import type { Deletion } from '../../kubernetes/writes/deletion.ts';
import type { Restart } from '../../kubernetes/writes/rollout.ts';
import type { Scaling } from '../../kubernetes/writes/scaling.ts';
import { formatError } from '../common/problems.ts';

/** The result of scaling, for the user. */
export function formatScaling(what: string, { before, after, autoscaler, owners, notes }: Scaling): string {
  return [
    after === before
      ? vscode.l10n.t('{0} is scaled to {1} already: nothing was written.', what, after)
      : vscode.l10n.t('{0} scaled from {1} to {2}.', what, before, after),
    ...(autoscaler ? [formatAutoscaler(autoscaler, after)] : []),
    ...(owners.length > 0
      ? [vscode.l10n.t('{0} also sets the number of replicas, and may set it back.', owners.join(', '))]
      : []),
    ...notes,
  ].join(' ');
}

function formatAutoscaler(
  { name, minReplicas, maxReplicas }: NonNullable<Scaling['autoscaler']>,
  replicas: number,
): string {
  return replicas === 0
    ? vscode.l10n.t('HorizontalPodAutoscaler {0} does nothing until it has replicas again.', name)
    : vscode.l10n.t(
        'HorizontalPodAutoscaler {0} sets the number of replicas by itself, from {1} to {2}.',
        ...[name, minReplicas, maxReplicas],
      );
}

/** The result of a restart, for the user. */
export function formatRestart(what: string, { isOnDelete, notes }: Restart): string {
  return [
    isOnDelete
      ? vscode.l10n.t('{0} restarts: each of its pods is replaced when it is deleted (OnDelete).', what)
      : vscode.l10n.t('{0} restarts: its pods are being replaced.', what),
    ...notes,
  ].join(' ');
}

/** Why there was no restart. */
export function formatPaused(what: string): string {
  return vscode.l10n.t('The rollout of {0} is paused: resume it before you restart it.', what);
}

/** The result of a deletion, for the user. */
export function formatDeletion(what: string, left: Deletion['left']): string {
  switch (left.state) {
    case 'dry run':
    case 'gone':
      return vscode.l10n.t('{0} deleted.', what);
    case 'recreated':
      return vscode.l10n.t('{0} deleted. There is one of this name again: something created it anew.', what);
    case 'emptying':
      return vscode.l10n.t('{0} is being deleted, with everything in it.', what);
    case 'waits for finalizers':
      return vscode.l10n.t(
        '{0} is marked for deletion; it stays until these finalizers are removed: {1}.',
        what,
        left.finalizers.join(', '),
      );
    case 'waits for dependents':
      return vscode.l10n.t('{0} is being deleted, after what it owns.', what);
    case 'shutting down':
      return vscode.l10n.t('{0} is being deleted: it has {1} s to shut down.', what, left.seconds);
    case 'unknown':
      return vscode.l10n.t('{0} is being deleted. Whether it is gone is not known: {1}', what, formatError(left.error));
  }
}
