import * as vscode from 'vscode';
import type { Item, Link, Page, State } from '../../webviews/pages/messages.ts';
import { COMMANDS, type CommandId } from '../common/ids.ts';
import type { Destinations } from '../pages/destinations.ts';
import { sectionWith } from '../pages/page-parts.ts';
import { conclusionOf, type Finding } from './finding.ts';

/** The number of the link that opens the report as text: none of the destinations has it. */
export const AS_TEXT = 0;

/** The report as a page: every check with what was found, and buttons for what may mend it. */
export function diagnosticsPage(findings: readonly Finding[], surroundings: readonly string[], to: Destinations): Page {
  const worst = (['bad', 'limited', 'unknown'] as const).find((state) => findings.some((one) => one.state === state));
  const items = findings.map((finding): Item => {
    const { state, title, facts, remedies, commands = [] } = finding;
    return {
      state: stateOf(state),
      line: [title],
      items: [
        ...factItems(facts),
        ...remedies.map((remedy): Item => ({ state: { tone: 'plain', spoken: '' }, line: [remedy] })),
        ...(commands.length > 0 ? [{ line: [], actions: commands.map((command) => commandLink(command, to)) }] : []),
      ],
    };
  });
  return {
    title: vscode.l10n.t('Diagnostics'),
    subtitle: surroundings.join(' · '),
    state: stateOf(worst ?? 'good'),
    status: [conclusionOf(findings)],
    actions: [commandLink(COMMANDS.runDiagnostics, to), { text: vscode.l10n.t('Open as Text'), to: AS_TEXT }],
    actionsName: vscode.l10n.t('Actions'),
    sections: [sectionWith('checks', vscode.l10n.t('Checks'), { type: 'list', items }, { isWide: true })],
  };
}

// An indented fact belongs to the one before.
function factItems(facts: readonly string[]): Item[] {
  const items: (Item & { items: Item[] })[] = [];
  for (const fact of facts) {
    const above = fact.startsWith(' ') ? items.at(-1) : undefined;
    (above?.items ?? items).push({ line: [fact.trim()], items: [] });
  }
  return items;
}

function stateOf(state: Finding['state']): State {
  switch (state) {
    case 'good':
      return { tone: 'good', spoken: vscode.l10n.t('works') };
    case 'limited':
      return { tone: 'busy', spoken: vscode.l10n.t('works in part') };
    case 'bad':
      return { tone: 'bad', spoken: vscode.l10n.t('does not work') };
    case 'unknown':
      return { tone: 'plain', spoken: vscode.l10n.t('not checked') };
  }
}

function commandLink(command: CommandId, to: Destinations): Link {
  return to.link(labelOf(command), { type: 'command', command, coordinates: undefined });
}

function labelOf(command: CommandId): string {
  switch (command) {
    case COMMANDS.answerWorkspace:
      return vscode.l10n.t('Decide…');
    case COMMANDS.openSettings:
      return vscode.l10n.t('Open Settings');
    case COMMANDS.switchContext:
      return vscode.l10n.t('Switch Context');
    case COMMANDS.switchNamespace:
      return vscode.l10n.t('Switch Namespace');
    case COMMANDS.showServerLog:
      return vscode.l10n.t('Show Server Log');
    case COMMANDS.restartServer:
      return vscode.l10n.t('Restart Server');
    case COMMANDS.copyMcpConfiguration:
      return vscode.l10n.t('Copy MCP Configuration');
    default:
      return vscode.l10n.t('Run Diagnostics');
  }
}
