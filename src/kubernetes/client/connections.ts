import type { RequestOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { Agent, buildConnector, type Dispatcher, errors, Pool, ProxyAgent } from 'undici';
import { bareHost } from '../apimachinery/urls.ts';
import { neverSent } from './connection-failures.ts';
import { throughSocks } from './socks.ts';
import type { Connector } from './tunnels.ts';
import { throughWebProxy } from './web-proxy.ts';

/** In milliseconds; leaves time to resend a read that was lost. */
const PING_INTERVAL_MS = 5_000;
/** After this many unanswered pings in a row, the other side counts as dead. */
const MAX_UNANSWERED = 4;

type Given = Parameters<KubeConfig['createDispatcherOptions']>;
/** What client-node says of the way to an API server: certificates and proxy. */
export type ConnectionOptions = ReturnType<KubeConfig['createDispatcherOptions']>;
/** What undici passes to a factory of pools. */
type PoolOptions = Pool.Options & { connect?: Connector | buildConnector.BuildOptions };

const watchedOver = new WeakSet<Dispatcher>();

/** Makes a kubeconfig hand out what it would make a dispatcher of, in its place. */
export function handOutOptions(config: KubeConfig): void {
  const own = config as unknown as { createDispatcher(...given: Given): ConnectionOptions };
  own.createDispatcher = (...given) => config.createDispatcherOptions(...given);
}

/**
 * Connections to an API server, checked with HTTP/2 pings: if the peer vanishes silently, the requests waiting on it
 * fail. What waits for a connection that cannot be made fails as never sent.
 * @param pingInterval in milliseconds.
 */
export function connectionsTo(options: ConnectionOptions, pingInterval = PING_INTERVAL_MS): Dispatcher {
  const common = {
    h2Options: { pingInterval },
    factory: (origin: string | URL, given: PoolOptions) =>
      new Pool(origin, { ...given, connect: watched(given, pingInterval, () => watchedOver.add(dispatcher)) }),
  };
  const dispatcher: Dispatcher =
    options.type === 'proxy'
      ? new ProxyAgent({ ...common, uri: options.uri, requestTls: options.requestTls, connect: options.connect })
      : new Agent({ ...common, ...connectOf(options) });
  return dispatcher;
}

function connectOf(options: Exclude<ConnectionOptions, { type: 'proxy' }>): Pick<PoolOptions, 'connect'> {
  if (options.type === 'none') return {};
  return { connect: options.type === 'socks' ? throughSocks(options.uri, options.requestTls) : options.connect };
}

/**
 * Makes single connections for HTTP/1.1, in the ways of `connectionsTo`; each is handed over when it is connected and
 * its TLS negotiated.
 */
export function connectionMaker(
  options: ConnectionOptions,
  server: string,
): NonNullable<RequestOptions['createConnection']> {
  const { protocol, hostname, host, port } = new URL(server);
  const to = { protocol, hostname: bareHost(hostname), host, port };
  const connect = singleConnector(options);
  return (_, callback) => {
    connect(to, (error, socket) => callback(error, socket as Socket));
    return undefined;
  };
}

function singleConnector(options: ConnectionOptions): Connector {
  const allowH2 = false;
  if (options.type === 'none') return buildConnector({ allowH2 });
  if (options.type === 'agent') return buildConnector({ ...options.connect, allowH2 });
  const { uri, requestTls } = options;
  if (options.type === 'socks') return throughSocks(uri, { ...requestTls, allowH2 });
  return throughWebProxy(uri, { ...requestTls, allowH2 }, options.connect);
}

/** Are all connections opened so far checked with pings? */
export function isWatchedOver(dispatcher: Dispatcher): boolean {
  return watchedOver.has(dispatcher);
}

function watched(
  { connect, connectTimeout, allowH2 }: PoolOptions,
  interval: number,
  onWatched: () => void,
): Connector {
  const plain =
    typeof connect === 'function' ? connect : buildConnector({ timeout: connectTimeout, allowH2, ...connect });
  return (options, callback) => {
    try {
      plain(options, (...[error, socket]) => {
        if (error) return callback(neverSent(error), null);
        // HTTP/1.1 has no ping.
        if ('alpnProtocol' in socket && socket.alpnProtocol === 'h2') {
          onWatched();
          watchOver(socket, interval);
        }
        callback(null, socket);
      });
    } catch (error) {
      // Of certificates and keys that cannot be used.
      callback(neverSent(error as Error), null);
    }
  };
}

// Each ping is answered, so bytesRead grows. Ticks are counted, not time: after sleep, the process reads first.
function watchOver(socket: Socket, interval: number): void {
  let heard = socket.bytesRead;
  let unanswered = 0;
  const timer = setInterval(() => {
    unanswered = socket.bytesRead === heard ? unanswered + 1 : 0;
    heard = socket.bytesRead;
    if (unanswered >= MAX_UNANSWERED)
      socket.destroy(new errors.SocketError(`no sign of life for ${(unanswered * interval) / 1000} s`));
  }, interval).unref();
  socket.once('close', () => clearInterval(timer));
}
