import { type ApiResource, apiVersionOf, resourceNameOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import type { KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import { counted } from '../../../kubernetes/apimachinery/texts.ts';
import { mapUnhurried } from '../../../kubernetes/apimachinery/unhurried.ts';
import type { ApiClient } from '../../../kubernetes/client/client.ts';
import { pagesOf } from '../../../kubernetes/client/pages.ts';
import type { ApiRequest } from '../../../kubernetes/client/request.ts';
import { type Column, PathBudget, parseColumns, queryPath } from '../../../kubernetes/text/json-path.ts';
import { redact } from '../../../kubernetes/text/redact.ts';
import { cellText, renderRows } from '../../../kubernetes/text/table.ts';
import { bounded } from '../../core/response.ts';
import { countFitting } from './resource-page.ts';

/** Objects that share the same values, and their number. */
interface Group {
  values: string[];
  count: number;
}

/** The most objects that one call reads. */
const MAX_COUNTED = 20_000;
/** Stands for a path that finds nothing. */
const NOTHING = cellText(undefined);
/** All members of a list. */
const EACH = '[*]';
/** The most groups that one object may be in. */
const MAX_OF_ONE = 100;
const MAX_GROUPS = 20_000;
/** In characters. */
const MAX_VALUE_LENGTH = 1_000;

/**
 * Counts objects by the values that JSONPaths find in them. An object with several values counts once for each. A path
 * with a filter leaves out objects in which it finds nothing; otherwise these count as `-`, as does each list item
 * (`[*]`) in which the rest of the path finds nothing.
 */
export class GroupCount {
  readonly columns: readonly Column[];
  /** How many objects were read, and how many of them are in a group. */
  read = 0;
  counted = 0;
  /** How many are in more than one group. */
  several = 0;
  /** Continue token, when there were too many objects. */
  more: string | undefined;
  readonly #budget = new PathBudget();
  readonly #groups = new Map<string, Group>();
  readonly #found = new Set<string>();

  constructor(paths: readonly string[]) {
    this.columns = parseColumns(paths);
  }

  add(object: KubernetesObject): void {
    // Groups must not reveal a Secret's content either.
    const shown = redact(object);
    const values = this.columns.map(({ path }) => valuesAt(shown, path, this.#budget));
    const rows = combinations(values);
    values.forEach((some, index) => {
      if (some.some((value) => value !== NOTHING)) this.#found.add(this.columns[index]?.path ?? '');
    });
    this.read += 1;
    if (rows.length > 0) this.counted += 1;
    if (rows.length > 1) this.several += 1;
    for (const values of rows) {
      const key = values.join('\t');
      const group = this.#groups.get(key) ?? { values, count: 0 };
      group.count += 1;
      this.#groups.set(key, group);
      if (this.#groups.size > MAX_GROUPS)
        throw new UserError(`There are more than ${MAX_GROUPS} groups: group by fewer paths, or by others.`);
    }
  }

  /** Paths that found nothing in any object. */
  emptyPaths(): string[] {
    return this.columns.map(({ path }) => path).filter((path) => !this.#found.has(path));
  }

  /** Largest first; equal ones by their values. */
  groups(): Group[] {
    const order = new Intl.Collator('en', { numeric: true });
    return [...this.#groups.values()].sort(
      (a, b) => b.count - a.count || order.compare(a.values.join('\t'), b.values.join('\t')),
    );
  }
}

/** Counts a whole collection page by page, from the request's continue token on. */
export async function countAll(
  client: ApiClient,
  resource: ApiResource,
  request: ApiRequest,
  paths: readonly string[],
  progress: (message: string) => void,
): Promise<GroupCount> {
  const count = new GroupCount(paths);
  // List items carry no kind, which redaction needs.
  const type = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  for await (const page of pagesOf(client, request, MAX_COUNTED)) {
    await mapUnhurried(page.items, (item) => count.add({ ...type, ...item }));
    count.more = page.continue;
    if (page.continue) progress(`${count.read} objects counted`);
  }
  return count;
}

/** At most `limit` groups, those that fit into `length` characters, as a table below their total. */
export function renderGroups(
  count: GroupCount,
  resource: ApiResource,
  place: string,
  limit: number,
  length: number,
): string {
  const groups = count.groups();
  const total = count.counted < count.read ? `${count.counted} of ${count.read}` : String(count.read);
  const cells = groups.slice(0, limit).map(({ count: size, values }) => [String(size), ...values]);
  const [header = '', ...rows] = renderRows([['COUNT', ...count.columns.map(({ header }) => header)], ...cells]);
  const shown = rows.slice(0, Math.max(countFitting({ header, entries: rows }, length), 1));
  const hidden = groups.length - shown.length;
  const advice = shown.length < rows.length ? 'count one kind in one context' : 'raise limit';
  return [
    `${total} ${resourceNameOf(resource)}${place} in ${counted(groups.length, 'group')}${count.several > 0 ? `; ${count.several} of them are in several groups, so the counts add up to more` : ''}`,
    ...(groups.length > 0 ? [bounded([header, ...shown].join('\n'), 'Group by fewer paths.', length)] : []),
    ...(hidden > 0 ? [`${hidden} smaller groups are not shown: ${advice}, or group by fewer paths.`] : []),
    ...(count.more ? [`There are more objects: count the others with continue="${count.more}"`] : []),
  ].join('\n');
}

function valuesAt(object: KubernetesObject, path: string, budget: PathBudget): string[] {
  const values = path.includes('?(')
    ? queryPath(object, path, budget).map(valueText)
    : valuesInside(object, path.trim().replace(/^\{(.*)\}$/s, '$1'), budget);
  return [...new Set(values)].slice(0, MAX_OF_ONE);
}

function valueText(value: unknown): string {
  return cellText(value).slice(0, MAX_VALUE_LENGTH);
}

// Each list item counts, so that one without a value is not hidden by the others.
function valuesInside(node: unknown, path: string, budget: PathBudget): string[] {
  if (typeof node !== 'object' || node === null) return [NOTHING];
  const at = path.indexOf(EACH);
  const rest = path.slice(at + EACH.length);
  if (at < 0 || rest === '') {
    const values = queryPath(node, path, budget).map(valueText);
    return values.length > 0 ? values : [NOTHING];
  }
  const all = queryPath(node, path.slice(0, at + EACH.length), budget);
  return all.length > 0 ? all.flatMap((member) => valuesInside(member, rest, budget)) : [NOTHING];
}

function combinations(lists: readonly string[][]): string[][] {
  return lists.reduce<string[][]>(
    (rows, values) => rows.flatMap((row) => values.map((value) => [...row, value])).slice(0, MAX_OF_ONE),
    [[]],
  );
}
