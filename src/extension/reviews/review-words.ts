import * as vscode from 'vscode';
import type { Review, ReviewedChange } from '../../protocol.ts';
import type { TextPair } from './held-texts.ts';

/** What a review is about, in a line: `Update Deployment shop/web in context prod`. */
export function reviewTitle({ changes }: Review): string {
  const [first, ...others] = changes;
  if (!first) return '';
  return others.length === 0
    ? changeTitle(first)
    : vscode.l10n.t('{0}, and {1} more', changeTitle(first), others.length);
}

/** Both sides of the diff. Several changes stand one below the other, as documents of one YAML file. */
export function reviewTexts({ changes }: Review): TextPair {
  const [first, ...others] = changes;
  if (first && others.length === 0) return { before: first.before, after: first.after };
  const side = (name: keyof TextPair) =>
    changes.map((change) => `# ${changeTitle(change)}\n${change[name]}`).join('---\n');
  return { before: side('before'), after: side('after') };
}

/** A file name from which the editor tells the language. */
export function reviewFileName({ changes }: Review): string {
  const [first, ...others] = changes;
  if (!first || others.length > 0) return 'changes.yaml';
  return first.access === 'exec' ? 'command.txt' : `${first.kind}-${first.name ?? ''}.yaml`;
}

/** What is done to what, where. */
export function changeTitle({
  access,
  kind,
  namespace,
  name = '…',
  context,
}: Omit<ReviewedChange, 'before' | 'after'>): string {
  const object = `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
  switch (access) {
    case 'create':
      return vscode.l10n.t('Create {0} in context {1}', object, context);
    case 'update':
      return vscode.l10n.t('Update {0} in context {1}', object, context);
    case 'delete':
      return vscode.l10n.t('Delete {0} in context {1}', object, context);
    case 'exec':
      return vscode.l10n.t('Run a command in {0} in context {1}', object, context);
  }
}
