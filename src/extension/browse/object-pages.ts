import { type ApiResource, pathOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { TABLE_TYPE } from '../../kubernetes/apimachinery/media-types.ts';
import type { KubernetesList, KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import type { ApiClient } from '../../kubernetes/client/client.ts';
import { listNamespaces } from '../../kubernetes/client/namespaces.ts';
import { cellText, type ServerTable } from '../../kubernetes/text/table.ts';

/** An object as a list item. */
export interface ListedObject {
  name: string;
  namespace: string | undefined;
  /** A few words from kubectl's columns. */
  summary: string;
}

export interface ObjectPage {
  objects: ListedObject[];
  /** How many follow, if the cluster reports it. */
  remaining: number;
}

/** A small first page, so that something shows at once. */
const FIRST_PAGE = 250;
const NEXT_PAGES = 1_000;
const SUMMARY_PARTS = 4;

/** The objects of a kind, in one namespace or in all, page by page. */
export async function* objectPages(
  client: Pick<ApiClient, 'json'>,
  resource: Pick<ApiResource, 'group' | 'version' | 'name' | 'namespaced'>,
  namespace: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<ObjectPage> {
  // Metadata is needed only to tell namespaces apart; without it the rows are a tenth of the size.
  const includeObject = resource.namespaced && namespace === undefined ? 'Metadata' : 'None';
  let next: string | undefined;
  let limit = FIRST_PAGE;
  do {
    const answer = await client.json<ServerTable | KubernetesList>({
      path: pathOf(resource, namespace),
      query: { limit, continue: next, includeObject },
      accept: TABLE_TYPE,
      signal,
    });
    const objects =
      'rows' in answer ? answer.rows.map((row) => fromRow(answer, row, namespace)) : itemsOf(answer).map(fromItem);
    yield { objects, remaining: answer.metadata?.remainingItemCount ?? 0 };
    next = answer.metadata?.continue;
    limit = NEXT_PAGES;
  } while (next);
}

/** The namespaces of a cluster or, where the user may not list them, the user's OpenShift Projects. */
export async function* namespacePages(
  client: Pick<ApiClient, 'json'>,
  signal: AbortSignal,
): AsyncGenerator<ObjectPage> {
  const first = await listNamespaces(async (kind) => {
    const pages = objectPages(client, kind, undefined, signal);
    return { pages, page: await pages.next() };
  });
  if (!first.page.done) yield first.page.value;
  yield* first.pages;
}

/** The items of a list; for some kinds the API server writes an empty list as null. */
export function itemsOf({ items }: { items: KubernetesObject[] | null }): KubernetesObject[] {
  return items ?? [];
}

function fromRow(
  { columnDefinitions }: ServerTable,
  { cells, object }: ServerTable['rows'][number],
  namespace: string | undefined,
): ListedObject {
  return {
    name: object?.metadata?.name ?? String(cells[nameColumn(columnDefinitions)]),
    namespace: object?.metadata?.namespace ?? namespace,
    summary: summaryOf(columnDefinitions, cells),
  };
}

/** A few words from the cells of a row, without its name and the columns `without`. */
export function summaryOf(
  columns: ServerTable['columnDefinitions'],
  cells: readonly unknown[],
  without: readonly string[] = [],
): string {
  const named = nameColumn(columns);
  const parts = columns.flatMap(({ name, priority }, index) =>
    index === named || (priority ?? 0) > 0 || without.includes(name) ? [] : formatCell(name, cellText(cells[index])),
  );
  return parts.slice(0, SUMMARY_PARTS).join(' · ');
}

/** The index of the name column in a table. */
export function nameColumn(columns: ServerTable['columnDefinitions']): number {
  return Math.max(
    0,
    columns.findIndex(({ name }) => name.toLowerCase() === 'name'),
  );
}

function fromItem({ metadata }: KubernetesObject): ListedObject {
  return { name: metadata?.name ?? '', namespace: metadata?.namespace, summary: '' };
}

// A bare number means nothing without its column; most other values need no heading.
function formatCell(column: string, value: string): string[] {
  if (value === '-' || /^<(none|unset|unknown)>$/.test(value)) return [];
  const [, count, note = ''] = /^(\d+)( \(.*\))?$/.exec(value) ?? [];
  return [count === undefined ? value : `${count} ${column.toLowerCase()}${note}`];
}
