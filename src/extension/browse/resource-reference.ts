import * as vscode from 'vscode';
import { UserError } from '../../kubernetes/apimachinery/errors.ts';

/** One object, as named on a command line. */
export interface ResourceReference {
  kind: string;
  name: string;
  namespace: string | undefined;
  context: string | undefined;
}

const example = () => vscode.l10n.t('Type it like {0}.', 'deploy/web -n shop');
const FLAGS: Record<string, 'namespace' | 'context' | 'ignored'> = {
  '-n': 'namespace',
  '--namespace': 'namespace',
  '--context': 'context',
  '-o': 'ignored',
  '--output': 'ignored',
};

/**
 * Parses `deploy/web -n shop`, `deploy web`, `pod/x --context y`, and a pasted `kubectl get …`.
 * @throws UserError that says what is missing.
 */
export function parseReference(text: string): ResourceReference {
  const words = splitWords(text);
  if (words[0] === 'kubectl') words.splice(0, /^(get|describe|edit)$/.test(words[1] ?? '') ? 2 : 1);
  const flags: { namespace?: string; context?: string } = {};
  const parts: string[] = [];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (!word.startsWith('-')) {
      parts.push(word);
      continue;
    }
    if (word === '-A' || word === '--all-namespaces')
      throw new UserError(vscode.l10n.t('One object is in one namespace: name it with -n.'));
    const { flag, attached } = splitFlag(word);
    const meaning = FLAGS[flag];
    if (!meaning)
      throw new UserError(
        vscode.l10n.t('{0} is not understood. Only -n <namespace> and --context <context> are.', flag),
      );
    const value = attached ?? words.shift();
    if (!value || value.startsWith('-'))
      throw new UserError(vscode.l10n.t('{0} needs a value, such as {0} {1}.', flag, exampleOf(meaning)));
    if (meaning !== 'ignored') flags[meaning] = value;
  }
  const { kind, name } = kindAndName(parts);
  return { kind, name, namespace: flags.namespace, context: flags.context };
}

function kindAndName(parts: readonly string[]): { kind: string; name: string } {
  const [first = '', second, ...rest] = parts;
  if (first === '') throw new UserError(`${vscode.l10n.t('Which object?')} ${example()}`);
  const slash = first.indexOf('/');
  const kind = slash < 0 ? first : first.slice(0, slash);
  const name = slash < 0 ? second : first.slice(slash + 1);
  const tooMany = slash < 0 ? rest[0] : second;
  if (kind === '') throw new UserError(`${vscode.l10n.t('The kind is missing before the slash.')} ${example()}`);
  if (!name) throw new UserError(vscode.l10n.t('Which {0}? Add its name, such as {0}/web.', kind));
  if (tooMany !== undefined)
    throw new UserError(
      `${vscode.l10n.t('"{0}" is one word too many: one object is opened at a time.', tooMany)} ${example()}`,
    );
  return { kind, name };
}

function splitFlag(word: string): { flag: string; attached: string | undefined } {
  const flag = /^(?:--[^=]+|-[a-zA-Z])/.exec(word)?.[0] ?? word;
  const attached = word.slice(flag.length).replace(/^=/, '');
  return { flag, attached: attached === '' ? undefined : attached };
}

function exampleOf(meaning: 'namespace' | 'context' | 'ignored'): string {
  return { namespace: 'shop', context: 'staging', ignored: 'yaml' }[meaning];
}

// Words may be quoted: context names can contain spaces.
function splitWords(text: string): string[] {
  return [...text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replace(/["']/g, ''));
}
