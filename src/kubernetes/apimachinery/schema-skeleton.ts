import type { JsonObject } from './objects.ts';
import { type Definitions, fieldsOf, resolved, type Schema } from './schema.ts';

/** How deep required fields are filled in. */
const MAX_DEPTH = 6;
/** What every object has, or nobody sets. */
const NOT_ASKED = ['apiVersion', 'kind', 'metadata', 'status'];

/** The fields that an object of this schema must have, each with an empty value; always with a spec if it has one. */
export function skeletonOf(root: Schema, definitions: Definitions): JsonObject {
  const fields = fieldsOf(root, definitions).filter(({ name }) => !NOT_ASKED.includes(name));
  const wanted = fields.filter(({ name, required }) => required || name === 'spec');
  return Object.fromEntries(wanted.map(({ name, schema }) => [name, emptyValue(schema, definitions, MAX_DEPTH)]));
}

function emptyValue(schema: Schema, definitions: Definitions, depth: number): unknown {
  const found = resolved(schema, definitions);
  const { type, enum: choices, default: usual } = found;
  if (usual !== undefined && typeof usual !== 'object') return usual;
  if (Array.isArray(choices) && choices.length > 0) return choices[0];
  switch (type) {
    case 'string':
      return '';
    case 'integer':
    case 'number':
      return 0;
    case 'boolean':
      return false;
    case 'array':
      return [];
  }
  if (depth === 0) return {};
  const required = fieldsOf(found, definitions).filter((field) => field.required);
  return Object.fromEntries(required.map((field) => [field.name, emptyValue(field.schema, definitions, depth - 1)]));
}
