import * as vscode from 'vscode';
import { RejectedError } from '../../kubernetes/apimachinery/errors.ts';
import { type ApplyOutcome, applyObjects, type Requester } from '../../kubernetes/writes/application.ts';
import { EditConflictError } from '../../kubernetes/writes/edit.ts';
import { formatError } from '../common/problems.ts';
import type { PlacedConflict } from './object-saving.ts';
import { fieldProblemsOf, type TextObject, type TextProblem } from './text-problems.ts';
import type { Span } from './yaml-positions.ts';

/** The result of applying a text, for a user. */
export interface Application {
  /** One line per object. */
  lines: string[];
  failed: boolean;
  problems: TextProblem[];
  conflicts: PlacedConflict[];
}

/** The objects of a part of a text, which begins at an offset of its document. */
export interface TextPart {
  objects: readonly TextObject[];
  offset: number;
}

/** Applies every object of some texts under one review: an outcome for each text. @throws RejectedError */
export async function applyTexts(parts: readonly TextPart[], requester: Requester): Promise<Application[]> {
  const outcomes = await applyObjects(
    parts.flatMap(({ objects }) => objects.map(({ object }) => object)),
    requester,
  );
  const errors = outcomes.flatMap((outcome) => (outcome.state === 'failed' ? [outcome.error] : []));
  // Has no place in the text.
  const rejection = errors.find((error) => error instanceof RejectedError);
  if (rejection && errors.every((error) => error instanceof RejectedError)) throw rejection;
  return parts.map(({ objects, offset }) => {
    const application: Application = { lines: [], failed: false, problems: [], conflicts: [] };
    for (const text of objects) {
      const outcome = outcomes.shift();
      if (outcome) report(application, text, outcome, offset);
    }
    return application;
  });
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
