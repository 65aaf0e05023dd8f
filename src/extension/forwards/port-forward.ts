import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** The destination of a local port. */
export interface ForwardedTo {
  /** `Service shop/web`. */
  what: string;
  context: string;
  /** As the object names it. */
  port: number;
  /** Connects one local socket to it. */
  join: (local: Socket) => Promise<void>;
}

/** One local port forwarded into a cluster. */
export class PortForward {
  readonly to: ForwardedTo;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #localPort = 0;
  #problem: unknown;

  /** Notified of each connection opened or closed, and of its error. */
  constructor(to: ForwardedTo, onChange: (problem?: unknown) => void) {
    this.to = to;
    // Paused until connected, so that nothing is lost; half open, because some clients finish sending at once.
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => {
        this.#sockets.delete(socket);
        onChange();
      });
      socket.on('error', () => undefined);
      to.join(socket).then(
        () => {
          this.#problem = undefined;
          onChange();
        },
        (error: unknown) => {
          this.#problem = error;
          socket.destroy();
          onChange(error);
        },
      );
      onChange();
    });
  }

  get localPort(): number {
    return this.#localPort;
  }

  /** Why the last connection did not come about, as when its pod is gone. */
  get problem(): unknown {
    return this.#problem;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** Listens on 127.0.0.1 only; 0 takes a free port. @throws what listening throws: EADDRINUSE, EACCES. */
  async listen(port: number): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    this.#localPort = typeof address === 'object' && address ? address.port : port;
  }

  /** Closes the port and its connections. */
  stop(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** The local port to offer first: the same number or, if that is privileged, a similar one. */
export function likelyLocalPort(port: number): number {
  return port < 1024 ? port + 8000 : port;
}
