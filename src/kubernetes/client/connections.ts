import type { Socket } from 'node:net';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { Agent, buildConnector, type Dispatcher, errors, Pool, ProxyAgent } from 'undici';
import { neverSent } from './connection-failures.ts';
import { throughSocks } from './socks.ts';

/** In milliseconds; leaves time to resend a read that was lost. */
const PING_INTERVAL_MS = 5_000;
/** After this many unanswered pings in a row, the other side counts as dead. */
const MAX_UNANSWERED = 4;

type Given = Parameters<KubeConfig['createDispatcherOptions']>;
type Options = ReturnType<KubeConfig['createDispatcherOptions']>;
type Connector = ReturnType<typeof buildConnector>;
/** What undici passes to a factory of pools. */
type PoolOptions = Pool.Options & { connect?: Connector | buildConnector.BuildOptions };

const watchedOver = new WeakSet<Dispatcher>();

/** Makes a kubeconfig use `connectionsTo`. */
export function watchOverConnections(config: KubeConfig): void {
  const own = config as unknown as { createDispatcher(...given: Given): Dispatcher };
  own.createDispatcher = (...given) => connectionsTo(config.createDispatcherOptions(...given));
}

/**
 * Connections to an API server, checked with HTTP/2 pings: if the peer vanishes silently, the requests waiting on it
 * fail. What waits for a connection that cannot be made fails as never sent.
 * @param pingInterval in milliseconds.
 */
export function connectionsTo(options: Options, pingInterval = PING_INTERVAL_MS): Dispatcher {
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

function connectOf(options: Exclude<Options, { type: 'proxy' }>): Pick<PoolOptions, 'connect'> {
  if (options.type === 'none') return {};
  return { connect: options.type === 'socks' ? throughSocks(options.uri, options.requestTls) : options.connect };
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
