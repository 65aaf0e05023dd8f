import * as vscode from 'vscode';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import type { ResourceCoordinates } from '../../../kubernetes/apimachinery/resource-uri.ts';

/** One word in any shell. */
const PLAIN = /^[A-Za-z0-9][\w.:@=+/-]*$/;
/** One word in any shell once it is in single quotes, and no option. */
const QUOTABLE = /^[\p{L}\p{N}_][\p{L}\p{N}_ .,:@=+/~()#-]*$/u;

/**
 * A command that shows the object, for a terminal.
 * @throws UserError when a shell, or kubectl, could take a name for more than that.
 */
export function kubectlCommand({ context, resource, namespace, name }: ResourceCoordinates): string {
  const option = (flag: string, value: string | undefined) => (value === undefined ? '' : ` ${flag} ${quoted(value)}`);
  const place = `${option('--namespace', namespace)}${option('--context', context)}`;
  return `kubectl get ${quoted(resource)} ${quoted(name)}${place} --output yaml`;
}

function quoted(word: string): string {
  if (PLAIN.test(word)) return word;
  if (QUOTABLE.test(word)) return `'${word}'`;
  throw new UserError(vscode.l10n.t('A shell could take {0} for more than a name.', JSON.stringify(word)));
}
