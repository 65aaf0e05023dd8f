import type { ApiResource } from '../../../kubernetes/apimachinery/api-resource.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { fieldType } from '../../../kubernetes/apimachinery/omitted-values.ts';
import { fieldAt } from '../../../kubernetes/apimachinery/schema.ts';
import type { ApiClient } from '../../../kubernetes/client/client.ts';
import { type KindSchema, kindSchema } from '../../../kubernetes/client/openapi.ts';
import { parsePath } from '../../../kubernetes/text/json-path-syntax.ts';
import { fieldsOfPath, type NamedField } from '../../../kubernetes/text/path-fields.ts';

/** A path that finds nothing because the kind has no such field. */
export interface MistypedPath {
  path: string;
  /** Includes the nearest fields. */
  text: string;
}

/** The paths that found nothing and that the kind's schema does not have. */
export async function mistypedPaths(
  client: ApiClient,
  resource: ApiResource,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<MistypedPath[]> {
  const fields = fieldsOf(paths);
  const schema = fields.length > 0 ? await knownSchema(client, resource, signal) : undefined;
  return schema ? mistypedIn(schema, fields) : [];
}

/** The fields of paths. */
export function fieldsOf(paths: readonly string[]): NamedField[] {
  return paths.flatMap((path) => fieldsOfPath(parsePath(path), path));
}

/** The fields of paths and conditions that the kind does not have. */
export function mistypedIn(schema: KindSchema, fields: readonly NamedField[]): MistypedPath[] {
  const found = fields.flatMap(({ names, text }) => {
    const problem = problemOf(names, schema);
    return problem === undefined ? [] : [{ path: text, text: `${text} finds nothing: ${problem}` }];
  });
  return [...new Map(found.map((one) => [one.text, one])).values()];
}

/** The kind's schema, if one can be read: hints are best effort, without it there are none. */
export async function knownSchema(
  client: ApiClient,
  resource: ApiResource,
  signal: AbortSignal,
): Promise<KindSchema | undefined> {
  try {
    return await kindSchema(client, resource, signal);
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof Error ? undefined : Promise.reject(error);
  }
}

function problemOf(names: readonly string[], { root, definitions }: KindSchema): string | undefined {
  // Every list has a length.
  if (names.at(-1) === 'length' && fieldType(root, names.slice(0, -1), definitions) === 'array') return undefined;
  try {
    fieldAt(root, names.join('.'), definitions);
    return undefined;
  } catch (error) {
    // Where any field is allowed, none is wrong.
    return error instanceof UserError && !/takes any fields/.test(error.message) ? error.message : undefined;
  }
}
