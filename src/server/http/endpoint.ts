import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Identity } from './authentication/identity.ts';
import type { Sessions } from './sessions.ts';

/** A request whose sender is known and may ask; a POST's body has been read. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  identity: Identity;
  body: unknown;
}

/** What answers the requests to one path. */
export interface Endpoint {
  /** @throws HttpError for what is answered with a status and a sentence. */
  handle(exchange: Exchange): Promise<void>;
}

export interface EndpointOptions {
  sessions: Sessions;
  /** Puts an MCP server of its own behind a transport; whose it is, is read with each request. */
  connect(client: { transport: Transport; identity: Identity }): Promise<void>;
}
