import * as z from 'zod';
import { type ApiResource, apiVersionOf, isCustom } from '../../../kubernetes/apimachinery/api-resource.ts';
import {
  type Definitions,
  type Field,
  fieldAt,
  fieldsOf,
  resolved,
  type Schema,
  typeText,
} from '../../../kubernetes/apimachinery/schema.ts';
import type { Connection } from '../../../kubernetes/client/cluster.ts';
import { resolveKind, UnknownKindError } from '../../../kubernetes/client/kind-resolution.ts';
import { kindSchema } from '../../../kubernetes/client/openapi.ts';
import { oneLine } from '../../../kubernetes/text/one-line.ts';
import { redact } from '../../../kubernetes/text/redact.ts';
import { renderRows } from '../../../kubernetes/text/table.ts';
import { bounded } from '../../core/response.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';

const MAX_TEXT = 16_000;
const MAX_DESCRIPTION_LENGTH = 800;
const MAX_TYPE_LENGTH = 1_000;

export const explainResource = defineTool({
  name: 'explain_resource',
  title: 'Explain Resource',
  description:
    'Show the fields of a kind as this cluster knows them: type, required, allowed values, default. Name the field that you need instead of raising depth.',
  access: 'read',
  input: {
    kind: parameters.kind,
    apiVersion: parameters.apiVersion,
    field: z.string().optional().describe('e.g. spec.template.spec'),
    depth: z.int().min(1).max(5).default(1),
  },
  async run({ depth, ...asked }, { connection, signal }) {
    const { client } = connection;
    const { resource, field } = await fieldAsked(connection, asked);
    const { root, definitions, source } = await kindSchema(client, resource, signal);
    const found = fieldAt(root, field ?? '', definitions);
    const rows = fieldRows(found.schema, definitions, depth);
    const lines = [
      `${headline(resource, field, found, definitions)}${source === 'definition' ? ' (from its CustomResourceDefinition)' : ''}`,
      ...description(resolved(found.schema, definitions), resource),
      ...(rows.length > 0 ? [`FIELD\tTYPE\tDESCRIPTION${isCustom(resource) ? ' (by its author)' : ''}`, ...rows] : []),
      ...(rows.some((row) => /^ *\S+\*\t/.test(row)) ? ['* required'] : []),
    ];
    // Field descriptions mention passwords but contain none, and defaults are redacted under their names.
    return { text: bounded(lines.join('\n'), 'Lower depth, or name a field.', MAX_TEXT), isRedacted: true };
  },
});

/** As in kubectl, the kind may go on with the field: `deploy.spec.strategy`. */
async function fieldAsked(
  { discovery }: Connection,
  { kind, apiVersion, field }: { kind: string; apiVersion?: string | undefined; field?: string | undefined },
): Promise<{ resource: ApiResource; field: string | undefined }> {
  try {
    return { resource: await discovery.resolve(kind, apiVersion), field };
  } catch (error) {
    if (!(error instanceof UnknownKindError)) throw error;
    const { resources: served } = await discovery.kinds();
    for (let end = kind.lastIndexOf('.'); end > 0; end = kind.lastIndexOf('.', end - 1)) {
      const resource = resolvedIn(served, kind.slice(0, end), apiVersion);
      if (resource) return { resource, field: [kind.slice(end + 1), field].filter(Boolean).join('.') };
    }
    throw error;
  }
}

function resolvedIn(
  served: readonly ApiResource[],
  kind: string,
  apiVersion: string | undefined,
): ApiResource | undefined {
  try {
    return resolveKind(served, kind, apiVersion);
  } catch (error) {
    if (error instanceof UnknownKindError) return undefined;
    throw error;
  }
}

function headline(
  { kind, ...resource }: ApiResource,
  path: string | undefined,
  field: Field,
  definitions: Definitions,
): string {
  const head = `${kind} ${apiVersionOf(resource)}`;
  if (!path || field.name === '') return `${head}${resource.namespaced ? ', namespaced' : ', cluster-scoped'}`;
  const facts = [
    typeText(field.schema, definitions),
    ...(field.required ? ['required'] : []),
    ...limits(field.name, resolved(field.schema, definitions)),
  ];
  return oneLine(`${head} ${path.startsWith('.') ? '' : '.'}${path}: ${facts.join(', ').slice(0, MAX_TYPE_LENGTH)}`);
}

// The author of a custom resource may write anything, so it is marked as a quotation.
function description({ description: text = '' }: Schema, resource: ApiResource): string[] {
  const words = oneLine(text.replace(/\s+/g, ' ').trim());
  if (words === '') return [];
  const shown = words.length > MAX_DESCRIPTION_LENGTH ? `${words.slice(0, MAX_DESCRIPTION_LENGTH)}…` : words;
  return [isCustom(resource) ? `Its author describes it so: ${JSON.stringify(shown)}` : shown];
}

function fieldRows(schema: Schema, definitions: Definitions, depth: number, indent = '', most = MAX_TEXT): string[] {
  const rows: string[] = [];
  for (const { name, schema: inner, required } of fieldsOf(schema, definitions)) {
    const whole = resolved(inner, definitions);
    // A required field has no default, though the schema may hold an empty one.
    const known = limits(name, required ? { ...whole, default: undefined } : whole);
    const type = [typeText(inner, definitions), ...known].join(', ');
    const words = firstSentence(whole.description, indent ? 80 : 140);
    rows.push(
      ...renderRows([[`${indent}${name}${required ? '*' : ''}`, type.slice(0, MAX_TYPE_LENGTH), words]]).map(trimmed),
    );
    // Every object's metadata has the same fields.
    if (depth > 1 && !type.startsWith('ObjectMeta'))
      rows.push(...fieldRows(inner, definitions, depth - 1, `${indent}  `, most - rows.length));
    if (rows.length >= most) break;
  }
  return rows;
}

function trimmed(row: string): string {
  return row.trimEnd();
}

function limits(name: string, { enum: values, default: preset, minimum, maximum, items }: Schema): string[] {
  const allowed = values ?? items?.enum;
  const range = minimum === undefined && maximum === undefined ? [] : [`${minimum ?? ''}..${maximum ?? ''}`];
  // References have an empty default, which says nothing.
  const text =
    preset === undefined || preset === null || preset === '' ? '{}' : JSON.stringify(redact({ [name]: preset })[name]);
  return [...(allowed ? [`one of ${allowed.join('|')}`] : []), ...range, ...(text === '{}' ? [] : [`default ${text}`])];
}

function firstSentence(text = '', longest: number): string {
  const line =
    text
      .slice(0, 10 * longest)
      .split('\n\n')[0]
      ?.replace(/\s+/g, ' ')
      .trim() ?? '';
  const end = /(?<!\b(?:e\.g|i\.e|etc|vs))\.\s/.exec(line)?.index ?? line.length;
  const sentence = line.slice(0, end).replace(/\.$/, '');
  return sentence.length > longest ? `${sentence.slice(0, longest)}…` : sentence;
}
