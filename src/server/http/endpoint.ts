import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Identity } from './authentication/identity.ts';
import type { HttpError } from './base/http-error.ts';
import type { Sessions } from './sessions.ts';

/** A request from a known and permitted caller; the body of a POST has been read. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  identity: Identity;
  body: unknown;
}

/** Handles the requests to one path. */
export interface Endpoint {
  /** @throws HttpError for an error that is answered with a status and a text. */
  handle(exchange: Exchange): Promise<void>;
  /**
   * Answers a POST that is refused in the way that clients of this path notice; by default by a status. Of a body that
   * was not read only the outline is known.
   */
  refuse?(exchange: Exchange, error: HttpError): Promise<void>;
}

export interface EndpointOptions {
  sessions: Sessions;
  /** Connects an MCP server of its own to a client. */
  connect(client: ConnectedClient): Promise<void>;
}

export interface ConnectedClient {
  transport: Transport;
  /** Read anew for each request. */
  identity: Identity;
  /** It asks once: nothing can be told to it later. */
  isSingle?: boolean;
}
