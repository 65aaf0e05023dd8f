import { parseDocument } from 'yaml';
import { UserError } from '../apimachinery/errors.ts';

/**
 * What a kubeconfig's text says.
 * @throws UserError that tells the line and quotes nothing: the parser's own messages quote lines, which may hold a credential.
 */
export function parseKubeconfig(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: true });
  const problem = document.errors[0];
  if (problem) {
    const line = problem.linePos?.[0].line;
    throw new UserError(`is not valid YAML${line ? ` (line ${line})` : ''}.`);
  }
  try {
    return document.toJS() ?? {};
  } catch {
    throw new UserError('is not valid YAML: its aliases lead nowhere, or to too much.');
  }
}
