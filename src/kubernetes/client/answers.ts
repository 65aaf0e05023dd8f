import { ApiError } from '../apimachinery/errors.ts';
import { isObject, type JsonObject } from '../apimachinery/objects.ts';
import { requestTarget } from '../apimachinery/request-target.ts';
import type { ApiRequest } from './request.ts';

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
 * What can be no member of them is left out; the others stay as they are.
 */
export function withLists(answer: unknown): unknown {
  if (!isObject(answer)) return answer;
  for (const name of listsOf(answer)) {
    const list = answer[name] ?? [];
    if (!Array.isArray(list)) continue;
    answer[name] = list.filter((member) => (name === 'versions' ? typeof member === 'string' : isObject(member)));
  }
  if (Array.isArray(answer.columnDefinitions))
    for (const column of answer.columnDefinitions) if (typeof column.name !== 'string') column.name = '';
  if (Array.isArray(answer.rows))
    for (const row of answer.rows) if (isObject(row) && !Array.isArray(row.cells)) row.cells = [];
  return answer;
}

/**
 * What the answer to a request is instead of what was asked for, to continue "answered with"; undefined if it is that.
 * Taken for an empty list, another answer would be a wrong number.
 * @throws ApiError for a failure without the status of one.
 */
export function misfit(
  answer: unknown,
  { method = 'GET', path, query }: Pick<ApiRequest, 'method' | 'path' | 'query'>,
): string | undefined {
  if (!isObject(answer)) return 'JSON that is no object';
  const { kind, code, status, reason, message } = answer;
  if (kind === 'Status' && status === 'Failure')
    throw new ApiError(typeof code === 'number' ? code : 500, String(reason ?? ''), String(message ?? 'a failure'));
  const other = listsOf(answer).find((name) => !Array.isArray(answer[name]));
  if (other) return `a ${String(kind)} whose ${other} are no list`;
  const target = method === 'GET' ? requestTarget(path) : undefined;
  if (!target || target.subresource !== undefined) return undefined;
  const next = isObject(answer.metadata) ? answer.metadata.continue : undefined;
  if (next && query?.continue === next) return 'the same page again and again, so the list has no end';
  const isWhole =
    target.name === undefined
      ? listsOf(answer).length > 0 || Array.isArray(answer.items)
      : isObject(answer.metadata) || kind === 'Table';
  if (isWhole) return undefined;
  return `${typeof kind === 'string' && kind !== '' ? `a ${kind}` : 'JSON'} that is no ${target.name === undefined ? 'list' : 'object'} of ${target.resource}`;
}
