import type { Review, ReviewedChange } from '../../protocol.ts';
import { comparable, hidesWhiteSpace } from '../text/diff.ts';
import { foldedText, hasInvisible, visibleText } from '../text/visible.ts';
import { toYaml } from '../text/yaml.ts';
import type { Change } from './change.ts';
import { type Danger, danger } from './danger.ts';
import { powersOf } from './powers.ts';
import { removalsOf } from './removals.ts';
import { resizeDangers } from './resize-dangers.ts';
import { shownToUser } from './submitted-values.ts';

/** What a user is shown of changes, most dangerous first: the whole result, with every character visible. */
export function toReview(changes: readonly Change[]): Review {
  const reviewed = changes.map(reviewedChange);
  return { changes: reviewed.sort((a, b) => Math.sign(b.dangers.length) - Math.sign(a.dangers.length)) };
}

/** What a user must know first about a change. */
export function dangersOf(change: Change): Danger[] {
  return [...removalsOf(change), ...(change.consequences ?? []), ...resizeDangers(change), ...powersOf(change)];
}

function reviewedChange(change: Change): ReviewedChange {
  const { access, context, kind, namespace, name, subresource, before, after, summary, submitted } = change;
  // A deletion shows what goes; of an update both sides show the same values.
  const sides = [
    before ? toYaml(comparable(shownToUser(before, undefined, undefined))) : '',
    summary ?? (after ? toYaml(comparable(shownToUser(after, before, submitted))) : ''),
  ];
  // YAML escapes most invisible characters, and distinct values distinctly. Otherwise both sides use one form.
  const isHiding = summary !== undefined || sides.some((text) => text.split(/[\n\t]/).some(hasInvisible));
  const [left = '', right = ''] = sides.map((text) => foldedText(isHiding ? visibleText(text) : text));
  const dangers = dangersOf(change);
  if (left !== '' && right !== '' && hidesWhiteSpace(left, right)) dangers.push(danger('whiteSpace'));
  return { access, context, kind, namespace, name, subresource, dangers, before: left, after: right };
}
