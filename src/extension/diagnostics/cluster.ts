import * as vscode from 'vscode';
import { ConnectionLostError, isApiError, UnreachableError, UserError } from '../../kubernetes/apimachinery/errors.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { COMMANDS } from '../common/ids.ts';
import { formatError } from '../common/problems.ts';
import type { Finding } from './finding.ts';

const CLUSTER_TIMEOUT_MS = 10_000;

/** Does the cluster answer, and how fast? This user may not be allowed to read its version; any answer counts. */
export async function checkCluster({ client }: Connection, signal: AbortSignal): Promise<Finding> {
  const title = vscode.l10n.t('Cluster');
  const version = () => client.json<{ gitVersion?: string }>({ path: '/version', signal, timeout: CLUSTER_TIMEOUT_MS });
  try {
    const begin = performance.now();
    const { gitVersion = '' } = await version();
    const connected = performance.now();
    await version();
    const answered = performance.now();
    const [first, next] = [connected - begin, answered - connected].map((time) => String(Math.ceil(time)));
    return {
      state: 'good',
      title,
      facts: [
        vscode.l10n.t('Kubernetes {0} answers', gitVersion),
        vscode.l10n.t('{0} ms for the first answer, {1} ms for the next', first ?? '', next ?? ''),
      ],
      remedies: [],
    };
  } catch (error) {
    signal.throwIfAborted();
    const facts = [formatError(error)];
    if (isApiError(error, 403)) return { state: 'good', title, facts, remedies: [] };
    const remedies = isAboutCredentials(error) ? signIn() : reach();
    return { state: 'bad', title, facts, remedies, commands: [COMMANDS.switchContext] };
  }
}

// What neither the network nor the cluster said was said while credentials were made, as by a failing plugin.
function isAboutCredentials(error: unknown): boolean {
  if (isApiError(error, 401)) return true;
  const isOfNetwork = error instanceof UnreachableError || error instanceof ConnectionLostError;
  return error instanceof UserError && !isOfNetwork;
}

function signIn(): string[] {
  return [
    vscode.l10n.t('Sign in to the cluster as you do for kubectl, and run the diagnostics again.'),
    vscode.l10n.t('If another context is meant, run “MCP for Kubernetes: Switch Context”.'),
  ];
}

function reach(): string[] {
  return [
    vscode.l10n.t('Check that the cluster is running, and that a VPN, proxy or firewall lets this machine reach it.'),
    vscode.l10n.t(
      'In a Remote, WSL or Dev Container window the address has to be reachable from there, where localhost is another machine.',
    ),
    vscode.l10n.t('If another context is meant, run “MCP for Kubernetes: Switch Context”.'),
  ];
}
