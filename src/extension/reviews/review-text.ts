import * as vscode from 'vscode';
import { visible } from '../../kubernetes/text/visible.ts';
import type { Review, ReviewedChange } from '../../protocol.ts';
import { shortContext } from '../common/context-name.ts';
import { dangerText } from './danger-text.ts';
import type { TextPair } from './diff-documents.ts';

/** The title of a review: `Update Deployment shop/web in context prod`. */
export function reviewTitle({ changes }: Review): string {
  const [first, ...others] = changes;
  if (!first) return '';
  return others.length === 0
    ? changeTitle(first)
    : vscode.l10n.t('{0}, and {1} more', changeTitle(first), others.length);
}

/** The question of a notification: the action, the object and the first danger. */
export function reviewQuestion(review: Review): string {
  const dangers = review.changes.flatMap((change) => change.dangers.map(dangerText));
  const [first, ...others] = dangers;
  const title = reviewTitle(review);
  if (first === undefined) return vscode.l10n.t('{0}?', title);
  return others.length === 0
    ? vscode.l10n.t('{0}? ⚠ {1}', title, first)
    : vscode.l10n.t('{0}? ⚠ {1} And {2} more, at the top of the diff.', title, first, others.length);
}

/**
 * Both sides of the diff, with the dangers at the top of the right one. Several changes follow each other as documents
 * of one YAML file, after a list of all.
 */
export function reviewTexts({ changes }: Review): TextPair {
  const [first, ...others] = changes;
  if (first && others.length === 0) {
    const { before, after } = first;
    const head = dangerLines(first).map((line) => `${line}\n`);
    return { before, after: `${head.join('')}${after}` };
  }
  // The list is on both sides, so that the rest is compared line by line.
  const titles = changes.map((change, index) => `# ${index + 1}. ${changeTitle(change)}\n`);
  const side = (name: keyof TextPair) =>
    changes.map((change, index) => `${titles[index]}${change[name]}`).join('---\n');
  const dangers = changes.map((change) => dangerLines(change).map((line) => `${line}\n`));
  const list = titles.flatMap((title, index) => [title, ...(dangers[index] ?? [])]);
  return { before: `${titles.join('')}---\n${side('before')}`, after: `${list.join('')}---\n${side('after')}` };
}

function dangerLines({ dangers }: ReviewedChange): string[] {
  return dangers.map((danger) => `# ⚠ ${dangerText(danger)}`);
}

/** A file name that tells the editor the language. */
export function reviewFileName({ changes }: Review): string {
  const [first, ...others] = changes;
  if (!first || others.length > 0) return 'changes.yaml';
  return first.access === 'exec' ? 'command.txt' : `${first.kind}-${first.name ?? ''}.yaml`;
}

/** The action and the object, with invisible characters made visible. */
export function changeTitle({
  access,
  kind,
  subresource,
  namespace,
  name = '…',
  context,
}: Omit<ReviewedChange, 'before' | 'after' | 'dangers'>): string {
  const what = subresource === undefined ? kind : `${kind}/${subresource}`;
  const object = visible(`${what} ${namespace ? `${namespace}/` : ''}${name}`);
  const where = shortContext(context);
  switch (access) {
    case 'create':
      return vscode.l10n.t('Create {0} in context {1}', object, where);
    case 'update':
      return vscode.l10n.t('Update {0} in context {1}', object, where);
    case 'delete':
      return vscode.l10n.t('Delete {0} in context {1}', object, where);
    case 'exec':
      return vscode.l10n.t('Run a command in {0} in context {1}', object, where);
  }
}

/** What the user's yes does: the word of the button, and of the list of reviews. */
export type ReviewVerb = 'apply' | 'delete' | 'run';

/** A deletion or a command is called that only where it is all there is. */
export function reviewVerb({ changes }: Review): ReviewVerb {
  const kinds = new Set(changes.map(({ access }) => access));
  if (kinds.size !== 1) return 'apply';
  return kinds.has('delete') ? 'delete' : kinds.has('exec') ? 'run' : 'apply';
}
