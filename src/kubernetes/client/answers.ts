import { isObject, type JsonObject } from '../apimachinery/objects.ts';

/** The lists that an answer of this kind must have, even if empty. */
function listsOf({ kind, columnDefinitions }: JsonObject): readonly string[] {
  if (kind === 'Table' || columnDefinitions !== undefined) return ['columnDefinitions', 'rows'];
  if (kind === 'APIResourceList') return ['resources'];
  if (kind === 'APIGroupList') return ['groups'];
  if (kind === 'APIVersions') return ['versions'];
  return typeof kind === 'string' && kind.endsWith('List') ? ['items'] : [];
}

/**
 * The API server's answer with all the lists it must have: Go servers send null for an empty list, and some omit it.
 * The members stay as they are.
 */
export function withLists(answer: unknown): unknown {
  if (!isObject(answer)) return answer;
  for (const name of listsOf(answer)) {
    const list = answer[name];
    answer[name] = Array.isArray(list) ? list.filter((member) => member !== null) : [];
  }
  if (Array.isArray(answer.rows)) for (const row of answer.rows) if (isObject(row)) row.cells ??= [];
  return answer;
}
