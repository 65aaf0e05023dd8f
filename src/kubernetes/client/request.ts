import type { Access } from '../apimachinery/access.ts';
import type { KindNames } from '../apimachinery/built-in-kinds.ts';
import type { HelmOperation } from '../apimachinery/helm-operations.ts';
import type { RequestTarget } from '../apimachinery/request-target.ts';

/** A request as the rules see it. */
export interface GuardedRequest {
  access: Access;
  /** Undefined if it is about no object. */
  target: RequestTarget | undefined;
  /** For a list or a watch: its selectors. */
  listed?: Selectors;
  /** The Helm operation it is sent for, if any. */
  operation?: HelmOperation | undefined;
  /** A query of metrics through a Service. */
  metrics?: boolean;
  /** The name of a created object. */
  created?: string | undefined;
  /** What its sender calls the kind, besides what the cluster does: rules by these names hold too. */
  names?: KindNames | undefined;
}

export interface Selectors {
  fieldSelector: string;
  labelSelector: string;
}

/** Called with what is sent to the API server, and with its answer before any other reader. */
export type Witness = (
  request: { method?: ApiRequest['method'] | undefined; path: string; body?: unknown },
  answer: unknown,
) => void;

export interface ApiRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Made by `pathOf`, or a constant. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  /** Of the existing object that is meant: another that took its name since is left alone. */
  uid?: string | undefined;
  contentType?: string;
  accept?: string;
  headers?: Record<string, string>;
  /** Sent in place of every login of the context. */
  token?: string;
  /** The Helm operation it is sent for, which has a switch of its own. */
  operation?: HelmOperation | undefined;
  /** What a manifest that defines the kind calls it: no more than a reason to refuse. */
  names?: KindNames | undefined;
  signal?: AbortSignal | undefined;
  /** In milliseconds, for the whole exchange; 30,000 by default. */
  timeout?: number | undefined;
}

export interface ApiResponse {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** An answer whose body is left to its reader. */
export interface RelayedAnswer extends Pick<ApiResponse, 'status' | 'headers'> {
  body: AsyncIterable<Uint8Array>;
}

/** A read that is answered with a connection. */
export interface WebSocketRequest extends Pick<ApiRequest, 'path' | 'uid' | 'signal' | 'timeout'> {
  query: URLSearchParams;
  protocols: readonly string[];
}
