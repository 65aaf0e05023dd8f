import { type ApiResource, apiVersionOf, pathOf } from '../apimachinery/api-resource.ts';
import { ApiError, isApiError, UserError } from '../apimachinery/errors.ts';
import type { JsonObject, KubernetesObject } from '../apimachinery/objects.ts';
import type { Schema } from '../apimachinery/schema.ts';
import { kinds } from '../apimachinery/well-known-kinds.ts';
import type { ApiClient } from './client.ts';

/** A kind's schema with the definitions it refers to. */
export interface KindSchema {
  root: Schema;
  /** Keyed by the last part of a `$ref`. */
  definitions: Record<string, Schema>;
  /** `definition`: from the CustomResourceDefinition, where the cluster publishes no OpenAPI for it. */
  source: 'openapi' | 'definition';
}

interface Index {
  paths?: Record<string, { serverRelativeURL?: string }>;
}

interface Document {
  hash: string;
  schemas: Promise<Record<string, Schema>>;
}

interface CustomResourceDefinition extends KubernetesObject {
  spec?: { versions?: { name: string; schema?: { openAPIV3Schema?: Schema } }[] };
}

/** Long, as a document may have megabytes. */
const DOCUMENT_TIMEOUT_MS = 60_000;

// A document is read again only when its hash in the index changes.
const read = new WeakMap<ApiClient, Map<string, Document>>();

/**
 * The schema of a kind, as published by the cluster.
 * @throws UserError when the cluster publishes none.
 */
export async function kindSchema(client: ApiClient, resource: ApiResource, signal: AbortSignal): Promise<KindSchema> {
  const definitions = await published(client, resource, signal);
  const root = Object.values(definitions ?? {}).find((schema) => isOf(schema, resource));
  if (root && definitions) return { root, definitions, source: 'openapi' };
  const own = await ownDefinition(client, resource, signal);
  if (own) return { root: own, definitions: {}, source: 'definition' };
  throw new UserError(
    definitions
      ? `The cluster publishes no schema of ${resource.kind} ${apiVersionOf(resource)}.`
      : `The cluster publishes no OpenAPI v3 (it is old, or something in front of it hides it), and ${resource.kind} ${apiVersionOf(resource)} has no readable CustomResourceDefinition.`,
    'read an object of the kind',
  );
}

async function published(
  client: ApiClient,
  resource: ApiResource,
  signal: AbortSignal,
): Promise<Record<string, Schema> | undefined> {
  try {
    const { paths = {} } = await client.json<Index>({ path: '/openapi/v3', signal });
    const place = `${resource.group ? 'apis' : 'api'}/${apiVersionOf(resource)}`;
    const entry = paths[place];
    if (!entry) return {};
    const hash = new URL(entry.serverRelativeURL ?? '', 'https://cluster').searchParams.get('hash') ?? '';
    return await document(client, place, hash);
  } catch (error) {
    // Servers before 1.24 do not have the path, and some proxies block it.
    if (error instanceof ApiError && [403, 404, 406, 501].includes(error.code)) return undefined;
    throw error;
  }
}

function document(client: ApiClient, place: string, hash: string): Promise<Record<string, Schema>> {
  const documents = read.get(client) ?? new Map<string, Document>();
  read.set(client, documents);
  const known = documents.get(place);
  if (known && known.hash === hash && hash !== '') return known.schemas;
  // Not aborted with the first caller: another may be waiting for it.
  const schemas = client
    .json<{ components?: { schemas?: Record<string, Schema> } }>({
      path: `/openapi/v3/${place}`,
      query: { hash: hash || undefined },
      timeout: DOCUMENT_TIMEOUT_MS,
    })
    .then(({ components }) => components?.schemas ?? {});
  documents.set(place, { hash, schemas });
  schemas.catch(() => documents.delete(place));
  return schemas;
}

function isOf(schema: Schema, { group, version, kind }: ApiResource): boolean {
  const kinds = schema['x-kubernetes-group-version-kind'];
  const own: JsonObject[] = Array.isArray(kinds) ? kinds : [];
  return own.some((one) => one.group === group && one.version === version && one.kind === kind);
}

async function ownDefinition(
  client: ApiClient,
  { group, version, name }: ApiResource,
  signal: AbortSignal,
): Promise<Schema | undefined> {
  if (group === '') return undefined;
  try {
    const path = pathOf(kinds.definitions, undefined, `${name}.${group}`);
    const { spec } = await client.json<CustomResourceDefinition>({ path, signal });
    return spec?.versions?.find((one) => one.name === version)?.schema?.openAPIV3Schema;
  } catch (error) {
    if (isApiError(error, 404) || isApiError(error, 403)) return undefined;
    throw error;
  }
}
