import { pathOf } from '../apimachinery/api-resource.ts';
import { TEXT_TYPE } from '../apimachinery/media-types.ts';
import { kinds } from '../apimachinery/well-known-kinds.ts';
import type { ApiClient } from '../client/client.ts';
import type { LogLine, LogRequest } from './logs.ts';

/** A container's log and where to begin in it. */
export interface LogStreamRequest extends Pick<LogRequest, 'namespace' | 'pod' | 'container' | 'previous' | 'signal'> {
  /** How many of the lines that are there already, the newest. */
  lines: number;
  /** Instead of those, only what is newer than this; as the kubelet wrote it. */
  after?: string | undefined;
}

/** What is longer is cut, in characters: a program may write without ever ending a line. */
const LONGEST_LINE = 16_384;

/**
 * The lines of a container's log, and then those that come, until the container ends or the signal aborts. They are as they were
 * written: this is for humans. Errors are those of `ApiClient.stream`.
 */
export async function* followLog(
  client: Pick<ApiClient, 'stream'>,
  { namespace, pod, container, previous, lines, after, signal }: LogStreamRequest,
): AsyncGenerator<LogLine, void> {
  const start = after === undefined ? { tailLines: lines } : { sinceTime: after };
  const body = await client.stream({
    path: pathOf(kinds.pods, namespace, pod, 'log'),
    query: { container, timestamps: true, ...start, ...(previous ? { previous: true } : { follow: true }) },
    accept: TEXT_TYPE,
    signal,
  });
  for await (const text of linesOf(body)) {
    const time = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)(?= |$)/.exec(text)?.[0];
    // The API compares whole seconds.
    if (after !== undefined && time !== undefined && Date.parse(time) <= Date.parse(after) && time <= after) continue;
    yield { time, text: time === undefined ? text : text.slice(time.length + 1) };
  }
}

/** The lines of a stream of bytes, without their ends; a last one without an end is one too. */
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
    if (rest.length > LONGEST_LINE) {
      if (!isCut) yield shortened(rest);
      isCut = true;
      rest = '';
    }
  }
  if (rest !== '' && !isCut) yield shortened(rest);
}

function shortened(line: string): string {
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line;
}
