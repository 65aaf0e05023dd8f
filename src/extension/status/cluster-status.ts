import * as vscode from 'vscode';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import { WRITE_SWITCHES, type WriteSwitch } from '../../settings.ts';
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

/** Longer names are shortened in the middle, where a cloud provider's names are alike. */
const MAX_NAME_LENGTH = 32;

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

/** The status bar text: a lock, or the letters of what agents may do, and where. */
export function statusText({ context, namespace, isProtected, open, problem, agreement }: ClusterStatus): string {
  if (agreement === 'waiting') return vscode.l10n.t('$(question) Kubernetes: waiting for your answer');
  if (agreement === 'refused') return vscode.l10n.t('$(circle-slash) Kubernetes: kubeconfig not allowed');
  if (problem !== undefined) return '$(warning) Kubernetes';
  const letters = [...new Set(open.map((name) => name.charAt('enable'.length)))].join('');
  const mode = isProtected || letters === '' ? '$(lock)' : `$(unlock) ${letters}`;
  return `${mode} ${shortened(context)} · ${shortened(namespace)}`;
}

function shortened(name: string): string {
  // Names may contain icon syntax.
  const plain = name.replaceAll('$(', '$ (');
  if (plain.length <= MAX_NAME_LENGTH) return plain;
  const half = (MAX_NAME_LENGTH - 1) / 2;
  return `${plain.slice(0, Math.floor(half))}…${plain.slice(-Math.ceil(half))}`;
}
