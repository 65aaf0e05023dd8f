import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { checkServerIdentity, connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { messageOf, UserError } from '../apimachinery/errors.ts';
import { TimeLimit } from '../apimachinery/time-limit.ts';
import type { ApiClient } from '../client/client.ts';
import { connectToPod, type PodPort } from './port-forward.ts';

/** An HTTP request to a port of a pod. */
export interface PodRequest extends PodPort {
  method: string;
  /** With its query. */
  path: string;
  headers: readonly (readonly [string, string])[];
  body: string | undefined;
  /** What the request names as its host. */
  host: string;
  /** The names of which the certificate must have one; undefined: without TLS. */
  tlsNames: readonly string[] | undefined;
  /** Milliseconds, for all of it. */
  timeout: number;
  signal: AbortSignal;
}

/** The answer, however it is. */
export interface PodAnswer {
  status: number;
  statusText: string;
  headers: [string, string][];
  /** At most `MAX_BODY`. */
  body: Buffer;
  /** Why the body is not whole. */
  cut: 'time' | 'size' | 'connection' | undefined;
  certificate: ServerCertificate | undefined;
  /** Milliseconds from the start. */
  took: { connected: number; answered: number; whole: number };
}

/** What a server showed of itself. */
export interface ServerCertificate {
  protocol: string;
  names: string;
  issuer: string;
  until: string;
  /** Why it is none for the host; undefined: it names it. */
  mismatch: string | undefined;
  /** Why its authority is not trusted on this machine; undefined: it is. */
  distrust: string | undefined;
}

/** Of a body, in bytes. */
export const MAX_BODY = 1 << 20;
const MAX_HEADER_BYTES = 64 << 10;
/** By how much the limit of the connection comes after that of the whole, in milliseconds. */
const MARGIN_MS = 1_000;

/**
 * Sends one request through a forwarded port and reads the answer. Redirects are not followed.
 * @throws UserError where there is no answer, and what `ApiClient.webSocket` throws.
 */
export async function requestPod(client: ApiClient, wanted: PodRequest): Promise<PodAnswer> {
  // Signing in may take longer than any limit.
  await client.login(wanted.signal);
  using late = new TimeLimit(wanted.timeout);
  const stop = AbortSignal.any([wanted.signal, late.signal]);
  const problems: string[] = [];
  const began = performance.now();
  const elapsed = () => performance.now() - began;
  let stream: Duplex | undefined;
  const stopped = Promise.withResolvers<never>();
  stopped.promise.catch(() => undefined);
  const end = () => {
    stream?.destroy();
    stopped.reject(stop.reason);
  };
  stop.addEventListener('abort', end, { once: true });
  try {
    // The signal comes first: that this call's time is up says nothing of the cluster.
    const place = { ...wanted, signal: stop, timeout: wanted.timeout + MARGIN_MS };
    stream = await connectToPod(client, place, (problem) => problems.push(problem));
    stop.throwIfAborted();
    const connected = elapsed();
    const socket = wanted.tlsNames ? await Promise.race([secured(stream, wanted.host), stopped.promise]) : stream;
    const certificate = wanted.tlsNames && certificateOf(socket as TLSSocket, wanted.tlsNames);
    const response = await Promise.race([answerTo(sent(socket, wanted)), stopped.promise]);
    const answered = elapsed();
    const { body, cut } = await bodyOf(response, late.signal);
    wanted.signal.throwIfAborted();
    return {
      status: response.statusCode ?? 0,
      statusText: response.statusMessage ?? '',
      headers: pairsOf(response.rawHeaders),
      ...{ body, cut, certificate },
      took: { connected, answered, whole: elapsed() },
    };
  } catch (error) {
    wanted.signal.throwIfAborted();
    const where = `Port ${wanted.port} of pod "${wanted.pod}"`;
    const failed = stream ? 'did not answer' : 'could not be connected to';
    if (late.isOver) throw new UserError(`${where} ${failed} within ${wanted.timeout / 1_000} s.`);
    if (!stream) throw error;
    // The kubelet tells the reason on another channel.
    await new Promise((resolve) => setImmediate(resolve));
    const reason = problems.join('; ');
    if (/refused/i.test(reason)) throw new UserError(`Nothing listens on port ${wanted.port} of pod "${wanted.pod}".`);
    throw new UserError(`${where} gave no answer: ${reason || messageOf(error)}.`);
  } finally {
    stop.removeEventListener('abort', end);
    stream?.destroy();
  }
}

function sent(socket: Duplex, { method, path, headers, body, host }: PodRequest): ClientRequest {
  const own = [
    ['Host', host],
    ['Connection', 'close'],
    ...(body === undefined ? [] : [['Content-Length', String(Buffer.byteLength(body))]]),
  ];
  const message = request({
    // Only without an agent is it used; an agent would connect to this machine.
    createConnection: () => socket,
    method,
    path,
    headers: [...headers, ...own].flat(),
    maxHeaderSize: MAX_HEADER_BYTES,
  });
  message.end(body);
  return message;
}

function answerTo(message: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    message.on('response', resolve);
    message.on('error', reject);
    message.on('upgrade', () => reject(new Error('it switched to another protocol')));
    message.on('close', () => reject(new Error('it closed the connection')));
  });
}

async function bodyOf(response: IncomingMessage, late: AbortSignal): Promise<Pick<PodAnswer, 'body' | 'cut'>> {
  const pieces: Buffer[] = [];
  let size = 0;
  let cut: PodAnswer['cut'];
  try {
    for await (const piece of response as AsyncIterable<Buffer>) {
      const kept = piece.subarray(0, MAX_BODY - size);
      pieces.push(kept);
      size += kept.length;
      if (kept.length === piece.length) continue;
      cut = 'size';
      break;
    }
  } catch {
    cut = late.aborted ? 'time' : 'connection';
  }
  return { body: Buffer.concat(pieces), cut };
}

// Who answers is known by the connection to its pod: the certificate is looked at, and told, not relied on.
function secured(stream: Duplex, host: string): Promise<TLSSocket> {
  const name = host.replace(/:\d+$/, '');
  return new Promise((resolve, reject) => {
    const socket = connect({
      socket: stream,
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
      ...(/^[\d.]+$|^\[/.test(name) ? {} : { servername: name }),
    });
    socket.once('secureConnect', () => resolve(socket));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('it closed the connection while TLS was negotiated')));
  });
}

function certificateOf(socket: TLSSocket, names: readonly string[]): ServerCertificate {
  const peer: PeerCertificate = socket.getPeerCertificate();
  const mismatches = names.map((name) => checkServerIdentity(name, peer));
  return {
    protocol: socket.getProtocol() ?? 'TLS',
    names: peer.subjectaltname ?? String(peer.subject?.CN ?? ''),
    issuer: String(peer.issuer?.CN ?? peer.issuer?.O ?? ''),
    until: peer.valid_to,
    mismatch: mismatches.includes(undefined) ? undefined : `it names none of ${names.join(', ')}`,
    distrust: socket.authorized ? undefined : messageOf(socket.authorizationError),
  };
}

function pairsOf(raw: readonly string[]): [string, string][] {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? ''] as [string, string]] : []));
}
