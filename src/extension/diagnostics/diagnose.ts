import * as vscode from 'vscode';
import { definitionOf, serverId } from '../servers/server-provider.ts';
import type { Clusters } from '../targets/clusters.ts';
import type { Target } from '../targets/targets.ts';
import { checkChat } from './chat.ts';
import { checkCluster } from './cluster.ts';
import type { Finding } from './finding.ts';
import { checkKubeconfig } from './kubeconfig.ts';
import { checkPermissions } from './permissions.ts';
import { checkServer } from './server.ts';
import { checkSwitches } from './switches.ts';

/** Runs the checks in order, as they build on each other; reports checks that could not run. */
export async function* diagnose(
  context: vscode.ExtensionContext,
  clusters: Clusters,
  target: Target,
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  const kubeconfig = await checkKubeconfig(target);
  yield kubeconfig;
  let reached = false;
  if (kubeconfig.state === 'good') {
    const connection = await clusters.connect(target);
    const cluster = await checkCluster(connection, signal);
    yield cluster;
    reached = cluster.state === 'good';
    if (reached) yield await checkPermissions(connection, signal);
  } else {
    yield notChecked(vscode.l10n.t('Cluster'));
  }
  if (!reached) yield notChecked(vscode.l10n.t('Permissions'));
  yield checkSwitches(target.settings, kubeconfig.context?.name);
  yield await checkServer(definitionOf(context, target), signal);
  yield await checkChat(serverId(context, target));
}

function notChecked(title: string): Finding {
  return { state: 'unknown', title, facts: [vscode.l10n.t('Cannot be checked before the rest works')], remedies: [] };
}
