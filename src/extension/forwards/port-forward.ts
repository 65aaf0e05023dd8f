import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** What a local port leads to. */
export interface ForwardedTo {
  /** `Service shop/web`. */
  what: string;
  context: string;
  /** As the object names it. */
  port: number;
  /** Joins one local connection to it. */
  join: (local: Socket) => Promise<void>;
}

/** One local port that leads into a cluster. */
export class PortForward {
  readonly to: ForwardedTo;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #localPort = 0;

  /** Told of every connection that comes or goes, and of what went wrong with one. */
  constructor(to: ForwardedTo, onChange: (problem?: unknown) => void) {
    this.to = to;
    // Paused until it is joined, so that nothing is lost; half open, because some clients say all they have to say at once.
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => {
        this.#sockets.delete(socket);
        onChange();
      });
      socket.on('error', () => undefined);
      to.join(socket).catch((error: unknown) => {
        socket.destroy();
        onChange(error);
      });
      onChange();
    });
  }

  get localPort(): number {
    return this.#localPort;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** Listens on a port of this machine alone; 0 takes a free one. @throws what listening throws: EADDRINUSE, EACCES. */
  async listen(port: number): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    this.#localPort = typeof address === 'object' && address ? address.port : port;
  }

  /** Closes the port and what goes through it. */
  stop(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** The local port to offer first: the same number or, where that is for administrators only, one that looks like it. */
export function likelyLocalPort(port: number): number {
  return port < 1024 ? port + 8000 : port;
}
