import type { ApiResource } from '../../../kubernetes/apimachinery/api-resource.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { fieldAt } from '../../../kubernetes/apimachinery/schema.ts';
import type { ApiClient } from '../../../kubernetes/client/client.ts';
import { type KindSchema, kindSchema } from '../../../kubernetes/client/openapi.ts';
import { parsePath } from '../../../kubernetes/text/json-path-syntax.ts';

/** A path that finds nothing because the kind has no such field. */
export interface MistypedPath {
  path: string;
  /** With the nearest fields. */
  text: string;
}

/** Of paths that found nothing those that the kind's schema does not have. */
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
    // A hint is a courtesy: without a schema there is none.
    signal.throwIfAborted();
    return error instanceof Error ? [] : Promise.reject(error);
  }
}

function problemOf(path: string, { root, definitions }: KindSchema): string | undefined {
  try {
    fieldAt(root, namesOf(path).join('.'), definitions);
    return undefined;
  } catch (error) {
    // Where any fields may stand, none is wrong.
    return error instanceof UserError && !/takes any fields/.test(error.message) ? error.message : undefined;
  }
}

/** The fields that the path names one after the other, as far as that can be told. */
function namesOf(path: string): string[] {
  const names: string[] = [];
  for (const { deep, selectors } of parsePath(path)) {
    const [selector] = selectors;
    if (deep || selectors.length > 1 || !selector) break;
    if (selector.type === 'name') names.push(selector.name);
  }
  return names;
}
