import * as vscode from 'vscode';
import { ApiError, messageOf, UserError } from '../../kubernetes/apimachinery/errors.ts';

/** What went wrong and what to do next, for a user. */
export function formatError(error: unknown): string {
  if (error instanceof ApiError) return formatApiError(error);
  if (error instanceof UserError || error instanceof RangeError) return error.message;
  return vscode.l10n.t('Something unexpected happened: {0}', messageOf(error));
}

function formatApiError({ code, message }: ApiError): string {
  switch (code) {
    case 401:
      return vscode.l10n.t(
        'The cluster refused your credentials ({0}). Sign in to it again, or switch to another context.',
        message,
      );
    case 403:
      return vscode.l10n.t(
        'You may not do this in the cluster: {0}. Another namespace or context may be open to you.',
        message,
      );
    case 404:
      return vscode.l10n.t('The cluster does not have it: {0}.', message);
    case 429:
    case 503:
      return vscode.l10n.t('The cluster is overloaded or not ready: {0}. Try again in a moment.', message);
    default:
      return vscode.l10n.t('The cluster answered with an error ({0}): {1}', code, message);
  }
}

/** Wraps the text at `width`; a longer single word is not broken. */
export function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}
