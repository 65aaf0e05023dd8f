/**
 * The program of the image that seeds and tests run. Its environment says what it does:
 *   NAME             who answers; the pod's name by default
 *   START_AFTER      how long it takes to listen, in milliseconds
 *   READY, LIVE      the status of /readyz and /livez, 200 by default; READY_AFTER: 503 for this many milliseconds
 *   LOG, LOG_EVERY   a line to log, with {n} for its number, and how often, in milliseconds
 *   LEAK             memory allocated every 100 ms, in MiB
 *   EXIT, EXIT_AFTER the exit code, and when it exits, in milliseconds; EXIT_MESSAGE is its last line
 * Requests: /exit?code=3 · /slow?ms=500 · /burn?ms=500 · /bytes?n=1000 · anything else echoes the request.
 * Port 7000 echoes what it was sent, after the client has closed its side.
 */
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

const { NAME = hostname(), LOG = '{n}', EXIT_MESSAGE, PORT = '8080', ...env } = process.env;
const number = (name, fallback = 0) => Number(env[name] ?? fallback);
const began = Date.now();

if (env.LOG_EVERY) {
  let n = 0;
  setInterval(() => console.log(LOG.replaceAll('{n}', String(++n))), number('LOG_EVERY'));
}
if (env.LEAK) {
  const leaked = [];
  setInterval(() => leaked.push(Buffer.alloc(number('LEAK') * 2 ** 20, 1)), 100);
}
if (env.EXIT) setTimeout(() => end(number('EXIT')), number('EXIT_AFTER'));
// As PID 1 of a container, it ends only on its own terms.
process.on('SIGTERM', () => end(0));
await delay(number('START_AFTER'));

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://service');
  const value = (name, fallback) => Number(searchParams.get(name) ?? fallback);
  const say = (status, text) => response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
  if (pathname === '/livez') return say(number('LIVE', 200), 'live\n');
  if (pathname === '/readyz')
    return say(Date.now() - began < number('READY_AFTER') ? 503 : number('READY', 200), 'ready\n');
  console.log(`${request.method} ${request.url}`);
  if (pathname === '/exit') return end(value('code', 1));
  if (pathname === '/slow') await delay(value('ms', 500));
  if (pathname === '/burn') for (const until = Date.now() + value('ms', 500); Date.now() < until; ) Math.random();
  if (pathname === '/bytes') return say(200, 'x'.repeat(value('n', 1000)));
  say(200, `${NAME}: ${request.method} ${request.url}\n`);
});
server.listen(Number(PORT), () => console.log(`${NAME} listens on port ${PORT}`));

createTcpServer({ allowHalfOpen: true }, (socket) => {
  const received = [];
  socket.on('data', (chunk) => received.push(chunk));
  socket.on('end', () => socket.end(Buffer.concat(received)));
  socket.on('error', () => {});
}).listen(7000);

function end(code) {
  if (EXIT_MESSAGE) console.error(EXIT_MESSAGE);
  process.exit(code);
}
