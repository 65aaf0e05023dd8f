import * as vscode from 'vscode';
import { isApiError } from '../../kubernetes/apimachinery/errors.ts';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { formatError } from '../common/problems.ts';

/** How far the cluster has an object of a file. */
export type ManifestState =
  | { is: 'in sync' | 'missing' }
  | { is: 'different'; fields: number }
  /** The user may not read it, or it could not be read. */
  | { is: 'forbidden' | 'unknown'; why: string };

/** Looks up how far the cluster has an object. */
export async function manifestState(
  connect: () => Connection | Promise<Connection>,
  object: KubernetesObject,
  signal: AbortSignal,
): Promise<ManifestState> {
  try {
    const { liveStateOf } = await import('./live-state.ts');
    const { live, fields } = await liveStateOf(await connect(), object, signal);
    if (!live) return { is: 'missing' };
    return fields === 0 ? { is: 'in sync' } : { is: 'different', fields };
  } catch (error) {
    return { is: isApiError(error, 403) ? 'forbidden' : 'unknown', why: formatError(error) };
  }
}

/** The state in a few words. */
export function stateText(state: ManifestState): string {
  switch (state.is) {
    case 'in sync':
      return vscode.l10n.t('in sync');
    case 'missing':
      return vscode.l10n.t('not in the cluster');
    case 'different':
      return state.fields === 1 ? vscode.l10n.t('1 field differs') : vscode.l10n.t('{0} fields differ', state.fields);
    case 'forbidden':
      return vscode.l10n.t('not allowed');
    case 'unknown':
      return vscode.l10n.t('not known');
  }
}

/** The name of the icon for a state. */
export function stateIcon(state: ManifestState): string {
  switch (state.is) {
    case 'in sync':
      return 'check';
    case 'missing':
      return 'circle-slash';
    case 'different':
      return 'diff';
    case 'forbidden':
      return 'lock';
    case 'unknown':
      return 'question';
  }
}
