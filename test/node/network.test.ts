import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { joinToPod } from '../../src/kubernetes/workloads/port-forward.ts';
import { kubectl, scratchNamespace } from '../server/scratch.ts';
import { adminClient } from './client.ts';
import { applyPods, listening, script } from './pods.ts';
import { waitFor } from './waiting.ts';

/** More than the buffers between a client and a container take, in bytes. */
const UPLOAD = 32 << 20;
/** Longer than a connection lives that is silent, in seconds. */
const LATE = 15;

describe('a port of a real pod', () => {
  const namespace = scratchNamespace();
  const client = adminClient();
  const servers: Server[] = [];
  const problems: string[] = [];
  before(async () => {
    // It ends only with its connection, and a probe that connected would be taken for its client.
    const late = script(`sleep 600 | nc -l -p 9000 | (sleep ${LATE}; exec wc -c)`, {
      readinessProbe: { exec: { command: ['sh', '-c', 'netstat -ltn | grep -q :9000'] }, periodSeconds: 1 },
    });
    await applyPods(
      namespace.name,
      { name: 'service', containers: [listening(8080, { env: { NAME: 'service' } })] },
      { name: 'late', containers: [late] },
    );
    await reaches('condition=Ready');
    await kubectl('wait', '-n', namespace.name, '--for=condition=Ready', 'pod/late', '--timeout=60s');
  });
  beforeEach(() => {
    problems.length = 0;
  });
  after(() => {
    for (const server of servers) server.close();
  });

  /** Waits until the pod has come to this. */
  const reaches = (what: string) =>
    kubectl('wait', '-n', namespace.name, `--for=${what}`, 'pod/service', '--timeout=60s');

  /** Forwards a local port to this one of a pod; returns it. */
  async function forward(port: number, pod = 'service'): Promise<number> {
    const api = await client();
    const place = { namespace: namespace.name, pod, port };
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (local) => {
      joinToPod(api, place, local, (message) => problems.push(message)).catch((error: Error) =>
        problems.push(error.message),
      );
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  /** In a connection of its own: the server may close one that is kept, just as it is used again. */
  const get = async (port: number, path: string) => {
    const [answer] = (await once(request({ port, path, agent: false }).end(), 'response')) as [IncomingMessage];
    return text(answer);
  };

  it('answers many connections at once, each with its own answer', async () => {
    const port = await forward(8080);
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => get(port, `/slow?ms=50&n=${n}`)));
    assert.deepEqual(
      answers,
      Array.from({ length: 40 }, (_, n) => `service: GET /slow?ms=50&n=${n}\n`),
    );
  });

  it('passes on what is large', async () => {
    assert.equal((await get(await forward(8080), '/bytes?n=5000000')).length, 5_000_000);
  });

  it('brings the answer to a client that has closed its side', async () => {
    const socket = connect({ port: await forward(8080), host: '127.0.0.1', allowHalfOpen: true });
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    socket.end('GET /slow?ms=300 HTTP/1.0\r\nHost: service\r\n\r\n');
    await once(socket, 'end');
    assert.match(answer, /^HTTP\/1\.1 200 [\s\S]*service: GET \/slow\?ms=300\n$/);
  });

  it('gets all of an upload, although it reads late and its client has closed its side long before', async () => {
    const socket = connect({ port: await forward(9000, 'late'), host: '127.0.0.1', allowHalfOpen: true });
    socket.resume().end(Buffer.alloc(UPLOAD));
    await once(socket, 'close');
    const counted = await waitFor(async () => (await kubectl('logs', '-n', namespace.name, 'late')) || undefined);
    assert.equal(Number(counted), UPLOAD);
    assert.deepEqual(problems, []);
  });

  it('says so where nothing listens, and ends the connection', async () => {
    const socket = connect(await forward(8081), '127.0.0.1');
    await closed(socket);
    assert.match(problems.join(), /8081.*refused|refused.*8081/);
  });

  it('ends when the server dies, and is there again with the next one', async () => {
    const port = await forward(8080);
    await assert.rejects(get(port, '/exit?code=3'));
    // Until the kubelet has seen the end, the pod is still said to be ready.
    await reaches('jsonpath={.status.containerStatuses[0].restartCount}=1');
    await reaches('condition=Ready');
    assert.equal(await get(port, '/back'), 'service: GET /back\n');
  });
});

async function closed(socket: Socket): Promise<void> {
  socket.on('error', () => {});
  socket.resume();
  await once(socket, 'close');
}
