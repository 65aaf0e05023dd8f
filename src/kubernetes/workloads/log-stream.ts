import { setTimeout as delay } from 'node:timers/promises';
import { pathOf } from '../apimachinery/api-resource.ts';
import { ConnectionLostError } from '../apimachinery/errors.ts';
import { TEXT_TYPE } from '../apimachinery/media-types.ts';
import { kinds } from '../apimachinery/well-known-kinds.ts';
import type { ApiClient } from '../client/client.ts';
import { throughKubelet } from './kubelet.ts';
import { type LogLine, parsedLine } from './log-line.ts';
import { LogProgress } from './log-progress.ts';
import type { LogRequest } from './logs.ts';

/** A container's log and where to begin in it. */
export interface LogStreamRequest extends Pick<LogRequest, 'namespace' | 'pod' | 'container' | 'previous' | 'signal'> {
  /** How many of the newest existing lines to read. */
  lines: number;
  /** Of these only those written in the last seconds. */
  sinceSeconds?: number | undefined;
  /** What has been read and is to be skipped; kept up to date. */
  progress?: LogProgress;
}

/** Longer lines are cut, in characters: a program may write without ever ending a line. */
const MAX_LINE_LENGTH = 16_384;
/** Milliseconds between attempts to resume. */
const RETRY_INTERVAL_MS = 1_000;

/**
 * The lines of a container's log, existing and new, until the container ends or the signal aborts. Reconnects without
 * repeating lines. Lines are not redacted: this is for users. Errors are those of `ApiClient.stream`.
 */
export async function* followLog(
  client: Pick<ApiClient, 'stream'> & Partial<Pick<ApiClient, 'json'>>,
  { namespace, pod, container, previous, lines, sinceSeconds, progress = new LogProgress(), signal }: LogStreamRequest,
): AsyncGenerator<LogLine, void> {
  for (;;) {
    const start = progress.since === undefined ? { tailLines: lines, sinceSeconds } : { sinceTime: progress.since };
    const query = { container, timestamps: true, ...start, ...(previous ? { previous: true } : { follow: true }) };
    const request = { path: pathOf(kinds.pods, namespace, pod, 'log'), query, accept: TEXT_TYPE, signal };
    const body = await throughKubelet(client, { namespace, pod, signal }, () => client.stream(request));
    const began = performance.now();
    progress.resume();
    try {
      for await (const text of linesOf(body)) {
        const line = parsedLine(text);
        if (line.time === undefined || progress.isNew(line.time)) yield line;
      }
      return;
    } catch (error) {
      if (!(error instanceof ConnectionLostError)) throw error;
    }
    // Avoids a busy loop with a server that hangs up at once.
    await delay(Math.max(0, RETRY_INTERVAL_MS - (performance.now() - began)), undefined, { signal });
  }
}

/** The lines of a byte stream, without line ends, including an unterminated last line. */
export async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  let isCut = false;
  for await (const piece of body) {
    const parts = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      if (!isCut) yield shortened(part.replace(/\r$/, ''));
      isCut = false;
    }
    if (rest.length > MAX_LINE_LENGTH) {
      if (!isCut) yield shortened(rest);
      isCut = true;
      rest = '';
    }
  }
  if (rest !== '' && !isCut) yield shortened(rest);
}

function shortened(line: string): string {
  return line.length > MAX_LINE_LENGTH ? `${line.slice(0, MAX_LINE_LENGTH)}…` : line;
}
