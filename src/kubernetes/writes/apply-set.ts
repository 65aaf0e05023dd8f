import { createHash } from 'node:crypto';
import { type ApiResource, pathOf } from '../apimachinery/api-resource.ts';
import { isApiError, RefusedError, UserError } from '../apimachinery/errors.ts';
import { METADATA_LIST_TYPE } from '../apimachinery/media-types.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import { Slots } from '../apimachinery/slots.ts';
import { kinds } from '../apimachinery/well-known-kinds.ts';
import { UnknownKindError } from '../client/kind-resolution.ts';
import { listAll } from '../client/pages.ts';
import { MAX_OBJECTS } from './choice.ts';
import type { Target } from './target.ts';
import type { Writer } from './writer.ts';

/** The labels and annotations of KEP-3659. */
const ID = 'applyset.kubernetes.io/id';
const PART_OF = 'applyset.kubernetes.io/part-of';
const TOOLING = 'applyset.kubernetes.io/tooling';
const GROUP_KINDS = 'applyset.kubernetes.io/contains-group-kinds';
const NAMESPACES = 'applyset.kubernetes.io/additional-namespaces';
const OUR_TOOLING = 'mcp-k8s/v1';
const MAX_LISTS = 500;
const MAX_AT_ONCE = 10;

/**
 * The objects that are applied together, and remembered as a set by a ConfigMap, so that what a later manifest omits
 * can be deleted.
 */
export class ApplySet {
  readonly #name: string;
  readonly #namespace: string;
  readonly #parent: KubernetesObject | undefined;
  readonly id: string;

  private constructor(name: string, namespace: string, parent: KubernetesObject | undefined) {
    this.#name = name;
    this.#namespace = namespace;
    this.#parent = parent;
    this.id = applySetId(name, namespace, 'ConfigMap', '');
  }

  /** @throws UserError when the ConfigMap exists and is something else, or another tool's set. */
  static async read(name: string, namespace: string, { connection, signal }: Writer): Promise<ApplySet> {
    const path = pathOf(kinds.configMaps, namespace, name);
    const parent = await connection.client.json<KubernetesObject>({ path, signal }).catch((error: unknown) => {
      if (isApiError(error, 404)) return undefined;
      throw error;
    });
    const set = new ApplySet(name, namespace, parent);
    const { labels, annotations } = parent?.metadata ?? {};
    if (parent && labels?.[ID] !== set.id)
      throw new UserError(`ConfigMap "${name}" in namespace ${namespace} is no ApplySet: choose another name.`);
    const tooling = annotations?.[TOOLING] ?? '';
    if (parent && tooling.split('/')[0] !== OUR_TOOLING.split('/')[0])
      throw new RefusedError(`ApplySet "${name}" belongs to ${tooling || 'another tool'}, which alone may change it.`);
    return set;
  }

  /** The object as a member. @throws when it belongs to another set. */
  asMember(object: KubernetesObject): KubernetesObject {
    this.refuseOther(object);
    const { labels, ...metadata } = object.metadata ?? {};
    return { ...object, metadata: { ...metadata, labels: { ...labels, [PART_OF]: this.id } } };
  }

  /** @throws RefusedError for an object that is part of another set. */
  refuseOther({ kind, metadata }: KubernetesObject): void {
    const other = metadata?.labels?.[PART_OF];
    if (other === undefined || other === this.id) return;
    throw new RefusedError(`${kind} "${metadata?.name}" is part of another ApplySet (${PART_OF}: ${other}).`);
  }

  /** The live members that are not among the targets. */
  async strays(targets: readonly Target[], { connection, signal }: Writer): Promise<Stray[]> {
    const { client } = connection;
    const named = new Set(targets.map((target) => keyOf(target.resource, target.namespace, target.name)));
    const resources = await this.#oldKinds(connection.discovery);
    const places = [...this.#placesOf(targets)];
    const lists = resources.flatMap((resource) =>
      (resource.namespaced ? places : [undefined]).map((place) => ({ resource, place })),
    );
    if (lists.length > MAX_LISTS)
      throw new UserError(`The ApplySet "${this.#name}" names too many kinds and namespaces to look into all of them.`);
    const slots = new Slots(MAX_AT_ONCE);
    const all = await Promise.all(
      lists.map(async ({ resource, place }) => {
        const release = await slots.take();
        const query = { labelSelector: `${PART_OF}=${this.id}` };
        const request = { path: pathOf(resource, place), query, accept: METADATA_LIST_TYPE, signal };
        const { items } = await listAll(client, request, MAX_OBJECTS + 1).finally(release);
        return items.flatMap(({ metadata: { name = '', namespace } = {} }) =>
          named.has(keyOf(resource, namespace, name)) ? [] : [{ resource, namespace, name }],
        );
      }),
    );
    const found = all.flat();
    if (found.length > MAX_OBJECTS)
      throw new UserError(
        `${found.length} objects of the ApplySet are not in the manifest: more than ${MAX_OBJECTS} are not deleted at once.`,
      );
    return found;
  }

  /** The ConfigMap that remembers the set. */
  parentOf(targets: readonly Target[], strays: readonly Stray[]): KubernetesObject {
    const members = [...targets, ...strays];
    const groupKinds = new Set(
      members.map(({ resource: { group, kind } }) => (group === '' ? kind : `${kind}.${group}`)),
    );
    const others = new Set(members.flatMap(({ namespace }) => namespace ?? []));
    others.delete(this.#namespace);
    return {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: this.#name,
        namespace: this.#namespace,
        labels: { [ID]: this.id },
        annotations: {
          [TOOLING]: OUR_TOOLING,
          [GROUP_KINDS]: [...groupKinds].sort().join(','),
          ...(others.size > 0 && { [NAMESPACES]: [...others].sort().join(',') }),
        },
      },
    };
  }

  async #oldKinds(discovery: Writer['connection']['discovery']): Promise<ApiResource[]> {
    const resolved = await Promise.all(
      this.#annotated(GROUP_KINDS).map((kind) =>
        discovery.resolve(kind).catch((error: unknown) => {
          // Its definition is gone, and its objects with it.
          if (error instanceof UnknownKindError) return undefined;
          throw error;
        }),
      ),
    );
    return resolved.flatMap((resource) => resource ?? []);
  }

  #placesOf(targets: readonly Target[]): Set<string> {
    const own = targets.flatMap(({ namespace }) => namespace ?? []);
    return new Set([this.#namespace, ...this.#annotated(NAMESPACES), ...own]);
  }

  #annotated(annotation: string): string[] {
    const text = this.#parent?.metadata?.annotations?.[annotation] ?? '';
    return text.split(',').filter(Boolean);
  }
}

/** A member that the manifest names no more. */
export interface Stray {
  resource: ApiResource;
  namespace: string | undefined;
  name: string;
}

/** As KEP-3659 derives it. */
export function applySetId(name: string, namespace: string, kind: string, group: string): string {
  const hash = createHash('sha256').update(`${name}.${namespace}.${kind}.${group}`).digest('base64url');
  return `applyset-${hash}-v1`;
}

function keyOf({ group, kind }: ApiResource, namespace: string | undefined, name: string | undefined): string {
  return [group, kind, namespace ?? '', name].join('/');
}
