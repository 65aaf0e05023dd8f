import * as vscode from 'vscode';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import { WRITE_SWITCHES, type WriteSwitch } from '../../settings.ts';
import { shortContext } from '../common/context-name.ts';
import { switchWord } from '../settings/switch-text.ts';
import type { Target } from '../targets/targets.ts';

/** The content of the status bar. */
export interface ClusterStatus {
  context: string;
  namespace: string;
  server: string;
  /** Writes are forbidden in this context, whatever the switches say. */
  isProtected: boolean;
  /** What agents may do. */
  open: readonly WriteSwitch[];
  /** Why there is no context, for a user. */
  problem?: string;
  /** The kubeconfig may not be used: the user has refused it or has not answered yet. */
  agreement?: 'refused' | 'waiting';
}

/** More switches than these are counted. */
const MAX_WORDS = 4;

/** The status of a target, from its settings and kubeconfig files; sends no request to the cluster. */
export async function clusterStatus(target: Target): Promise<ClusterStatus> {
  const [{ readKubeconfig }, { findContext, UntrustedKubeconfigError, serverOf }, { Policy }, { rulesOf }] =
    await Promise.all([
      import('../targets/trusted-kubeconfig.ts'),
      import('../../kubernetes/client/kubeconfig.ts'),
      import('../../kubernetes/policy.ts'),
      import('../../kubernetes/rules.ts'),
    ]);
  const { settings } = target;
  const open = WRITE_SWITCHES.filter((name) => settings[name]);
  try {
    const entry = findContext(await readKubeconfig(target), settings.context);
    const isProtected = new Policy(rulesOf(settings)).isProtected(entry.name);
    const namespace = settings.namespace ?? entry.namespace;
    return { context: entry.name, namespace, server: serverOf(entry), isProtected, open };
  } catch (error) {
    const none = { context: '', namespace: '', server: '', isProtected: false, open, problem: messageOf(error) };
    return error instanceof UntrustedKubeconfigError
      ? { ...none, agreement: error.refused ? 'refused' : 'waiting' }
      : none;
  }
}

/**
 * The status bar text: where, and what agents may do there, in words; with `offline` that the cluster does not answer.
 */
export function statusText(
  { context, namespace, isProtected, open, problem, agreement }: ClusterStatus,
  offline = false,
): string {
  if (agreement === 'waiting') return vscode.l10n.t('$(question) Kubernetes: waiting for your answer');
  if (agreement === 'refused') return vscode.l10n.t('$(circle-slash) Kubernetes: kubeconfig not allowed');
  if (problem !== undefined) return '$(warning) Kubernetes';
  const isOpen = !isProtected && open.length > 0;
  const icon = offline ? '$(debug-disconnect)' : isOpen ? '$(unlock)' : '$(lock)';
  return [
    `${icon} ${plain(shortContext(context))} / ${plain(namespace)}`,
    ...(isProtected ? [vscode.l10n.t('protected')] : []),
    isOpen ? vscode.l10n.t('agents may {0}', allowed(open)) : vscode.l10n.t('agents read-only'),
    ...(offline ? [vscode.l10n.t('offline')] : []),
  ].join(' · ');
}

function allowed(open: readonly WriteSwitch[]): string {
  const words = open.map(switchWord);
  if (words.length <= MAX_WORDS) return words.join(', ');
  return vscode.l10n.t('{0} and {1} more', words.slice(0, MAX_WORDS - 1).join(', '), words.length - MAX_WORDS + 1);
}

// Names may contain icon syntax.
function plain(name: string): string {
  return name.replaceAll('$(', '$ (');
}
