import * as vscode from 'vscode';
import { redactText } from '../../kubernetes/text/redact-text.ts';
import { conclusionOf, type Finding } from './finding.ts';

const MARKS: Record<Finding['state'], string> = { good: '✔', limited: '⚠', bad: '✘', unknown: '…' };

/** The findings as Markdown, conclusion first, without anything that looks like a credential. */
export function reportText(findings: readonly Finding[], surroundings: readonly string[]): string {
  const parts = [
    `# ${vscode.l10n.t('MCP for Kubernetes: diagnostics')}`,
    conclusionOf(findings),
    ...findings.flatMap(({ state, title, facts, remedies }) => [
      `## ${MARKS[state]} ${title}`,
      list(facts),
      ...(remedies.length > 0 ? [vscode.l10n.t('To mend it:'), list(remedies)] : []),
    ]),
    '---',
    surroundings.join(' · '),
  ];
  return redactText(`${parts.join('\n\n')}\n`.replaceAll('\r', ''));
}

// An indented fact belongs to the one before.
function list(lines: readonly string[]): string {
  return lines.map((line) => line.replace(/^( *)/, '$1- ')).join('\n');
}
