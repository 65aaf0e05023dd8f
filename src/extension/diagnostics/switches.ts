import * as vscode from 'vscode';
import { Policy } from '../../kubernetes/policy.ts';
import { rulesOf } from '../../kubernetes/rules.ts';
import { WRITE_SWITCHES } from '../../settings.ts';
import type { EffectiveSettings } from '../settings/setting-values.ts';
import { switchWord } from '../settings/switch-text.ts';
import type { Finding } from './finding.ts';

/** What the settings allow agents to do in a context. */
export function checkSwitches(settings: EffectiveSettings, context: string | undefined): Finding {
  const title = vscode.l10n.t('What agents may do');
  const policy = new Policy(rulesOf(settings));
  const open = WRITE_SWITCHES.filter((name) => settings[name]);
  const facts = [[vscode.l10n.t('read'), ...open.map(switchWord)].join(', ')];
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
