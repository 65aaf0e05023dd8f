import { type ApiResource, apiVersionOf } from '../apimachinery/api-resource.ts';
import { BUILT_IN_KINDS, type KindNames } from '../apimachinery/built-in-kinds.ts';
import { isApiError, messageOf, UserError } from '../apimachinery/errors.ts';
import { DISCOVERY_TYPE } from '../apimachinery/media-types.ts';
import { type RequestTarget, requestTarget } from '../apimachinery/request-target.ts';
import { shortened } from '../text/shortened.ts';
import type { ApiClient } from './client.ts';
import { resolveCoreKind, resolveKind, UnknownKindError } from './kind-resolution.ts';
import { serverOf } from './kubeconfig.ts';

/** Of the core group, and of all others. */
const ROOTS = ['/api', '/apis'] as const;
/** Limit on why an API is missing, in characters. */
const MAX_REASON = 100;
/** How long what was announced again is believed, whatever a request about it is answered, in milliseconds. */
const RENEWAL_PAUSE_MS = 10_000;

interface AggregatedResource {
  resource: string;
  responseKind?: { kind?: string } | null;
  scope: 'Namespaced' | 'Cluster';
  singularResource?: string;
  shortNames?: string[];
  verbs?: string[] | null;
  subresources?: ({ subresource: string } | null)[] | null;
}

interface AggregatedVersion {
  version: string;
  freshness?: string;
  resources?: (AggregatedResource | null)[] | null;
}

interface AggregatedGroup {
  metadata?: { name?: string } | null;
  versions?: (AggregatedVersion | null)[] | null;
}

interface LegacyResource {
  name: string;
  kind?: string;
  singularName?: string;
  namespaced: boolean;
  shortNames?: string[];
  verbs?: string[];
}

interface GroupVersions {
  group: string;
  /** `v1` or `apps/v1`, the preferred version first. */
  versions: string[];
}

/** Which kinds the cluster serves. */
export interface ServedKinds {
  /** Every kind in every version: the core group first, each group's preferred version first. */
  resources: ApiResource[];
  /** Group versions that the API server announces but could not describe, such as those of a broken APIService. */
  missing: string[];
}

/** Caches the served kinds; asks the cluster once, and again when a kind is not found. */
export class Discovery {
  readonly #client: ApiClient;
  /** Those of the core group. */
  #core: Promise<ServedKinds> | undefined;
  #kinds: Promise<ServedKinds> | undefined;
  #known: ServedKinds | undefined;
  /** Each kind in each version that was ever served. */
  readonly #everServed = new Set<string>();
  /** Asks again because something is served no longer; for all who notice at the same time. */
  #renewal: Promise<ServedKinds> | undefined;
  /** When it was asked again because of a group's version. */
  readonly #renewals = new Map<string, number>();

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /** All served kinds; `fresh` asks the cluster again. */
  async kinds(fresh = false): Promise<ServedKinds> {
    if (fresh || !this.#kinds) {
      const asked = discover(this.#client, this.#coreKinds(fresh));
      this.#kinds = asked;
      asked.then(
        (kinds) => {
          this.#known = kinds;
          for (const { group, version, name } of kinds.resources) this.#everServed.add(keyOf(group, version, name));
        },
        () => {
          if (this.#kinds === asked) this.#kinds = undefined;
        },
      );
    }
    return this.#kinds as Promise<ServedKinds>;
  }

  #coreKinds(fresh: boolean): Promise<ServedKinds> {
    if (fresh || !this.#core) {
      const asked = servedBelow(this.#client, ROOTS[0]);
      this.#core = asked;
      asked.catch(() => {
        if (this.#core === asked) this.#core = undefined;
      });
    }
    return this.#core as Promise<ServedKinds>;
  }

  /** What the cluster has reported so far; undefined before it was asked. */
  get known(): ServedKinds | undefined {
    return this.#known;
  }

  /** Is the kind namespaced, as far as is known without asking the cluster? Undefined for an unknown kind. */
  isNamespaced({ group, resource }: Pick<RequestTarget, 'group' | 'resource'>): boolean | undefined {
    const isIt = (kind: KindNames) => kind.group === group && kind.name === resource;
    return (this.#known?.resources.find(isIt) ?? BUILT_IN_KINDS.find(isIt))?.namespaced;
  }

  /**
   * Where to ask instead at a path that is not served: at that of the same object in another version, where the cluster
   * serves the kind no longer in the one that it did serve. Looks again if necessary, so that later calls know; every 10
   * s at most because of a group's version, as an API may be announced and not work.
   */
  async moved(path: string): Promise<string | undefined> {
    const { group, version, resource } = requestTarget(path) ?? {};
    if (!group || !version || !resource || !this.#everServed.has(keyOf(group, version, resource))) return undefined;
    const versions = () =>
      (this.#known?.resources ?? [])
        .filter((one) => one.group === group && one.name === resource)
        .map((one) => one.version);
    if (versions().includes(version)) await this.#renew(apiVersionOf({ group, version }));
    const [preferred] = versions();
    if (preferred === undefined || versions().includes(version)) return undefined;
    return path.split('/').with(3, preferred).join('/');
  }

  async #renew(apiVersion: string): Promise<void> {
    if (!this.#renewal) {
      const now = performance.now();
      if (now - (this.#renewals.get(apiVersion) ?? -Infinity) < RENEWAL_PAUSE_MS) return;
      this.#renewals.set(apiVersion, now);
      this.#renewal = this.kinds(true).finally(() => {
        this.#renewal = undefined;
      });
    }
    await this.#renewal;
  }

  /**
   * The kind that the text means, see `resolveKind`; an unknown one may be new, so the cluster is asked again first.
   * @throws UnknownKindError, AmbiguousKindError
   */
  async resolve(kind: string, apiVersion?: string): Promise<ApiResource> {
    const known = this.#kinds;
    const core = known ? undefined : await this.#resolveCore(kind, apiVersion);
    if (core) return core;
    const { resources } = await this.kinds();
    try {
      return resolveKind(resources, kind, apiVersion);
    } catch (error) {
      if (!(error instanceof UnknownKindError)) throw error;
      // Just asked: a second request would return the same.
      const { resources: latest, missing } = await this.kinds(known !== undefined);
      try {
        return resolveKind(latest, kind, apiVersion);
      } catch (again) {
        if (!(again instanceof UnknownKindError) || missing.length === 0) throw again;
        const message = `${again.message} (The cluster could not list ${missing.join(', ')}.)`;
        throw new UnknownKindError(message, again.kind, again.nearest, again.subresource);
      }
    }
  }

  // Pods and ConfigMaps are what most short sessions read, and there may be thousands of other kinds.
  async #resolveCore(kind: string, apiVersion: string | undefined): Promise<ApiResource | undefined> {
    try {
      return resolveCoreKind((await this.#coreKinds(false)).resources, kind, apiVersion);
    } catch (error) {
      if (isApiError(error, 403) || isApiError(error, 404)) return undefined;
      throw error;
    }
  }
}

function keyOf(group: string, version: string, name: string): string {
  return `${group}/${version}/${name}`;
}

async function servedBelow(client: ApiClient, path: string): Promise<ServedKinds> {
  return describe(client, path, await announced(client, path));
}

async function discover(client: ApiClient, core: Promise<ServedKinds>): Promise<ServedKinds> {
  const asked = [core, servedBelow(client, ROOTS[1])];
  const failures = (await Promise.allSettled(asked)).flatMap((part) =>
    part.status === 'rejected' ? [part.reason as unknown] : [],
  );
  // As with kubectl, one half is used where the other is not there or not for this user. Anything else may pass, and
  // half of an answer must not be kept until then.
  const failure = failures.find((error) => !isApiError(error, 403) && !isApiError(error, 404));
  if (failure !== undefined || failures.length > 1) throw noApi(client, failure ?? failures[0]);
  const parts = await Promise.all(
    asked.map((part, index) => part.catch((error: unknown) => withoutRoot(ROOTS[index] ?? '', error))),
  );
  return { resources: parts.flatMap((part) => part.resources), missing: parts.flatMap((part) => part.missing) };
}

function withoutRoot(path: string, error: unknown): ServedKinds {
  return { resources: [], missing: [missingText(path, error)] };
}

function missingText(what: string, error: unknown): string {
  return `${what} (${shortened(messageOf(error), MAX_REASON)})`;
}

function noApi({ context }: ApiClient, error: unknown): unknown {
  if (!isApiError(error, 404)) return error;
  return new UserError(
    `The server of context "${context.name}" (${serverOf(context)}) serves no Kubernetes API there (${error.message}, 404): its URL in the kubeconfig may lack a path, or be another server's.`,
  );
}

async function announced(client: ApiClient, path: string): Promise<unknown> {
  try {
    return await client.json({ path, accept: DISCOVERY_TYPE });
  } catch (error) {
    // A server should skip media types it does not know, but some answer 406.
    if (!isApiError(error, 406)) throw error;
    return client.json({ path });
  }
}

function describe(client: ApiClient, path: string, answer: unknown): Promise<ServedKinds> | ServedKinds {
  const { kind, items, versions, groups } = answer as {
    kind?: string;
    items?: AggregatedGroup[];
    versions?: string[];
    groups?: {
      name: string;
      versions: ({ groupVersion: string } | null)[] | null;
      preferredVersion?: { groupVersion: string } | null;
    }[];
  };
  if (kind === 'APIGroupDiscoveryList') return fromAggregated(items ?? []);
  if (versions) return fromLegacy(client, [{ group: '', versions }]);
  if (!groups) throw new UserError(`The cluster answered ${path} with something that is no list of APIs.`);
  return fromLegacy(
    client,
    groups.map(({ name, versions: all, preferredVersion }) => ({
      group: name,
      versions: [...new Set([preferredVersion, ...present(all)].map((version) => version?.groupVersion ?? ''))].filter(
        Boolean,
      ),
    })),
  );
}

function fromAggregated(groups: AggregatedGroup[]): ServedKinds {
  const served: ServedKinds = { resources: [], missing: [] };
  for (const { metadata, versions } of groups) {
    const group = metadata?.name ?? '';
    for (const { version, freshness, resources } of present(versions)) {
      if (freshness === 'Stale') served.missing.push(apiVersionOf({ group, version }));
      for (const resource of present(resources)) {
        served.resources.push({
          group,
          version,
          kind: resource.responseKind?.kind ?? resource.resource,
          name: resource.resource,
          singularName: resource.singularResource ?? '',
          shortNames: resource.shortNames ?? [],
          namespaced: resource.scope === 'Namespaced',
          verbs: resource.verbs ?? [],
          subresources: present(resource.subresources).map(({ subresource }) => subresource),
        });
      }
    }
  }
  return served;
}

/** The members of a list in which, or instead of which, a server may write null. */
function present<T>(list: readonly (T | null)[] | null | undefined): T[] {
  return (list ?? []).filter((member) => member !== null);
}

// Servers before 1.27, and proxies that drop the Accept header, describe one group version at a time.
async function fromLegacy(client: ApiClient, groups: GroupVersions[]): Promise<ServedKinds> {
  const served: ServedKinds = { resources: [], missing: [] };
  let failure: unknown;
  const all = groups.flatMap(({ group, versions }) => versions.map((groupVersion) => ({ group, groupVersion })));
  const lists = await Promise.all(
    all.map(({ groupVersion, group }) =>
      client
        .json<{ resources?: LegacyResource[] }>({ path: `${group === '' ? '/api' : '/apis'}/${groupVersion}` })
        .catch((error: unknown) => {
          if (isApiError(error, 401)) throw error;
          failure ??= error;
          served.missing.push(missingText(groupVersion, error));
          return {};
        }),
    ),
  );
  if (all.length > 0 && served.missing.length === all.length) throw failure;
  lists.forEach(({ resources = [] }: { resources?: LegacyResource[] }, index) => {
    const { group, groupVersion } = all[index] as { group: string; groupVersion: string };
    const version = group === '' ? groupVersion : groupVersion.slice(group.length + 1);
    const named = resources.filter(({ name }) => typeof name === 'string');
    for (const resource of named) {
      if (resource.name.includes('/')) continue;
      const prefix = `${resource.name}/`;
      served.resources.push({
        group,
        version,
        kind: resource.kind ?? resource.name,
        name: resource.name,
        singularName: resource.singularName ?? '',
        shortNames: resource.shortNames ?? [],
        namespaced: resource.namespaced,
        verbs: resource.verbs ?? [],
        subresources: named.filter(({ name }) => name.startsWith(prefix)).map(({ name }) => name.slice(prefix.length)),
      });
    }
  });
  return served;
}
