import { type ApiResource, pathOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { isApiError, UserError } from '../../kubernetes/apimachinery/errors.ts';
import { METADATA_TYPE } from '../../kubernetes/apimachinery/media-types.ts';
import { isObject, type KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { missingNamespaceText } from '../../kubernetes/client/not-found.ts';
import { placeOf } from '../../kubernetes/diagnosis/facts/rows.ts';
import { oneLine } from '../../kubernetes/text/one-line.ts';
import { formatError } from '../core/error-text.ts';
import type { PromptContext } from './prompt.ts';
import { referencesOf } from './references.ts';

/** The most objects looked up in the cluster. */
const MAX_OBJECTS = 40;
/** Managers that are people or heartbeats; any other may revert a change. */
const NO_OWNER = /^(kubectl|mcp-k8s$|kube-|kubelet|before-first-apply$)/;

/** What only the cluster knows about manifests: kinds not served, existing objects, missing references. */
export async function manifestFacts(context: PromptContext, objects: readonly KubernetesObject[]): Promise<string[]> {
  const known = objects.slice(0, MAX_OBJECTS);
  const facts = await Promise.all(known.map((object) => factsOf(context, object, objects)));
  const rest = objects.length - known.length;
  return [
    ...new Set(facts.flat().map(oneLine)),
    ...(rest > 0 ? [`The cluster was not asked about ${rest} more objects.`] : []),
  ];
}

/** `Deployment shop/web`. */
export function titleOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${placeOf(metadata ?? {})}`;
}

async function factsOf(
  context: PromptContext,
  object: KubernetesObject,
  all: readonly KubernetesObject[],
): Promise<string[]> {
  const { connection, signal } = context;
  const title = titleOf(object);
  let resource: ApiResource;
  try {
    resource = await connection.discovery.resolve(object.kind ?? '', object.apiVersion);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const defined = all.some(
      ({ kind, spec }) =>
        kind === 'CustomResourceDefinition' &&
        isObject(spec) &&
        isObject(spec.names) &&
        spec.names.kind === object.kind,
    );
    return defined ? [] : [`${title}: ${formatError(error)}`];
  }
  const namespace = resource.namespaced ? object.metadata?.namespace || connection.namespace : undefined;
  if (namespace && !all.some(({ kind, metadata }) => kind === 'Namespace' && metadata?.name === namespace)) {
    const missing = await missingNamespaceText(connection.client, namespace, signal);
    if (missing) return [`${title}: ${missing}`];
  }
  const [existing, missing] = await Promise.all([
    existingFact(context, resource, namespace, object),
    missingReferences(context, namespace, object, all),
  ]);
  return [existing, ...missing].filter((fact) => fact !== undefined);
}

async function existingFact(
  context: PromptContext,
  resource: ApiResource,
  namespace: string | undefined,
  object: KubernetesObject,
): Promise<string | undefined> {
  const name = object.metadata?.name;
  const live = name && (await lookUp(context, resource, namespace, name));
  if (!live || live === 'unknown') return live ? undefined : `${titleOf(object)}: new`;
  const managers = new Set(
    (live.metadata?.managedFields ?? []).filter(({ subresource }) => !subresource).map(({ manager = '' }) => manager),
  );
  const owners = [...managers].filter((manager) => !NO_OWNER.test(manager));
  return `${titleOf(object)}: exists since ${live.metadata?.creationTimestamp}${owners.length > 0 ? `, managed by ${owners.join(', ')}` : ''}`;
}

async function missingReferences(
  context: PromptContext,
  namespace: string | undefined,
  object: KubernetesObject,
  all: readonly KubernetesObject[],
): Promise<string[]> {
  const { discovery } = context.connection;
  const facts = referencesOf(object).map(async ({ resource: kindName, kind, name }) => {
    if (all.some((other) => other.kind === kind && other.metadata?.name === name)) return [];
    const resource = await discovery.resolve(kindName);
    const live = await lookUp(context, resource, resource.namespaced ? namespace : undefined, name);
    return live === undefined
      ? [`${titleOf(object)}: refers to ${kind} ${name}, which is neither in the cluster nor in these manifests`]
      : [];
  });
  return (await Promise.all(facts)).flat();
}

// An object that may not be read is not known to be missing.
async function lookUp(
  { connection, signal }: PromptContext,
  resource: ApiResource,
  namespace: string | undefined,
  name: string,
): Promise<KubernetesObject | 'unknown' | undefined> {
  try {
    const path = pathOf(resource, namespace, name);
    return await connection.client.json<KubernetesObject>({ path, accept: METADATA_TYPE, signal, timeout: 10_000 });
  } catch (error) {
    signal.throwIfAborted();
    return isApiError(error, 404) ? undefined : 'unknown';
  }
}
