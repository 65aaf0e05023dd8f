import { setTimeout as delay } from 'node:timers/promises';
import { type ApiResource, pathOf } from '../apimachinery/api-resource.ts';
import { BUILT_IN_KINDS, type KindNames } from '../apimachinery/built-in-kinds.ts';
import { isConditionTrue } from '../apimachinery/conditions.ts';
import { isApiError, UserError } from '../apimachinery/errors.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { kinds } from '../apimachinery/well-known-kinds.ts';
import type { ApiClient } from '../client/client.ts';
import type { Discovery } from '../client/discovery.ts';

/** How long the API server may take to serve a new kind or namespace, in milliseconds. */
const SERVED_TIMEOUT_MS = 15_000;
const PAUSE_MS = 50;

export function isNamespace({ kind, apiVersion }: KubernetesObject): boolean {
  return kind === 'Namespace' && apiVersion === 'v1';
}

export function isDefinition({ kind, apiVersion }: KubernetesObject): boolean {
  return kind === 'CustomResourceDefinition' && apiVersion === 'apiextensions.k8s.io/v1';
}

/** The kind of an object, as a manifest describes it; undefined where the manifest does not define it. */
export type DefinedKinds = (object: KubernetesObject) => ApiResource | undefined;

/**
 * The kinds that the objects' CustomResourceDefinitions define. A kind that the cluster serves, or that Kubernetes
 * itself has, is what these say, whatever a manifest calls it. Errors are those of discovery.
 */
export async function definedKinds(
  objects: readonly KubernetesObject[],
  discovery: Pick<Discovery, 'kinds'>,
): Promise<DefinedKinds> {
  const definitions = objects.filter(isDefinition);
  const defined: DefinedKinds = (object) =>
    definitions.map((definition) => definedResource(definition, object)).find((resource) => resource !== undefined);
  if (objects.every((object) => defined(object) === undefined)) return () => undefined;
  // Since the cluster was last asked, a definition may have come or gone.
  const served = [...(await discovery.kinds(true)).resources, ...BUILT_IN_KINDS];
  return (object) => {
    const own = defined(object);
    const isKnown = ({ group, name, kind }: KindNames) =>
      group === own?.group && (name === own.name || kind === own.kind);
    return served.some(isKnown) ? undefined : own;
  };
}

function definedResource(definition: KubernetesObject, object: KubernetesObject): ApiResource | undefined {
  const spec = isObject(definition.spec) ? definition.spec : {};
  const { kind, plural, singular, shortNames } = isObject(spec.names) ? spec.names : {};
  const [group = '', version = ''] = object.apiVersion?.split('/') ?? [];
  if (kind !== object.kind || group !== spec.group || typeof plural !== 'string') return undefined;
  const names = {
    kind: String(kind),
    name: plural,
    singularName: typeof singular === 'string' ? singular : '',
    shortNames: Array.isArray(shortNames) ? shortNames.map(String) : [],
  };
  return { group, version, ...names, namespaced: spec.scope === 'Namespaced', verbs: [], subresources: [] };
}

/** Waits until the new kind is served. */
export async function awaitEstablished(
  client: ApiClient,
  definition: KubernetesObject,
  signal: AbortSignal,
): Promise<void> {
  const name = definition.metadata?.name ?? '';
  await until(`The new kind of ${name} is not served yet`, signal, async () => {
    const live = await client.json<KubernetesObject>({ path: pathOf(kinds.definitions, undefined, name), signal });
    return isConditionTrue(live, 'Established');
  });
}

/** Waits for the service account without which a new namespace rejects Pods. */
export async function awaitServiceAccount(client: ApiClient, namespace: string, signal: AbortSignal): Promise<void> {
  await until(`Namespace "${namespace}" has no default service account yet`, signal, async () => {
    try {
      await client.send({ path: pathOf(kinds.serviceAccounts, namespace, 'default'), signal });
      return true;
    } catch (error) {
      if (isApiError(error, 404)) return false;
      throw error;
    }
  });
}

async function until(problem: string, signal: AbortSignal, test: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + SERVED_TIMEOUT_MS;
  while (!(await test())) {
    if (Date.now() > deadline) throw new UserError(`${problem}, after ${SERVED_TIMEOUT_MS / 1000} s.`);
    await delay(PAUSE_MS, undefined, { signal });
  }
}
