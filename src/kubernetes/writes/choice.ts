import { pathOf, resourceNameOf } from '../apimachinery/api-resource.ts';
import { UserError } from '../apimachinery/errors.ts';
import { METADATA_LIST_TYPE } from '../apimachinery/media-types.ts';
import type { KubernetesList } from '../apimachinery/objects.ts';
import { missingNamespaceText } from '../client/not-found.ts';
import type { Named } from '../client/read-object.ts';
import type { Writer } from './writer.ts';

/** The most objects that one call writes: more cannot be reviewed. */
export const MAX_OBJECTS = 100;

/** One object by its name, or several of a kind. */
export interface Choice extends Omit<Named, 'name'> {
  name?: string | undefined;
  names?: readonly string[] | undefined;
  labelSelector?: string | undefined;
}

/** The objects that are chosen; a single one if it is named by `name`. */
export type Chosen = { one: Named } | { several: Named[] };

/** @throws UserError when nothing or too much is chosen, or in two ways. */
export async function chosen({ name, names, labelSelector, ...of }: Choice, writer: Writer): Promise<Chosen> {
  const ways = [name, names, labelSelector].filter((way) => way !== undefined);
  if (ways.length !== 1)
    throw new UserError('Name one object by name, or several by names or labelSelector: exactly one of the three.');
  if (name !== undefined) return { one: { ...of, name } };
  const found = names ?? (await selected(of, labelSelector ?? '', writer));
  const unique = [...new Set(found)];
  if (unique.length === 0) throw new UserError('names is empty: nothing is chosen.');
  if (unique.length > MAX_OBJECTS) throw new UserError(tooMany(String(unique.length)));
  return { several: unique.map((one) => ({ ...of, name: one })) };
}

async function selected(
  { kind, apiVersion, namespace }: Omit<Named, 'name'>,
  labelSelector: string,
  { connection, signal }: Writer,
): Promise<string[]> {
  if (labelSelector.trim() === '') throw new UserError('labelSelector is empty, which would choose everything.');
  if (isNegative(labelSelector))
    throw new UserError(
      `labelSelector "${labelSelector}" only says what is not chosen: say also which label the objects have.`,
    );
  const { client, discovery } = connection;
  const resource = await discovery.resolve(kind, apiVersion);
  const place = resource.namespaced ? namespace || connection.namespace : undefined;
  const { items, metadata } = await client.json<KubernetesList>({
    path: pathOf(resource, place),
    query: { labelSelector, limit: MAX_OBJECTS + 1 },
    accept: METADATA_LIST_TYPE,
    signal,
  });
  const names = (items ?? []).flatMap((item) => item.metadata?.name ?? []);
  const what = `${resourceNameOf(resource)} with ${labelSelector}${place ? ` in namespace ${place}` : ''}`;
  if (metadata?.continue) throw new UserError(tooMany(`more than ${MAX_OBJECTS}`));
  if (names.length > 0) return names;
  const missing = place && (await missingNamespaceText(client, place, signal));
  throw new UserError(`There are no ${what}.${missing ? ` ${missing}` : ''}`);
}

/** Does a label selector only exclude? Then it chooses nearly everything. */
export function isNegative(labelSelector: string): boolean {
  const requirements = labelSelector.replace(/\([^()]*\)/g, '()').split(',');
  return requirements.every((one) => /^\s*!|!=|\snotin\s*\(/.test(one) || one.trim() === '');
}

function tooMany(count: string): string {
  return `That would be ${count} objects, and one call writes at most ${MAX_OBJECTS}. Choose fewer.`;
}
