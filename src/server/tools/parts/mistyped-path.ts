import type { ApiResource } from '../../../kubernetes/apimachinery/api-resource.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { fieldAt } from '../../../kubernetes/apimachinery/schema.ts';
import type { ApiClient } from '../../../kubernetes/client/client.ts';
import { type KindSchema, kindSchema } from '../../../kubernetes/client/openapi.ts';
import { parsePath } from '../../../kubernetes/text/json-path-syntax.ts';

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
  if (paths.length === 0) return [];
  try {
    const schema = await kindSchema(client, resource, signal);
    return paths.flatMap((path) => {
      const problem = problemOf(path, schema);
      return problem === undefined ? [] : [{ path, text: `${path} finds nothing: ${problem}` }];
    });
  } catch (error) {
    // Hints are best effort: without a schema there are none.
    signal.throwIfAborted();
    return error instanceof Error ? [] : Promise.reject(error);
  }
}

function problemOf(path: string, { root, definitions }: KindSchema): string | undefined {
  try {
    fieldAt(root, namesOf(path).join('.'), definitions);
    return undefined;
  } catch (error) {
    // Where any field is allowed, none is wrong.
    return error instanceof UserError && !/takes any fields/.test(error.message) ? error.message : undefined;
  }
}

/** The path's field names in order, as far as they can be determined. */
function namesOf(path: string): string[] {
  const names: string[] = [];
  for (const { deep, selectors } of parsePath(path)) {
    const [selector] = selectors;
    if (deep || selectors.length > 1 || !selector) break;
    if (selector.type === 'name') names.push(selector.name);
  }
  return names;
}
