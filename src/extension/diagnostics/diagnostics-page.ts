import * as vscode from 'vscode';
import type { Item, Link, Page, State } from '../../webviews/pages/messages.ts';
import { COMMANDS } from '../common/ids.ts';
import type { Destinations } from '../pages/destinations.ts';
import { sectionWith } from '../pages/page-parts.ts';
import { BUTTONS, conclusionOf, type Finding, type FindingCommand } from './finding.ts';

/** The number of the link that opens the report as text: none of the destinations has it. */
export const AS_TEXT = 0;

/** The report as a page: every check with what was found, and buttons for what may mend it. */
export function diagnosticsPage(findings: readonly Finding[], surroundings: readonly string[], to: Destinations): Page {
  to.begin();
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

function commandLink(command: FindingCommand, to: Destinations): Link {
  return to.link(BUTTONS[command](), { type: 'command', command, coordinates: undefined });
}
