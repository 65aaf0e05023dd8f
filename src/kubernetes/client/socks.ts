import type { Socket } from 'node:net';
import { SocksClient } from 'socks';
import { buildConnector } from 'undici';
import { messageOf } from '../apimachinery/errors.ts';

type Connector = ReturnType<typeof buildConnector>;
type Options = Parameters<Connector>[0];

/** How long the proxy may take to connect, in milliseconds; undici gives as long to any connection. */
const TIMEOUT_MS = 10_000;
/** As client-node has it for other connections, in milliseconds. */
const KEEP_ALIVE_MS = 30_000;

/** Makes connections through a SOCKS proxy, with TLS inside. It resolves the names of hosts, as with kubectl. */
export function throughSocks(proxy: string, tls: buildConnector.BuildOptions): Connector {
  const encrypted = buildConnector({ ...tls, keepAliveInitialDelay: KEEP_ALIVE_MS });
  return (options, callback) => {
    tunnel(new URL(proxy), options)
      .then((httpSocket) => {
        if (options.protocol === 'https:') encrypted({ ...options, httpSocket }, callback);
        else callback(null, httpSocket);
      })
      .catch((error: Error) => callback(error, null));
  };
}

async function tunnel({ protocol, hostname, port, username, password }: URL, to: Options): Promise<Socket> {
  const made = SocksClient.createConnection({
    command: 'connect',
    timeout: TIMEOUT_MS,
    proxy: {
      host: bare(hostname),
      port: Number(port || 1080),
      type: protocol.startsWith('socks4') ? 4 : 5,
      ...(username && { userId: decodeURIComponent(username), password: decodeURIComponent(password) }),
    },
    destination: { host: bare(to.hostname), port: Number(to.port || (to.protocol === 'https:' ? 443 : 80)) },
  });
  return made.then(
    ({ socket }) => socket,
    (error: unknown) => {
      throw new Error(`the SOCKS proxy makes no connection: ${messageOf(error)}`);
    },
  );
}

/** An address of IPv6 stands in brackets in URLs only. */
function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
