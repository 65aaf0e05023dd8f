import type { Socket } from 'node:net';
import { SocksClient } from 'socks';
import type { buildConnector } from 'undici';
import { messageOf } from '../apimachinery/errors.ts';
import { bareHost } from '../apimachinery/urls.ts';
import { type Connector, type Destination, portOf, TUNNEL_TIMEOUT_MS, throughTunnel } from './tunnels.ts';

/** Makes connections through a SOCKS proxy, with TLS inside. It resolves the names of hosts, as with kubectl. */
export function throughSocks(proxy: string, tls: buildConnector.BuildOptions): Connector {
  return throughTunnel((to) => tunnel(new URL(proxy), to), tls);
}

async function tunnel({ protocol, hostname, port, username, password }: URL, to: Destination): Promise<Socket> {
  const made = SocksClient.createConnection({
    command: 'connect',
    timeout: TUNNEL_TIMEOUT_MS,
    proxy: {
      host: bareHost(hostname),
      port: Number(port || 1080),
      type: protocol.startsWith('socks4') ? 4 : 5,
      ...(username && { userId: decodeURIComponent(username), password: decodeURIComponent(password) }),
    },
    destination: { host: bareHost(to.hostname), port: portOf(to) },
  });
  return made.then(
    ({ socket }) => socket,
    (error: unknown) => {
      throw new Error(`the SOCKS proxy makes no connection: ${messageOf(error)}`);
    },
  );
}
