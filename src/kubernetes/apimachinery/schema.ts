import { UserError } from './errors.ts';
import { nearest } from './nearest.ts';
import { isObject, type JsonObject } from './objects.ts';

/** A JSON schema as used in Kubernetes' OpenAPI v3. */
export interface Schema extends JsonObject {
  $ref?: string;
  allOf?: Schema[];
  oneOf?: Schema[];
  type?: string;
  format?: string;
  description?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema | boolean;
  required?: string[];
  enum?: unknown[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
}

export type Definitions = Record<string, Schema>;

/** A field of an object, with references resolved. */
export interface Field {
  name: string;
  schema: Schema;
  required: boolean;
}

/** Maximum number of references, lists and maps followed in a row: a type that only contains itself never ends. */
const MAX_STEPS = 20;
/** How deep a field is searched by name, and how many matches are reported. */
const SEARCH_DEPTH = 8;
const SUGGESTIONS = 4;
const MAX_SEARCHED = 20_000;

/** The schema that references lead to; what stands beside a reference (description, default) wins. */
export function resolved(schema: Schema, definitions: Definitions): Schema {
  let found = schema;
  for (let steps = 0; steps < MAX_STEPS; steps += 1) {
    const reference = referenceOf(found);
    const target = reference === undefined ? undefined : definitions[reference];
    if (!target) return found;
    const { $ref: _, allOf: __, ...own } = found;
    found = { ...target, ...own };
  }
  return {};
}

/** The fields of an object, of a list's members or of a map's values; none for plain values. */
export function fieldsOf(schema: Schema, definitions: Definitions): Field[] {
  const { properties = {}, required = [] } = element(schema, definitions);
  return Object.entries(properties).map(([name, value]) => ({
    name,
    schema: value,
    required: required.includes(name),
  }));
}

/**
 * The field at a path such as `spec.template.spec.containers[].image`; lists are entered implicitly, as in kubectl
 * explain, and any map key is accepted.
 * @throws UserError that names the nearest fields.
 */
export function fieldAt(root: Schema, path: string, definitions: Definitions): Field {
  let field: Field = { name: '', schema: root, required: false };
  const passed: string[] = [];
  for (const name of pathParts(path)) {
    const fields = fieldsOf(field.schema, definitions);
    const next = fields.find((one) => one.name === name);
    const inner = element(field.schema, definitions);
    if (!next && isKey(name, field.schema, definitions)) continue;
    if (!next) throw unknownField(root, name, passed, fields, inner, definitions);
    passed.push(name);
    field = next;
  }
  return field;
}

/** The type in Kubernetes' notation: `string`, `[]Container`, `map[string]string`, `IntOrString`. */
export function typeText(schema: Schema, definitions: Definitions, steps = MAX_STEPS): string {
  if (steps === 0) return 'any';
  const reference = referenceOf(schema);
  const { type, format, items, additionalProperties, properties, oneOf, ...rest } = resolved(schema, definitions);
  if (type === 'array') return `[]${typeText(items ?? {}, definitions, steps - 1)}`;
  if (isObject(additionalProperties)) return `map[string]${typeText(additionalProperties, definitions, steps - 1)}`;
  if (reference !== undefined && (properties || oneOf)) return reference.split('.').at(-1) ?? reference;
  if (rest['x-kubernetes-int-or-string'] || format === 'int-or-string') return 'IntOrString';
  if (rest['x-kubernetes-preserve-unknown-fields'] || (type === 'object' && !properties)) return 'object (any fields)';
  return `${type ?? 'any'}${format && type === 'string' ? ` (${format})` : ''}`;
}

function referenceOf({ $ref, allOf }: Schema): string | undefined {
  const reference = $ref ?? (allOf?.length === 1 ? allOf[0]?.$ref : undefined);
  return reference?.split('/').at(-1);
}

// The element type: lists and maps have no fields of their own.
function element(schema: Schema, definitions: Definitions, steps = MAX_STEPS): Schema {
  if (steps === 0) return {};
  const { items, additionalProperties, ...rest } = resolved(schema, definitions);
  if (items) return element(items, definitions, steps - 1);
  if (isObject(additionalProperties) && resolved(additionalProperties, definitions).properties) {
    return element(additionalProperties, definitions, steps - 1);
  }
  return additionalProperties === undefined ? rest : { ...rest, additionalProperties };
}

// A list index or a map key.
function isKey(name: string, schema: Schema, definitions: Definitions): boolean {
  const { items, additionalProperties } = resolved(schema, definitions);
  return (items !== undefined && /^\d+$/.test(name)) || isObject(additionalProperties);
}

function pathParts(path: string): string[] {
  return path
    .replace(/\[[^[\]]*\]/g, '')
    .split('.')
    .map((part) => part.trim())
    .filter(Boolean);
}

function unknownField(
  root: Schema,
  name: string,
  passed: readonly string[],
  fields: readonly Field[],
  inner: Schema,
  definitions: Definitions,
): UserError {
  const place = passed.length > 0 ? `.${passed.join('.')}` : 'the top level';
  const names = fields.map((field) => field.name);
  if (names.length === 0) {
    const open = /any fields/.test(typeText(inner, definitions));
    return new UserError(
      open
        ? `The schema says nothing of "${name}": ${place} takes any fields.`
        : `${place} is a ${typeText(inner, definitions)} and has no field "${name}".`,
    );
  }
  const elsewhere = pathsTo(root, name, definitions);
  const close = nearest(name, names, 3);
  const advice = [
    ...(close.length > 0 ? [`Nearest there: ${close.join(', ')}.`] : []),
    ...(elsewhere.length > 0 ? [`A field of this name is at ${elsewhere.join(', ')}.`] : []),
  ];
  if (advice.length === 0) advice.push(`It has: ${names.slice(0, 30).join(', ')}${names.length > 30 ? ', …' : ''}.`);
  return new UserError(`There is no field "${name}" at ${place}. ${advice.join(' ')}`);
}

/** The paths of fields with this name, shortest first. */
function pathsTo(root: Schema, name: string, definitions: Definitions): string[] {
  const found: string[] = [];
  let level = [{ path: '', schema: root }];
  const seen = new Set<string>();
  let searched = 0;
  for (let depth = 0; depth < SEARCH_DEPTH && found.length < SUGGESTIONS; depth += 1) {
    level = level.flatMap(({ path, schema }) =>
      fieldsOf(schema, definitions).flatMap((field) => {
        searched += 1;
        if (searched > MAX_SEARCHED) return [];
        const own = `${path}.${field.name}`;
        if (field.name === name) found.push(own);
        // A recursive type never ends, and each type is searched once.
        const type = typeText(field.schema, definitions);
        if (/[A-Z]/.test(type) && seen.has(type)) return [];
        seen.add(type);
        return [{ path: own, schema: field.schema }];
      }),
    );
  }
  return found.slice(0, SUGGESTIONS);
}
