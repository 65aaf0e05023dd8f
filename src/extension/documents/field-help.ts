import * as vscode from 'vscode';
import {
  type Definitions,
  type Field,
  fieldAt,
  fieldsOf,
  resolved,
  type Schema,
  typeText,
} from '../../kubernetes/apimachinery/schema.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { type KindSchema, kindSchema } from '../../kubernetes/client/openapi.ts';
import { type ManifestPlace, manifestPlace } from './manifest-text.ts';

/** What a field means and its type; undefined if the cluster does not know it. */
export async function fieldHover(
  document: vscode.TextDocument,
  position: vscode.Position,
  connect: () => Promise<Connection>,
): Promise<vscode.Hover | undefined> {
  const { text } = document.lineAt(position);
  const found = /^(\s*(?:- +)*)("?)([\w./-]+)\2:(?=\s|$)/.exec(text);
  const [, before = '', quote = '', key = ''] = found ?? [];
  const start = before.length + quote.length;
  if (!found || position.character < start || position.character > start + key.length) return undefined;
  const place = manifestPlace(linesOf(document), position.line, start + key.length + quote.length);
  if (!place) return undefined;
  const schema = await schemaOf(place, connect);
  const field = schema && fieldOf(schema, [...place.above, key]);
  if (!schema || !field || field.name !== key) return undefined;
  const range = new vscode.Range(position.line, start, position.line, start + key.length);
  return new vscode.Hover(descriptionOf(field, schema.definitions), range);
}

/** The fields or values allowed at a place. */
export async function fieldCompletions(
  document: vscode.TextDocument,
  position: vscode.Position,
  connect: () => Promise<Connection>,
): Promise<vscode.CompletionItem[]> {
  const place = manifestPlace(linesOf(document), position.line, position.character);
  const schema = place && (await schemaOf(place, connect));
  if (!schema) return [];
  const typed = place.value ?? place.key;
  const range = new vscode.Range(position.translate(0, -typed.length), position);
  if (place.value !== undefined) {
    const field = fieldOf(schema, [...place.above, place.key]);
    return field ? valueItems(field.schema, schema.definitions, range) : [];
  }
  const parent = fieldOf(schema, place.above);
  if (!parent) return [];
  const member = place.bare && resolved(parent.schema, schema.definitions).type === 'array';
  return fieldsOf(parent.schema, schema.definitions)
    .filter(({ name }) => !place.siblings.includes(name))
    .map((field) => fieldItem(field, schema.definitions, range, member));
}

function linesOf(document: vscode.TextDocument): string[] {
  return document.getText().split(/\r?\n/);
}

async function schemaOf(
  { apiVersion, kind }: ManifestPlace,
  connect: () => Promise<Connection>,
): Promise<KindSchema | undefined> {
  try {
    const { client, discovery } = await connect();
    return await kindSchema(client, await discovery.resolve(kind, apiVersion), AbortSignal.timeout(10_000));
  } catch {
    // No help without a cluster: the user may be writing offline.
    return undefined;
  }
}

function fieldOf({ root, definitions }: KindSchema, keys: readonly string[]): Field | undefined {
  try {
    // Map keys, such as labels, may contain dots; the schema of their values does not depend on them.
    return fieldAt(root, keys.map((key) => key.replaceAll('.', '_')).join('.'), definitions);
  } catch {
    return undefined;
  }
}

function descriptionOf(field: Field, definitions: Definitions): vscode.MarkdownString {
  const { description, enum: values, default: preset } = resolved(field.schema, definitions);
  const required = field.required ? ` ${vscode.l10n.t('(required)')}` : '';
  const text = new vscode.MarkdownString(`**${field.name}** `);
  text.appendMarkdown(`\`${typeText(field.schema, definitions)}\`${required}\n\n`);
  // Kubernetes' descriptions are Markdown; links and images from others are harmless here.
  text.appendMarkdown(description ?? '');
  if (values)
    text.appendMarkdown(`\n\n${vscode.l10n.t('One of: {0}', values.map((value) => `\`${value}\``).join(', '))}`);
  if (isPlain(preset)) text.appendMarkdown(`\n\n${vscode.l10n.t('Default: {0}', `\`${String(preset)}\``)}`);
  return text;
}

function fieldItem(
  field: Field,
  definitions: Definitions,
  range: vscode.Range,
  member: boolean,
): vscode.CompletionItem {
  const { name, schema, required } = field;
  const item = new vscode.CompletionItem(name, vscode.CompletionItemKind.Property);
  item.detail = `${typeText(schema, definitions)}${required ? ` ${vscode.l10n.t('(required)')}` : ''}`;
  item.documentation = descriptionOf(field, definitions);
  item.range = range;
  item.sortText = `${required ? 0 : 1}${name}`;
  const { type } = resolved(schema, definitions);
  const end = type === 'array' ? '\n- ' : type === 'object' ? '\n  ' : ' ';
  item.insertText = `${member ? '- ' : ''}${name}:${end}`;
  if (end === ' ' && values(schema, definitions).length > 0)
    item.command = { title: '', command: 'editor.action.triggerSuggest' };
  return item;
}

function valueItems(schema: Schema, definitions: Definitions, range: vscode.Range): vscode.CompletionItem[] {
  return values(schema, definitions).map((value) => {
    const item = new vscode.CompletionItem(value, vscode.CompletionItemKind.EnumMember);
    item.range = range;
    return item;
  });
}

function values(schema: Schema, definitions: Definitions): string[] {
  const { enum: listed, type } = resolved(schema, definitions);
  return type === 'boolean' ? ['true', 'false'] : (listed ?? []).map(String);
}

function isPlain(value: unknown): boolean {
  return value !== '' && ['string', 'number', 'boolean'].includes(typeof value);
}
