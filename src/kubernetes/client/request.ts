import type { Access } from '../apimachinery/access.ts';
import type { HelmOperation } from '../apimachinery/helm-operations.ts';
import type { RequestTarget } from '../apimachinery/request-target.ts';

/** A request as those see it who decide whether it may be sent. */
export interface GuardedRequest {
  access: Access;
  /** Undefined for what is about no object. */
  target: RequestTarget | undefined;
  /** Of a list or a watch: what it is narrowed by. */
  listed?: Selectors;
  /** What of Helm it is sent for, if it is. */
  operation?: HelmOperation | undefined;
  /** The name that a creation gives. */
  created?: string | undefined;
}

export interface Selectors {
  fieldSelector: string;
  labelSelector: string;
}

/** Told of what is sent to the API server, and of what it answered before anybody else reads it. */
export type Witness = (
  request: { method?: ApiRequest['method'] | undefined; path: string; body?: unknown },
  answer: unknown,
) => void;

export interface ApiRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Made by `pathOf`, or a fixed path. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  contentType?: string;
  accept?: string;
  headers?: Record<string, string>;
  /** What of Helm it is sent for: that is permitted by a switch of its own. */
  operation?: HelmOperation | undefined;
  signal?: AbortSignal | undefined;
  /** Milliseconds for the whole exchange; 30,000 unless given. */
  timeout?: number;
}

export interface ApiResponse {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** An answer whose body is read by whoever it is for. */
export interface RelayedAnswer extends Pick<ApiResponse, 'status' | 'headers'> {
  body: AsyncIterable<Uint8Array>;
}

/** A read whose answer is a connection. */
export interface WebSocketRequest extends Pick<ApiRequest, 'path' | 'signal' | 'timeout'> {
  query: URLSearchParams;
  protocols: readonly string[];
}
