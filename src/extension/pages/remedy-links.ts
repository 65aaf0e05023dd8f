import * as vscode from 'vscode';
import { resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import type { Finding, Remedy } from '../../kubernetes/diagnosis/facts/finding.ts';
import type { Link } from '../../webviews/pages/messages.ts';
import { COMMANDS, type CommandId } from '../common/ids.ts';
import type { Destinations } from './destinations.ts';

/** More would hide the text. */
const MAX_SHOWN = 3;
const BUTTONS: Record<Remedy['action'], { command: CommandId; label: () => string }> = {
  image: { command: COMMANDS.changeImage, label: () => vscode.l10n.t('Change Image…') },
  memory: { command: COMMANDS.changeMemoryLimit, label: () => vscode.l10n.t('Change Memory Limit…') },
  create: { command: COMMANDS.newResource, label: () => vscode.l10n.t('New Resource…') },
  rollBack: { command: COMMANDS.showRolloutHistory, label: () => vscode.l10n.t('Rollout History…') },
  restart: { command: COMMANDS.restartWorkload, label: () => vscode.l10n.t('Restart') },
  scale: { command: COMMANDS.scaleWorkload, label: () => vscode.l10n.t('Scale…') },
  uncordon: { command: COMMANDS.uncordonNode, label: () => vscode.l10n.t('Uncordon') },
  logs: { command: COMMANDS.showLogs, label: () => vscode.l10n.t('Show Logs') },
};

/** Buttons for what may mend a finding; each asks, and what it writes is reviewed. */
export function remedyLinks({ remedies = [] }: Finding, context: string, to: Destinations): Link[] {
  return remedies.slice(0, MAX_SHOWN).map(({ action, of }) => {
    const coordinates = { context, resource: resourceNameOf(of.kind), namespace: of.namespace, name: of.name };
    const { command, label } = BUTTONS[action];
    return to.link(label(), { type: 'command', command, coordinates });
  });
}
