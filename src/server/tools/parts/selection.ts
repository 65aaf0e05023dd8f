import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import type { KubernetesList, KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import { mapUnhurried } from '../../../kubernetes/apimachinery/unhurried.ts';
import type { KindSchema } from '../../../kubernetes/client/openapi.ts';
import { compareValues, holdsFor, isMissing, PathBudget, queryPath } from '../../../kubernetes/text/json-path.ts';
import { type Condition, parseCondition, parsePath, type Step } from '../../../kubernetes/text/json-path-syntax.ts';
import {
  countedTexts,
  countOmitted,
  fieldsOfCondition,
  fieldsOfPath,
  isAmbiguous,
  type NamedField,
} from '../../../kubernetes/text/path-fields.ts';
import type { ServerTable } from '../../../kubernetes/text/table.ts';
import { forQuery } from './shown-object.ts';
import { cellKey, columnAt, isHeader, withAges } from './table-cells.ts';

/** Filter and order of a list, beyond what selectors can express. */
export interface Selection {
  condition: Condition | undefined;
  /** Largest first if it descends. A header is a column of the table, where it has one of that name. */
  order: { path: string; header: string | undefined; steps: readonly Step[]; descends: boolean } | undefined;
  /** The expressions as given. */
  texts: readonly string[];
}

/** What was selected, and what there is to say of how. */
export interface Selected {
  list: List;
  notes: string[];
  /** Fields of paths that found nothing in any object. */
  unfound: NamedField[];
  /** The headers of the table, if the order asks for one that it does not have. */
  headers: string[];
}

type List = ServerTable | KubernetesList;
type Member = ServerTable['rows'][number] | KubernetesObject;

const PAGE_SIZE = 500;
/** The most objects that one call reads. */
const MAX_READ = 20_000;
const SHORT: Record<string, string> = { name: '.metadata.name', age: '.metadata.creationTimestamp' };

/** @throws UserError for an invalid expression. */
export function parseSelection(where: string | undefined, sortBy: string | undefined): Selection | undefined {
  if (!where && !sortBy) return undefined;
  const order = sortBy ? orderOf(sortBy) : undefined;
  return {
    condition: where ? parseCondition(where) : undefined,
    order,
    texts: [where, order?.path].filter((text) => text !== undefined),
  };
}

function orderOf(text: string): Selection['order'] {
  const descends = text.startsWith('-');
  const key = (descends ? text.slice(1) : text).trim();
  const short = SHORT[key.toLowerCase()];
  if (key === '') return undefined;
  const header = short === undefined && isHeader(key) ? key : undefined;
  const path = short ?? key;
  // A header may have what no path has, such as a space.
  const steps = header !== undefined && /[^\w]/.test(header) ? [] : parsePath(path);
  return { path, header, steps, descends: descends !== (key.toLowerCase() === 'age') };
}

/** The whole list, filtered and sorted, read page by page. Uses only what may be shown: no guess may match. */
export async function readSelected(
  { condition, order, texts }: Selection,
  type: { apiVersion: string; kind: string },
  readPage: (query: { limit: number; continue: string | undefined }) => Promise<List>,
  schemaOf: () => Promise<KindSchema | undefined>,
): Promise<Selected> {
  const budget = new PathBudget();
  const ofCondition = condition ? fieldsOfCondition(condition) : [];
  const chosen: { member: Member; key: unknown }[] = [];
  let ofOrder = order ? fieldsOfPath(order.steps, order.path) : [];
  let schema: KindSchema | undefined | 'not read' = 'not read';
  let token: string | undefined;
  let page: List;
  let column: number | undefined;
  let read = 0;
  do {
    page = await readPage({ limit: PAGE_SIZE, continue: token });
    const members: Member[] = 'rows' in page ? page.rows : (page.items ?? []);
    const objects = 'rows' in page ? page.rows.map(({ object }) => object ?? {}) : (page.items ?? []);
    const cells = 'rows' in page ? page.rows.map((row) => row.cells) : [];
    if ('rows' in page && order?.header !== undefined) column = columnAt(page, order.header);
    if (column !== undefined) ofOrder = [];
    read += members.length;
    if (read > MAX_READ)
      throw new UserError(
        `where and sortBy read all objects, and there are more than ${MAX_READ}: narrow with selectors.`,
      );
    const judged = () =>
      mapUnhurried(objects, (object, index) => {
        const shown = forQuery({ ...type, ...object }, texts);
        const member = members[index];
        if (member === undefined || (condition && !holdsFor(shown, condition, budget))) return [];
        if (!order) return [{ member, key: undefined }];
        if (column !== undefined) return [{ member, key: cellKey(cells[index] ?? [], column) }];
        return [{ member, key: extreme(queryPath(shown, order.steps, budget), order.descends) }];
      });
    let found = (await judged()).flat();
    // Only what is missing needs a schema, to tell what that means.
    const misses = budget.missed.size > 0 || (ofOrder.length > 0 && found.some(({ key }) => isMissing(key)));
    if (misses && schema === 'not read') {
      schema = await schemaOf();
      if (schema) {
        countOmitted(
          [...ofCondition.filter(({ isCompared }) => isCompared), ...ofOrder],
          schema.root,
          schema.definitions,
        );
        budget.missed.clear();
        found = (await judged()).flat();
      }
    }
    chosen.push(...found);
    token = page.metadata?.continue || undefined;
  } while (token);
  const definition = column !== undefined && 'rows' in page ? page.columnDefinitions[column] : undefined;
  const rows = definition ? withAges(chosen, definition) : chosen;
  if (order) rows.sort((a, b) => ordered(a.key, b.key, order.descends));
  const members = rows.map(({ member }) => member);
  const isUnsorted =
    order !== undefined && chosen.every(({ key }) => isMissing(key)) && (chosen.length > 0 || read === 0);
  const known = schema === 'not read' ? undefined : schema;
  return {
    list:
      'rows' in page
        ? { ...page, metadata: {}, rows: members as ServerTable['rows'] }
        : { ...page, metadata: {}, items: members as KubernetesObject[] },
    notes: [
      ...countedTexts([...ofCondition, ...ofOrder], budget.counted),
      ...ofCondition.flatMap((field) => {
        const count = budget.missed.get(field.text) ?? 0;
        const isWorthIt = field.isCompared && (!known || isAmbiguous(field, known.root, known.definitions));
        return count > 0 && isWorthIt ? `${count} of ${read} have no ${field.text}.` : [];
      }),
      ...(isUnsorted && read > 0 ? [`None of them has ${order.path}, so they are not sorted by it.`] : []),
    ],
    unfound: [...ofCondition.filter(({ text }) => !budget.found.has(text)), ...(isUnsorted ? ofOrder : [])],
    headers:
      isUnsorted && order.header !== undefined && column === undefined && 'rows' in page
        ? page.columnDefinitions.map(({ name }) => name.toUpperCase())
        : [],
  };
}

// Of several values, such as one per container, the one that sorts first.
function extreme(values: readonly unknown[], descends: boolean): unknown {
  return [...values].sort((a, b) => ordered(a, b, descends))[0];
}

function ordered(a: unknown, b: unknown, descends: boolean): number {
  return descends && !isMissing(a) && !isMissing(b) ? compareValues(b, a) : compareValues(a, b);
}
