/**
 * One end of the passage between this machine's network and the node's, which share only sockets in a folder.
 *   passage.ts outside <folder> <port of the API server> <port of a proxy>
 *   passage.ts inside <folder> <address>:<port>
 * The API server (by egress.sock), metrics-server and tests (by the proxy's port) reach the node's network with CONNECT;
 * the node and its pods reach the API server at the address.
 */
import { connect, createServer, type ListenOptions, type Socket } from 'node:net';
import { join } from 'node:path';

const [side, folder = '', ...rest] = process.argv.slice(2);
const named = (name: string) => ({ path: join(folder, `${name}.sock`), allowHalfOpen: true });
const LOOPBACK = /^(localhost|127\..*|::1)$/;
const HEAD_END = Buffer.from('\r\n\r\n');

type Address = { host: string; port: number };
/** Connects to an address, and says whether a proxy there still needs to be told the address. */
type Way = (address: Address) => { far: Socket; proxied: boolean };

const direct: Way = (address) => ({ far: connect({ ...address, allowHalfOpen: true }), proxied: false });

if (side === 'outside') {
  const [apiServer = 0, proxy] = rest.map(Number);
  // What is on this machine's loopback interface (simulated kubelets, say) is not sought in the node's network.
  const way: Way = (address) =>
    LOOPBACK.test(address.host) ? direct(address) : { far: connect(named('node')), proxied: true };
  serveProxy(named('egress'), way);
  serveProxy({ host: '127.0.0.1', port: proxy }, way);
  serve(named('api-server'), (near) => couple(near, direct({ host: '127.0.0.1', port: apiServer }).far));
} else {
  const [host, port] = (rest[0] ?? '').split(':');
  serveProxy(named('node'), direct);
  serve({ host, port: Number(port) }, (near) => couple(near, connect(named('api-server'))));
}

function serveProxy(at: ListenOptions, way: Way): void {
  serve(at, (near) => {
    let read = Buffer.alloc(0);
    near.on('data', function hear(chunk: Buffer) {
      read = Buffer.concat([read, chunk]);
      const end = read.indexOf(HEAD_END);
      if (end < 0) return;
      near.off('data', hear).pause();
      const head = read.subarray(0, end + HEAD_END.length);
      near.unshift(read.subarray(head.length));
      const [, host = '', port] = /^CONNECT \[?([^\s\]]+)\]?:(\d+) /.exec(head.toString()) ?? [];
      const { far, proxied } = way({ host, port: Number(port) });
      const refuse = ({ message }: Error) => near.end(`HTTP/1.1 502 Bad Gateway\r\n\r\n${message}\n`);
      far.once('error', refuse).once('connect', () => {
        far.off('error', refuse);
        if (proxied) far.write(head);
        else near.write('HTTP/1.1 200 OK\r\n\r\n');
        couple(near, far);
      });
    });
  });
}

function serve(at: ListenOptions, meet: (near: Socket) => void): void {
  createServer({ allowHalfOpen: true }, (near) => {
    near.on('error', () => near.destroy());
    meet(near);
  }).listen(at);
}

/** Relays everything, including half-closed connections. */
function couple(near: Socket, far: Socket): void {
  for (const [from, to] of [
    [near, far],
    [far, near],
  ] as const) {
    from.pipe(to);
    from.on('error', () => to.destroy()).on('close', () => from.readableEnded || to.destroy());
  }
}
