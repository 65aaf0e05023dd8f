import * as vscode from 'vscode';
import { Policy } from '../../kubernetes/policy.ts';
import { rulesOf } from '../settings/rules.ts';
import type { AgreedSettings } from '../settings/setting-values.ts';
import type { Finding } from './finding.ts';

/** What agents may do in a context, as the settings have it. */
export function checkSwitches(settings: AgreedSettings, context: string | undefined): Finding {
  const title = vscode.l10n.t('What agents may do');
  const policy = new Policy(rulesOf(settings));
  const writes = {
    create: vscode.l10n.t('create'),
    update: vscode.l10n.t('update'),
    delete: vscode.l10n.t('delete'),
    exec: vscode.l10n.t('run commands in containers'),
  };
  const open = (['create', 'update', 'delete', 'exec'] as const).filter((access) => policy.permits(access));
  const words = [vscode.l10n.t('read'), ...open.map((access) => writes[access])].join(', ');
  const facts = [words];
  if (open.length > 0) {
    if (context !== undefined && policy.isProtected(context))
      facts.push(vscode.l10n.t('The context {0} is protected: nothing is written there', context));
    facts.push(
      settings.reviewWrites
        ? vscode.l10n.t('You are shown every write before it happens')
        : vscode.l10n.t('Writes happen without a review'),
    );
  }
  if (settings.allowedNamespaces.length > 0)
    facts.push(vscode.l10n.t('Only in these namespaces: {0}', settings.allowedNamespaces.join(', ')));
  if (settings.deniedKinds.length > 0)
    facts.push(vscode.l10n.t('Not these kinds: {0}', settings.deniedKinds.join(', ')));
  return { state: 'good', title, facts, remedies: [] };
}
