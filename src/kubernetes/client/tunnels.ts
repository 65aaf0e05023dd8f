import type { Socket } from 'node:net';
import { buildConnector } from 'undici';

/** Makes a connection to a server, as undici's pools use it: with TLS where the server has it. */
export type Connector = ReturnType<typeof buildConnector>;
/** Where a connection is to lead; the host name is without brackets. */
export type Destination = Parameters<Connector>[0];

/** How long a proxy may take to connect, in milliseconds; undici gives as long to any connection. */
export const TUNNEL_TIMEOUT_MS = 10_000;
/** As client-node has it for other connections, in milliseconds. */
const KEEP_ALIVE_MS = 30_000;

/**
 * Makes connections through a proxy, with TLS inside.
 * @param open has the proxy connect.
 */
export function throughTunnel(open: (to: Destination) => Promise<Socket>, tls: buildConnector.BuildOptions): Connector {
  const encrypted = buildConnector({ ...tls, keepAliveInitialDelay: KEEP_ALIVE_MS });
  return (options, callback) => {
    open(options)
      .then((httpSocket) => {
        if (options.protocol === 'https:') encrypted({ ...options, httpSocket }, callback);
        else callback(null, httpSocket);
      })
      .catch((error: Error) => callback(error, null));
  };
}

/** The port of a destination, which may be that of its scheme. */
export function portOf({ protocol, port }: Destination): number {
  return Number(port || (protocol === 'https:' ? 443 : 80));
}
