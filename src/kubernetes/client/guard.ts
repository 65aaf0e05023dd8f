import type { Access } from '../apimachinery/access.ts';
import type { KindNames } from '../apimachinery/built-in-kinds.ts';
import { RefusedError } from '../apimachinery/errors.ts';
import { isObject } from '../apimachinery/objects.ts';
import { type RequestTarget, requestTargets } from '../apimachinery/request-target.ts';
import { isKubeletRead } from './kubelet-reads.ts';
import type { ApiRequest, GuardedRequest } from './request.ts';

/** What a decision about a request needs to know of the cluster. */
export interface KnownKinds {
  /**
   * The kinds it serves, and what it could not list, maybe with a reason: `apps/v1`, `/apis (forbidden)`; undefined
   * before it was asked.
   */
  known: { resources: readonly KindNames[]; missing: readonly string[] } | undefined;
  /** Undefined for an unknown kind. */
  isNamespaced(target: Pick<RequestTarget, 'group' | 'resource'>): boolean | undefined;
}

/** The rules for which requests may be sent. */
export interface RequestRules {
  /** The only namespaces used; empty: all. */
  namespaces: readonly string[];
  /** Why a request may not be sent in a context; undefined when it may. */
  requestRefusal(context: string, request: GuardedRequest, kinds: KnownKinds): string | undefined;
  /** Calls `listener` when the rules change, until the returned function is called. Absent: they never do. */
  watch?(listener: () => void): () => void;
}

/** What of a request is judged. */
export type Judged = Pick<ApiRequest, 'method' | 'path' | 'query' | 'body' | 'operation' | 'names'>;

/** Guards the API server of one context: every request is checked here, so none can write by mistake. */
export class RequestGuard {
  readonly #rules: RequestRules;
  readonly #context: string;
  readonly #kinds: () => KnownKinds;

  /** @param kinds what is known when a request is checked. */
  constructor(rules: RequestRules, context: string, kinds: () => KnownKinds) {
    this.#rules = rules;
    this.#context = context;
    this.#kinds = kinds;
  }

  /** @throws RefusedError for a request that may not be sent. */
  check(request: Judged): void {
    for (const guarded of guardedRequests(request)) {
      const refusal = this.#rules.requestRefusal(this.#context, guarded, this.#kinds());
      if (refusal) throw new RefusedError(refusal);
    }
  }

  /** For a request whose answer has no end: the signal aborts once it may not be sent any more. Call `end` after it. */
  standing(request: Judged): { signal: AbortSignal; end: () => void } {
    const refused = new AbortController();
    const judge = () => {
      try {
        this.check(request);
      } catch (error) {
        refused.abort(error);
      }
    };
    return { signal: refused.signal, end: this.#rules.watch?.(judge) ?? (() => undefined) };
  }

  /** The namespaces that a list of all of them is limited to; undefined for no limit. */
  limitOf({ method = 'GET', path }: Judged): readonly string[] | undefined {
    const { namespaces } = this.#rules;
    const [target] = requestTargets(path);
    if (method !== 'GET' || namespaces.length === 0 || !target || target.namespace || target.name) return undefined;
    return target.resource === 'namespaces' || this.#kinds().isNamespaced(target) === false ? undefined : namespaces;
  }
}

/** A query of metrics, through the API server. */
const METRICS = /^\/api\/v1\/namespaces\/[^/]+\/services\/[^/]+\/proxy\/api\/v1\/(query|query_range|alerts)$/;

/** The kind of access, judged by method and path alone. */
export function accessOf({ method = 'GET', path }: Pick<ApiRequest, 'method' | 'path'>): Access {
  if (isKubeletRead({ method, path })) return 'read';
  if (method === 'GET' && METRICS.test(path)) return 'read';
  if (/\/(pods|services|nodes)\/[^/]+\/(exec|attach|portforward|proxy)(\/|$)/.test(path)) return 'exec';
  if (method === 'GET') return 'read';
  if (/\/pods\/[^/]+\/ephemeralcontainers(\/|$)/.test(path)) return 'exec';
  if (method === 'DELETE' || path.endsWith('/eviction')) return 'delete';
  if (method !== 'POST') return 'update';
  return /^\/apis\/(authorization|authentication)\.k8s\.io\/[^/]+\/(self)?subject[a-z]+$/.test(path)
    ? 'read'
    : 'create';
}

/** The request in the form the rules check; more than one if its path can be read in two ways. */
function guardedRequests({ query = {}, body, operation, names, ...request }: Judged): GuardedRequest[] {
  const access = accessOf(request);
  const targets = requestTargets(request.path);
  if (targets.length === 0) return [{ access, target: undefined, operation }];
  const { fieldSelector = '', labelSelector = '' } = query;
  const listed = { fieldSelector: String(fieldSelector), labelSelector: String(labelSelector) };
  const isGet = (request.method ?? 'GET') === 'GET';
  const metrics = isGet && METRICS.test(request.path);
  const metadata = request.method === 'POST' && isObject(body) && isObject(body.metadata) ? body.metadata : {};
  const created = typeof metadata.name === 'string' ? metadata.name : undefined;
  return targets.map((target) => ({
    access,
    target,
    operation,
    created,
    names,
    metrics,
    // It names the pods of all namespaces.
    ...(isKubeletRead(request) && { listed }),
    ...(isGet && target.name === undefined && { listed }),
  }));
}
