import { pathOf } from '../apimachinery/api-resource.ts';
import { ConnectionLostError, UserError } from '../apimachinery/errors.ts';
import { TEXT_TYPE } from '../apimachinery/media-types.ts';
import { TimeLimit } from '../apimachinery/time-limit.ts';
import { kinds } from '../apimachinery/well-known-kinds.ts';
import type { ApiClient } from '../client/client.ts';
import { readRedacted } from '../text/reading.ts';
import { throughKubelet } from './kubelet.ts';

/** One line of a log. */
export interface LogLine {
  /** As the kubelet wrote it; undefined for messages of the kubelet itself in place of a log. */
  time: string | undefined;
  text: string;
}

export interface LogRequest {
  namespace: string | undefined;
  pod: string;
  container: string;
  /** How many of the newest lines. */
  lines: number;
  sinceSeconds?: number | undefined;
  previous?: boolean;
  signal: AbortSignal;
}

/** The maximum read of one log, in bytes; older text is dropped. */
const MAX_BYTES = 8 << 20;
const READ_TIMEOUT_MS = 20_000;

/** The newest lines of a container's log, oldest first, credentials redacted. Errors are those of `ApiClient.send`. */
export async function readLog(client: ApiClient, request: LogRequest): Promise<LogLine[]> {
  const { namespace, pod, container, lines, sinceSeconds, previous, signal } = request;
  using late = new TimeLimit(READ_TIMEOUT_MS);
  const read = async () => {
    const body = await client.stream({
      path: pathOf(kinds.pods, namespace, pod, 'log'),
      query: { container, tailLines: lines, sinceSeconds, previous: previous || undefined, timestamps: true },
      accept: TEXT_TYPE,
      signal: AbortSignal.any([signal, late.signal]),
    });
    return newest(body);
  };
  try {
    const text = await throughKubelet(client, request, read).catch((error: unknown) => {
      if (error instanceof ConnectionLostError) return read();
      throw error;
    });
    return await parse(text);
  } catch (error) {
    if (!late.isOver || signal.aborted) throw error;
    throw new UserError(
      `The log of ${pod} did not arrive within ${READ_TIMEOUT_MS / 1000} s. Ask for fewer lines, or a shorter time with since.`,
    );
  }
}

async function newest(body: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  let dropped = false;
  for await (const piece of body) {
    pieces.push(piece);
    size += piece.length;
    while (size - (pieces[0]?.length ?? 0) > MAX_BYTES) {
      size -= pieces.shift()?.length ?? 0;
      dropped = true;
    }
  }
  const text = Buffer.concat(pieces).toString('utf8');
  // The rest of a line whose start was dropped is discarded.
  return dropped ? text.slice(text.indexOf('\n') + 1) : text;
}

async function parse(text: string): Promise<LogLine[]> {
  if (text === '') return [];
  const lines = text.replace(/\n$/, '').split('\n');
  const times = lines.map((line) => /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)(?= |$)/.exec(line)?.[0]);
  // All lines together, because a private key spans several.
  const texts = await readRedacted(
    lines.map((line, index) => line.slice(times[index] ? `${times[index]} `.length : 0)).join('\n'),
  );
  return texts.split('\n').map((line, index) => ({ time: times[index], text: line.replace(/\r$/, '') }));
}
