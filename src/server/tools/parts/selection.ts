import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import type { KubernetesList, KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import { mapUnhurried } from '../../../kubernetes/apimachinery/unhurried.ts';
import { compareValues, holdsFor, PathBudget, queryPath } from '../../../kubernetes/text/json-path.ts';
import { type Condition, parseCondition } from '../../../kubernetes/text/json-path-syntax.ts';
import type { ServerTable } from '../../../kubernetes/text/table.ts';
import { forQuery } from './shown-object.ts';

/** Filter and order of a list, beyond what selectors can express. */
export interface Selection {
  condition: Condition | undefined;
  /** Largest first if it descends. */
  order: { path: string; descends: boolean } | undefined;
  /** The expressions as given. */
  texts: readonly string[];
}

type List = ServerTable | KubernetesList;

const PAGE_SIZE = 500;
/** The most objects that one call reads. */
const MAX_READ = 20_000;
const SHORT: Record<string, string> = { name: '.metadata.name', age: '.metadata.creationTimestamp' };

/** @throws UserError for an invalid expression. */
export function parseSelection(where: string | undefined, sortBy: string | undefined): Selection | undefined {
  if (!where && !sortBy) return undefined;
  const descends = sortBy?.startsWith('-') === true;
  const key = (descends ? sortBy?.slice(1) : sortBy)?.trim();
  const path = key === undefined ? undefined : (SHORT[key.toLowerCase()] ?? key);
  return {
    condition: where ? parseCondition(where) : undefined,
    order: path ? { path, descends: descends !== (key?.toLowerCase() === 'age') } : undefined,
    texts: [where, path].filter((text) => text !== undefined),
  };
}

/** The whole list, filtered and sorted, read page by page. Uses only what may be shown: no guess may match. */
export async function readSelected(
  { condition, order, texts }: Selection,
  type: { apiVersion: string; kind: string },
  readPage: (query: { limit: number; continue: string | undefined }) => Promise<List>,
): Promise<List> {
  const budget = new PathBudget();
  const chosen: { member: ServerTable['rows'][number] | KubernetesObject; key: unknown }[] = [];
  let token: string | undefined;
  let page: List;
  let read = 0;
  do {
    page = await readPage({ limit: PAGE_SIZE, continue: token });
    const members: (ServerTable['rows'][number] | KubernetesObject)[] = 'rows' in page ? page.rows : (page.items ?? []);
    const objects = 'rows' in page ? page.rows.map(({ object }) => object ?? {}) : (page.items ?? []);
    read += members.length;
    if (read > MAX_READ)
      throw new UserError(
        `where and sortBy read all objects, and there are more than ${MAX_READ}: narrow with selectors.`,
      );
    const found = await mapUnhurried(objects, (object, index) => {
      const shown = forQuery({ ...type, ...object }, texts);
      const member = members[index];
      if (member === undefined || (condition && !holdsFor(shown, condition, budget))) return [];
      return [{ member, key: order && extreme(queryPath(shown, order.path, budget), order.descends) }];
    });
    chosen.push(...found.flat());
    token = page.metadata?.continue || undefined;
  } while (token);
  if (order) chosen.sort((a, b) => ordered(a.key, b.key, order.descends));
  const members = chosen.map(({ member }) => member);
  if ('rows' in page) return { ...page, metadata: {}, rows: members as ServerTable['rows'] };
  return { ...page, metadata: {}, items: members as KubernetesObject[] };
}

// Of several values, such as one per container, the one that sorts first.
function extreme(values: readonly unknown[], descends: boolean): unknown {
  return [...values].sort((a, b) => ordered(a, b, descends))[0];
}

function ordered(a: unknown, b: unknown, descends: boolean): number {
  const isMissing = a === undefined || b === undefined;
  return descends && !isMissing ? compareValues(b, a) : compareValues(a, b);
}
