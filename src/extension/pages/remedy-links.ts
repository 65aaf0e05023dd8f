import * as vscode from 'vscode';
import { resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import type { Finding, Remedy } from '../../kubernetes/diagnosis/facts/finding.ts';
import type { Link } from '../../webviews/pages/messages.ts';
import { COMMANDS, type CommandId } from '../common/ids.ts';
import type { Destinations } from './destinations.ts';

/** More would hide the text. */
const MAX_SHOWN = 3;
const COMMAND: Record<Remedy['action'], CommandId> = {
  image: COMMANDS.changeImage,
  memory: COMMANDS.changeMemoryLimit,
  create: COMMANDS.newResource,
  rollBack: COMMANDS.showRolloutHistory,
  restart: COMMANDS.restartWorkload,
  scale: COMMANDS.scaleWorkload,
  uncordon: COMMANDS.uncordonNode,
  logs: COMMANDS.showLogs,
};

/** Buttons for what may mend a finding; each asks, and what it writes is reviewed. */
export function remedyLinks({ remedies = [] }: Finding, context: string, to: Destinations): Link[] {
  return remedies.slice(0, MAX_SHOWN).map(({ action, of }) => {
    const coordinates = { context, resource: resourceNameOf(of.kind), namespace: of.namespace, name: of.name };
    return to.link(labelOf(action), { type: 'command', command: COMMAND[action], coordinates });
  });
}

function labelOf(action: Remedy['action']): string {
  switch (action) {
    case 'image':
      return vscode.l10n.t('Change Image…');
    case 'memory':
      return vscode.l10n.t('Change Memory Limit…');
    case 'create':
      return vscode.l10n.t('New Resource…');
    case 'rollBack':
      return vscode.l10n.t('Rollout History…');
    case 'restart':
      return vscode.l10n.t('Restart');
    case 'scale':
      return vscode.l10n.t('Scale…');
    case 'uncordon':
      return vscode.l10n.t('Uncordon');
    case 'logs':
      return vscode.l10n.t('Show Logs');
  }
}
