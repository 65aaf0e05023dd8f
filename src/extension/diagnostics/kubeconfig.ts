import * as vscode from 'vscode';
import { isObject } from '../../kubernetes/apimachinery/objects.ts';
import {
  type ContextEntry,
  findContext,
  kubeconfigPaths,
  UntrustedKubeconfigError,
  withoutUserInfo,
} from '../../kubernetes/client/kubeconfig.ts';
import { assertUsable } from '../../kubernetes/client/kubeconfig-use.ts';
import { COMMANDS } from '../common/ids.ts';
import { formatError } from '../common/problems.ts';
import type { FoundKubeconfig } from '../targets/kubeconfig-order.ts';
import type { Target } from '../targets/targets.ts';
import { readKubeconfig } from '../targets/trusted-kubeconfig.ts';
import type { Finding } from './finding.ts';

/** Is there a kubeconfig with a usable context? */
export async function checkKubeconfig(target: Target): Promise<Finding & { context?: ContextEntry }> {
  const { kubeconfig, settings } = target;
  const title = vscode.l10n.t('Kubeconfig');
  const paths = kubeconfigPaths(kubeconfig.paths);
  const where = `${paths.join(', ')} (${formatSource(kubeconfig.source)})`;
  try {
    const context = findContext(await readKubeconfig(target), settings.context);
    assertUsable(context);
    return { state: 'good', title, facts: [where, ...formatContext(context)], remedies: [], context };
  } catch (error) {
    if (error instanceof UntrustedKubeconfigError) {
      const remedies = [vscode.l10n.t('Run “MCP for Kubernetes: Show What This Workspace Asks For”.')];
      return {
        state: 'bad',
        title,
        facts: [where, formatError(error)],
        remedies,
        commands: [COMMANDS.answerWorkspace],
      };
    }
    const remedies = [
      vscode.l10n.t('Correct the file, or name another one in the setting {0}.', 'mcpK8s.kubeconfig'),
      vscode.l10n.t('If it is the context that is missing, run “MCP for Kubernetes: Switch Context”.'),
    ];
    const commands = [COMMANDS.openSettings, COMMANDS.switchContext];
    return { state: 'bad', title, facts: [where, formatError(error)], remedies, commands };
  }
}

function formatSource(source: FoundKubeconfig['source']): string {
  switch (source) {
    case 'setting':
      return vscode.l10n.t('from the setting {0}', 'mcpK8s.kubeconfig');
    case 'workspace':
      return vscode.l10n.t('found in the workspace folder');
    case 'kubernetesExtension':
      return vscode.l10n.t('what the Kubernetes extension uses');
    case 'default':
      return process.env.KUBECONFIG
        ? vscode.l10n.t('from the variable {0}', 'KUBECONFIG')
        : vscode.l10n.t('the usual place');
  }
}

function formatContext({ name, namespace, cluster, user }: ContextEntry): string[] {
  const server = isObject(cluster.cluster) ? withoutUserInfo(String(cluster.cluster.server)) : '';
  return [
    vscode.l10n.t('Context {0}: cluster {1}, namespace {2}', name, server, namespace),
    vscode.l10n.t('User {0} signs in with {1}', user.name, formatCredential(user.user)),
  ];
}

// The kind of credential only, never the credential.
function formatCredential(user: unknown): string {
  if (!isObject(user)) return vscode.l10n.t('nothing');
  if (isObject(user.exec)) return vscode.l10n.t('the program {0}', String(user.exec.command));
  if (isObject(user['auth-provider'])) return vscode.l10n.t('the provider {0}', String(user['auth-provider'].name));
  if (user.token || user.tokenFile) return vscode.l10n.t('a token');
  if (user['client-certificate'] || user['client-certificate-data']) return vscode.l10n.t('a client certificate');
  return user.username ? vscode.l10n.t('a password') : vscode.l10n.t('nothing');
}
