import * as vscode from 'vscode';
import { isMap, isScalar, isSeq, type Node, type Pair, Scalar } from 'yaml';
import { nearest } from '../../kubernetes/apimachinery/nearest.ts';
import { isObject } from '../../kubernetes/apimachinery/objects.ts';
import { type Definitions, resolved, type Schema } from '../../kubernetes/apimachinery/schema.ts';
import type { KindSchema } from '../../kubernetes/client/openapi.ts';
import { kindsIn } from './manifest-text.ts';
import type { TextProblem } from './text-problems.ts';
import { pairSpan, yamlDocuments } from './yaml-positions.ts';

/** Words that Kubernetes reads as true or false; a warning of its own is about them. */
const AMBIGUOUS = /^(y|yes|n|no|on|off)$/i;

/** What the cluster would refuse in a text: YAML errors, unknown fields, wrong types and values. */
export async function schemaProblems(
  text: string,
  schemaOf: (apiVersion: string, kind: string) => Promise<KindSchema | undefined>,
): Promise<TextProblem[]> {
  // In a template the braces are no YAML.
  if (text.includes('{{')) return [];
  const documents = yamlDocuments(text, true);
  const found = documents.map(async ({ contents, errors, range: [start, end] }) => {
    const [error] = errors;
    if (error) return [{ span: { start: error.pos[0], end: error.pos[1] }, message: error.message }];
    const [type] = kindsIn(text.slice(start, end));
    const schema = type && (await schemaOf(type.apiVersion, type.kind));
    return schema ? [...problemsOf(contents, schema.root, schema.definitions, '')] : [];
  });
  return (await Promise.all(found)).flat();
}

function* problemsOf(node: unknown, schema: Schema, definitions: Definitions, path: string): Generator<TextProblem> {
  const own = resolved(schema, definitions);
  if (isSeq(node))
    for (const [index, item] of node.items.entries())
      yield* problemsOf(item, own.items ?? {}, definitions, `${path}[${index}]`);
  if (!isMap(node)) return;
  for (const pair of node.items) {
    if (!isScalar(pair.key)) continue;
    const name = String(pair.key.value);
    const inner = path === '' ? name : `${path}.${name}`;
    const field = fieldOf(own, name);
    if (field === undefined) yield problemAt(pair, unknownField(inner, name, own));
    const message = field && mismatch(pair.value, resolved(field, definitions));
    if (message !== undefined) yield problemAt(pair, message);
    else if (field) yield* problemsOf(pair.value, field, definitions, inner);
  }
}

/** The schema of a field; empty where everything is allowed, undefined where the field is not. */
function fieldOf(own: Schema, name: string): Schema | undefined {
  const { properties, additionalProperties } = own;
  if (properties && Object.hasOwn(properties, name)) return properties[name];
  if (isObject(additionalProperties)) return additionalProperties;
  const isOpen = !properties || additionalProperties === true || own['x-kubernetes-preserve-unknown-fields'] === true;
  return isOpen ? {} : undefined;
}

function unknownField(path: string, name: string, { properties = {} }: Schema): string {
  const [close] = nearest(name, Object.keys(properties), 1);
  return close === undefined
    ? vscode.l10n.t('unknown field "{0}"', path)
    : vscode.l10n.t('unknown field "{0}"; the nearest is {1}', path, close);
}

/** Why a value does not fit. */
function mismatch(value: unknown, schema: Schema): string | undefined {
  const { type, format, enum: values } = schema;
  const given = typeOf(value);
  if (given === undefined) return undefined;
  const isEither = schema['x-kubernetes-int-or-string'] === true || format === 'int-or-string' || schema.oneOf;
  const isWide = isEither || schema.anyOf || type === undefined || (type === 'number' && given === 'integer');
  if (!isWide && given !== type) return vscode.l10n.t('{0}, where {1} is wanted', given, format ?? String(type));
  if (!values || !isScalar(value) || values.includes(value.value)) return undefined;
  return vscode.l10n.t('{0} is none of: {1}', String(value.value), values.map(String).join(', '));
}

/** As JSON schemas call it; undefined for nothing, and for what is not certain. */
function typeOf(value: unknown): string | undefined {
  if (isMap(value)) return 'object';
  if (isSeq(value)) return 'array';
  if (!isScalar(value) || value.value === null) return undefined;
  if (value.type === Scalar.PLAIN && AMBIGUOUS.test(String(value.source))) return undefined;
  return typeof value.value === 'number' && Number.isInteger(value.value) ? 'integer' : typeof value.value;
}

function problemAt(pair: Pair<unknown, unknown>, message: string): TextProblem {
  const [start = 0, end = 0] = (pair.key as Node).range ?? [];
  return { span: pairSpan(pair, { start, end }), message };
}
