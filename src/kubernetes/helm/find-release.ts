import { UserError } from '../apimachinery/errors.ts';
import { nearest } from '../apimachinery/nearest.ts';
import type { Connection } from '../client/cluster.ts';
import {
  assertReleaseName,
  ForbiddenReleasesError,
  latestRevisions,
  type ReleaseStorage,
  type StoredRevision,
} from './release-storage.ts';

/** Every stored revision of one release, newest first. */
export interface FoundRelease {
  name: string;
  namespace: string;
  revisions: readonly [StoredRevision, ...StoredRevision[]];
}

/**
 * The release of that name: in the given namespace, else in the context's own, else in the only one that has it.
 * @throws UserError with what exists instead.
 */
export async function findRelease(
  connection: Connection,
  storage: ReleaseStorage,
  name: string,
  namespace: string | undefined,
): Promise<FoundRelease> {
  assertReleaseName(name);
  const { found, where } = await revisionsOf(connection, storage, name, namespace);
  const places = [...new Set(found.map((one) => one.namespace))].sort();
  // As everywhere, the context's own namespace comes first.
  const [place, ...others] = places.includes(connection.namespace) ? [connection.namespace] : places;
  if (place === undefined) throw new UserError(await notFoundText(storage, name, where));
  if (others.length > 0)
    throw new UserError(
      `There are several releases "${name}", in namespaces ${places.join(', ')}: say which by namespace.`,
    );
  const own = found.filter((one) => one.namespace === place).sort((a, b) => b.revision - a.revision);
  const [newest, ...older] = own;
  if (!newest) throw new UserError(await notFoundText(storage, name, where));
  return { name, namespace: place, revisions: [newest, ...older] };
}

/** The revision with that number, else the newest. @throws UserError with the stored ones. */
export function revisionIn({ name, revisions }: FoundRelease, number: number | undefined): StoredRevision {
  const wanted = number === undefined ? revisions[0] : revisions.find(({ revision }) => revision === number);
  if (wanted) return wanted;
  const kept = revisions.map(({ revision }) => revision).join(', ');
  throw new UserError(`Release "${name}" has no revision ${number}; kept are: ${kept}.`);
}

async function revisionsOf(
  connection: Connection,
  storage: ReleaseStorage,
  name: string,
  namespace: string | undefined,
): Promise<{ found: StoredRevision[]; where: string | undefined }> {
  if (namespace) return { found: await storage.revisions(namespace, name), where: namespace };
  try {
    return { found: await storage.revisions(undefined, name), where: undefined };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const own = connection.namespace;
    const found = await storage.revisions(own, name);
    // Other namespaces could not be searched: a user who may not read them must be told.
    if (found.length === 0 && error instanceof ForbiddenReleasesError) throw error;
    return { found, where: own };
  }
}

async function notFoundText(storage: ReleaseStorage, name: string, namespace: string | undefined): Promise<string> {
  const all = await storage.revisions(undefined).then(latestRevisions, () => []);
  const place = namespace ? ` in namespace "${namespace}"` : '';
  const elsewhere = all.filter((one) => one.name === name).map((one) => one.namespace);
  if (elsewhere.length > 0)
    return `There is no Helm release "${name}"${place}. It exists in namespace ${elsewhere.join(', ')}.`;
  const near = nearest(name, [...new Set(all.map((one) => one.name))]);
  const close = near
    .map((one) => all.find((other) => other.name === one))
    .flatMap((one) => (one ? `${one.namespace}/${one.name}` : []));
  const advice = close.length > 0 ? ` Nearest: ${close.join(', ')}.` : '';
  return `There is no Helm release "${name}"${place}.${all.length === 0 ? '' : advice}`;
}
