/**
 * The kubelet for the API server: a TLS front for KWOK that requires the cluster's client certificates (KWOK asks for
 * none, and its exec runs commands) and fills two gaps:
 *  - KWOK reports a command's non-zero exit as an internal error, without the exit code that a client reads;
 *  - without a log, KWOK reports missing files, where a kubelet says that the container is waiting.
 * It is also the program behind every pod port.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { ExitCodes } from './exit-codes.ts';

const [port, kwokPort, podPort, certificate = '', key = '', ca = ''] = process.argv.slice(2);
const kwok = { host: '127.0.0.1', port: Number(kwokPort) };

const server = createTlsServer({
  cert: readFileSync(certificate),
  key: readFileSync(key),
  ca: readFileSync(ca),
  requestCert: true,
  rejectUnauthorized: true,
});

server.on('request', (incoming, outgoing) => {
  const forwarded = request({ ...kwok, method: incoming.method, path: incoming.url, headers: incoming.headers });
  forwarded.on('response', (response) => {
    if (response.statusCode === 400 && incoming.url?.startsWith('/containerLogs/')) {
      response.resume();
      outgoing.writeHead(400, { 'content-type': 'text/plain' });
      outgoing.end(noLog(new URL(incoming.url, 'https://kubelet')));
      return;
    }
    outgoing.writeHead(response.statusCode ?? 502, response.headers);
    outgoing.flushHeaders();
    response.pipe(outgoing);
  });
  forwarded.on('error', () => outgoing.destroy());
  outgoing.on('close', () => forwarded.destroy());
  incoming.pipe(forwarded);
});

// exec, attach and port-forward: after the upgrade both sides are plain bytes.
server.on('upgrade', (incoming: IncomingMessage, client: Duplex, head: Buffer) => {
  const upstream = connect(kwok.port, kwok.host);
  const lines = [`${incoming.method} ${incoming.url} HTTP/1.1`];
  for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2) {
    lines.push(`${incoming.rawHeaders[i]}: ${incoming.rawHeaders[i + 1]}`);
  }
  upstream.write(`${lines.join('\r\n')}\r\n\r\n`);
  upstream.write(head);
  client.pipe(upstream);
  upstream.pipe(new ExitCodes()).pipe(client);
  upstream.on('error', () => client.destroy());
  client.on('error', () => upstream.destroy());
  client.on('close', () => upstream.destroy());
});

server.listen(Number(port), '127.0.0.1');

function noLog({ pathname, searchParams }: URL): string {
  const [, , , pod, container] = pathname.split('/');
  return searchParams.get('previous') === 'true'
    ? `previous terminated container "${container}" in pod "${pod}" not found`
    : `container "${container}" in pod "${pod}" is waiting to start: trying and failing to pull image`;
}

createServer((incoming, outgoing) => {
  outgoing.setHeader('content-type', 'text/plain');
  outgoing.end(`hello from a simulated pod: ${incoming.method} ${incoming.url}\n`);
}).listen(Number(podPort), '127.0.0.1');
