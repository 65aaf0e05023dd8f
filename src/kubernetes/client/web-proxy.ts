import { request } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { buildConnector } from 'undici';
import { bareHost } from '../apimachinery/urls.ts';
import { type Connector, type Destination, portOf, TUNNEL_TIMEOUT_MS, throughTunnel } from './tunnels.ts';

/**
 * Makes connections through a web proxy's CONNECT, with TLS inside.
 * @param own how the proxy itself is connected to.
 */
export function throughWebProxy(
  proxy: string,
  tls: buildConnector.BuildOptions,
  own: buildConnector.BuildOptions,
): Connector {
  const toProxy = buildConnector({ ...own, allowH2: false });
  return throughTunnel((to) => tunnel(toProxy, new URL(proxy), to), tls);
}

async function tunnel(toProxy: Connector, proxy: URL, to: Destination): Promise<Socket> {
  const host = isIP(to.hostname) === 6 ? `[${to.hostname}]` : to.hostname;
  const path = `${host}:${portOf(to)}`;
  const login = [proxy.username, proxy.password].map(decodeURIComponent).join(':');
  const headers = {
    host: path,
    ...(login !== ':' && { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` }),
  };
  const way = await connected(toProxy, proxy);
  return new Promise((resolve, reject) => {
    const message = request({ createConnection: () => way, method: 'CONNECT', path, headers });
    const late = setTimeout(() => message.destroy(new Error('the proxy gives no answer')), TUNNEL_TIMEOUT_MS);
    message.on('connect', ({ statusCode }, socket, head) => {
      if (statusCode === 200) {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(new Error(`Proxy response (${statusCode})`));
    });
    message.on('error', reject);
    message.on('close', () => clearTimeout(late));
    message.end();
  });
}

function connected(connect: Connector, { protocol, hostname, host, port }: URL): Promise<Socket> {
  return new Promise((resolve, reject) => {
    connect({ protocol, hostname: bareHost(hostname), host, port }, (...[error, socket]) =>
      error ? reject(error) : resolve(socket),
    );
  });
}
