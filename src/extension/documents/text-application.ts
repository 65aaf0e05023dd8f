import * as vscode from 'vscode';
import { RejectedError } from '../../kubernetes/apimachinery/errors.ts';
import { type ApplyOutcome, applyObjects, type Requester } from '../../kubernetes/writes/application.ts';
import { EditConflictError } from '../../kubernetes/writes/edit.ts';
import { formatError } from '../common/problems.ts';
import type { PlacedConflict } from './object-saving.ts';
import { fieldProblemsOf, objectsOf, type TextObject, type TextProblem } from './text-problems.ts';
import type { Span } from './yaml-positions.ts';

/** The result of applying a text, for a user. */
export interface Application {
  /** One line per object. */
  lines: string[];
  failed: boolean;
  problems: TextProblem[];
  conflicts: PlacedConflict[];
}

/**
 * Applies every object in a part of a text.
 * @param offset where the part begins in its document.
 * @throws TextError with places in the part, or RejectedError.
 */
export async function applyText(part: string, offset: number, requester: Requester): Promise<Application> {
  const objects = await objectsOf(part);
  const outcomes = await applyObjects(
    objects.map(({ object }) => object),
    requester,
  );
  const errors = outcomes.flatMap((outcome) => (outcome.state === 'failed' ? [outcome.error] : []));
  // Has no place in the text.
  const rejection = errors.find((error) => error instanceof RejectedError);
  if (rejection && errors.every((error) => error instanceof RejectedError)) throw rejection;
  const application: Application = { lines: [], failed: false, problems: [], conflicts: [] };
  for (const [index, text] of objects.entries()) {
    const outcome = outcomes[index];
    if (outcome) report(application, text, outcome, offset);
  }
  return application;
}

function report(application: Application, text: TextObject, outcome: ApplyOutcome, offset: number): void {
  const { kind = '', metadata } = text.object;
  const what = `${kind} ${metadata?.namespace ? `${metadata.namespace}/` : ''}${metadata?.name ?? ''}`;
  if (outcome.state !== 'failed') {
    application.lines.push(words(outcome.state, what));
    return;
  }
  const { error } = outcome;
  application.failed = true;
  application.lines.push(vscode.l10n.t('{0} failed: {1}', what, formatError(error)));
  // An object that failed because of another is not at fault.
  if (error instanceof RejectedError) return;
  const place = (span: Span): Span => ({ start: span.start + offset, end: span.end + offset });
  if (error instanceof EditConflictError) {
    for (const conflict of error.conflicts)
      application.conflicts.push({ ...conflict, span: place(text.spanOf(conflict.path)) });
    return;
  }
  const fields = fieldProblemsOf(error);
  const problems = fields.length > 0 ? fields : [{ path: ['metadata', 'name'], message: formatError(error) }];
  for (const { path, message } of problems) application.problems.push({ span: place(text.spanOf(path)), message });
}

function words(state: 'created' | 'updated' | 'unchanged', what: string): string {
  switch (state) {
    case 'created':
      return vscode.l10n.t('{0} created', what);
    case 'updated':
      return vscode.l10n.t('{0} updated', what);
    case 'unchanged':
      return vscode.l10n.t('{0} unchanged', what);
  }
}
