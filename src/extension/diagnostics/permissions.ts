import * as vscode from 'vscode';
import { ownRules, review } from '../../kubernetes/access/review.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { COMMANDS } from '../common/ids.ts';
import { formatError } from '../common/problems.ts';
import type { Finding } from './finding.ts';
import { allowedKinds, includesKind } from './rules.ts';

const NAMED = 8;

/** What may the context's user do, according to the cluster? */
export async function checkPermissions({ client, namespace }: Connection, signal: AbortSignal): Promise<Finding> {
  const title = vscode.l10n.t('Permissions');
  const may = async (verb: string, resource: string) =>
    (await review(client, undefined, { verb, group: '', resource }, undefined, signal))?.allowed;
  try {
    const [{ rules, incomplete }, allPods, allNamespaces] = await Promise.all([
      ownRules(client, namespace, signal),
      may('list', 'pods'),
      may('list', 'namespaces'),
    ]);
    const read = allowedKinds(rules, 'list');
    const facts = [
      vscode.l10n.t('In namespace {0} you may:', namespace),
      `  ${vscode.l10n.t('read {0}', formatKinds(read))}`,
      `  ${vscode.l10n.t('create {0}', formatKinds(allowedKinds(rules, 'create')))}`,
      `  ${vscode.l10n.t('update {0}', formatKinds(allowedKinds(rules, 'patch')))}`,
      `  ${vscode.l10n.t('delete {0}', formatKinds(allowedKinds(rules, 'delete')))}`,
      `  ${includesKind(allowedKinds(rules, 'create'), 'pods/exec') ? vscode.l10n.t('run commands in containers') : vscode.l10n.t('not run commands in containers')}`,
      allPods
        ? vscode.l10n.t('You may list pods in all namespaces')
        : vscode.l10n.t('You may not list pods in all namespaces'),
      allNamespaces ? vscode.l10n.t('You may list namespaces') : vscode.l10n.t('You may not list namespaces'),
      ...(incomplete ? [vscode.l10n.t('The cluster does not know all of your permissions: there may be more')] : []),
    ];
    if (incomplete || includesKind(read, 'pods')) return { state: 'good', title, facts, remedies: [] };
    const remedies = [
      vscode.l10n.t('If another namespace is meant, name it in the setting {0}.', 'mcpK8s.namespace'),
      vscode.l10n.t('Otherwise ask an administrator of the cluster for the role “view”.'),
    ];
    return { state: 'limited', title, facts, remedies, commands: [COMMANDS.switchNamespace] };
  } catch (error) {
    signal.throwIfAborted();
    return { state: 'limited', title, facts: [formatError(error)], remedies: [] };
  }
}

function formatKinds(kinds: readonly string[]): string {
  if (kinds[0] === '*') return vscode.l10n.t('everything');
  // Users do not look for subresources or self-review kinds.
  const known = kinds.filter((kind) => !/\/|^selfsubject/.test(kind));
  if (known.length === 0) return vscode.l10n.t('nothing');
  const named = known.slice(0, NAMED).join(', ');
  return known.length > NAMED ? vscode.l10n.t('{0} and {1} more', named, known.length - NAMED) : named;
}
