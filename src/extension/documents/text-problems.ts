import * as vscode from 'vscode';
import { ApiError, UserError } from '../../kubernetes/apimachinery/errors.ts';
import { type FieldPath, parsePath } from '../../kubernetes/apimachinery/field-path.ts';
import { LimitError } from '../../kubernetes/apimachinery/limits.ts';
import { isObject, type KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { readManifests } from '../../kubernetes/text/reading.ts';
import { ManifestError, parseManifests } from '../../kubernetes/text/yaml.ts';
import { ambiguities } from '../../kubernetes/text/yaml-ambiguities.ts';
import { formatError } from '../common/problems.ts';
import { type Span, spanOf, yamlDocuments } from './yaml-positions.ts';

/** A problem in a text and its place. */
export interface TextProblem {
  span: Span;
  message: string;
}

/** A problem of a field, before its place is looked up. */
export interface FieldProblem {
  path: FieldPath;
  message: string;
}

/** A text that cannot be written as it is. */
export class TextError extends UserError {
  override name = 'TextError';
  readonly problems: readonly TextProblem[];

  constructor(problems: readonly TextProblem[]) {
    super(problems.map(({ message }) => message).join('\n'));
    this.problems = problems;
  }
}

/** One object of a text and its YAML document. */
export interface TextObject {
  object: KubernetesObject;
  /** The place of a field in the text. */
  spanOf(path: FieldPath): Span;
}

/**
 * The objects of a YAML text; empty documents are skipped.
 * @throws TextError with the places of what is invalid, or LimitError if parsing would take too long.
 */
export async function objectsOf(text: string): Promise<TextObject[]> {
  // A check off the main thread for texts too slow to parse; other errors are reported below, with their places.
  await readManifests(text).catch((error: unknown) => {
    if (error instanceof LimitError) throw error;
  });
  const documents = yamlDocuments(text, true);
  const wrong = documents.flatMap(({ errors }) =>
    errors.slice(0, 1).map(({ pos: [start, end], message }) => ({ span: { start, end }, message })),
  );
  if (wrong.length > 0) throw new TextError(wrong);
  return documents.flatMap((document) => {
    const [start, end] = document.range;
    try {
      // Keep the line numbers of the whole text.
      const above = '\n'.repeat(text.slice(0, start).split('\n').length - 1);
      return parseManifests(above + text.slice(start, end)).map((object, index) => ({
        object,
        // Members of a List are nested in it.
        spanOf: (path: FieldPath) => spanOf(document, isList(document.toJS()) ? ['items', index, ...path] : path),
      }));
    } catch (error) {
      const line = error instanceof ManifestError ? error.line : undefined;
      const span = line === undefined ? spanOf(document, []) : lineSpan(text, line);
      throw new TextError([{ span, message: formatError(error) }]);
    }
  });
}

/** The span of the text in a line; lines count from 1. */
function lineSpan(text: string, line: number): Span {
  const lines = text.split('\n');
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const own = lines[line - 1] ?? '';
  return { start: before + own.length - own.trimStart().length, end: before + own.trimEnd().length };
}

/** Values that Kubernetes reads differently from other YAML readers, including the editor. */
export function warningsIn(text: string): TextProblem[] {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return ambiguities(text).map(({ line, column, source, value }) => {
    const start = (starts[line] ?? 0) + column;
    const message = vscode.l10n.t(
      'Kubernetes reads {0} as {1}, which other tools do not. Write {1}, or put it in quotes if it is text.',
      source,
      String(value),
    );
    return { span: { start, end: start + source.length }, message };
  });
}

function isList(value: unknown): boolean {
  return isObject(value) && value.kind === 'List' && Array.isArray(value.items);
}

/** The fields the API server complained about, in its words; empty when the error names no field. */
export function fieldProblemsOf(error: unknown): FieldProblem[] {
  if (!(error instanceof ApiError)) return [];
  const causes = error.causes.filter(({ field }) => field && field !== '<nil>');
  if (causes.length > 0) {
    return causes.map(({ field = '', message }) => ({ path: parsePath(field), message: message || error.message }));
  }
  const strict = [...error.message.matchAll(/(?:unknown|duplicate) field "((?:[^"\\]|\\.)*)"/g)].map(
    ([message, field = '']) => ({ path: parsePath(field), message }),
  );
  if (strict.length > 0) return strict;
  // `json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32`
  const [, found, field, type] =
    /cannot unmarshal (\S+) into Go struct field \w+\.(\S+) of type (\S+)/.exec(error.message) ?? [];
  if (field)
    return [{ path: parsePath(field), message: vscode.l10n.t('{0}, where {1} is wanted', found ?? '', type ?? '') }];
  // `.spec.foo: field not declared in schema`
  return [
    ...error.message.matchAll(/(?<![\w.[\]"=-])(\.[\w.[\]"=-]+): (field not declared in schema|expected [^,;\n]*)/g),
  ].map(([, path = '', message = '']) => ({
    path: parsePath(path),
    message: message.startsWith('expected') ? message : vscode.l10n.t('unknown field "{0}"', path.slice(1)),
  }));
}
