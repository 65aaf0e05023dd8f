import { pathOf } from '../apimachinery/api-resource.ts';
import { ConnectionLostError, UserError } from '../apimachinery/errors.ts';
import { TEXT_TYPE } from '../apimachinery/media-types.ts';
import { TimeLimit } from '../apimachinery/time-limit.ts';
import { kinds } from '../apimachinery/well-known-kinds.ts';
import type { ApiClient } from '../client/client.ts';
import { readRedacted } from '../text/reading.ts';
import { throughKubelet } from './kubelet.ts';
import { type LogLine, parsedLine } from './log-line.ts';
import { newestText } from './newest-text.ts';

/** The end of a log, oldest line first. */
export interface LogEnd {
  lines: LogLine[];
  /** The log has older lines than these. */
  more: boolean;
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

const READ_TIMEOUT_MS = 20_000;

/** The newest lines of a container's log, credentials redacted. Errors are those of `ApiClient.send`. */
export async function readLog(client: ApiClient, request: LogRequest): Promise<LogEnd> {
  const { namespace, pod, container, lines, sinceSeconds, previous, signal } = request;
  using late = new TimeLimit(READ_TIMEOUT_MS);
  const read = async () => {
    const body = await client.stream({
      path: pathOf(kinds.pods, namespace, pod, 'log'),
      // One line more than wanted tells whether there are older ones.
      query: { container, tailLines: lines + 1, sinceSeconds, previous: previous || undefined, timestamps: true },
      accept: TEXT_TYPE,
      signal: AbortSignal.any([signal, late.signal]),
    });
    return newestText(body);
  };
  try {
    const { text, isCut } = await throughKubelet(client, request, read).catch((error: unknown) => {
      if (error instanceof ConnectionLostError) return read();
      throw error;
    });
    const all = await parse(text);
    return { lines: all.slice(-lines), more: isCut || all.length > lines };
  } catch (error) {
    if (!late.isOver || signal.aborted) throw error;
    throw new UserError(
      `The log of ${pod} did not arrive within ${READ_TIMEOUT_MS / 1000} s. Ask for fewer lines, or a shorter time with since.`,
    );
  }
}

async function parse(text: string): Promise<LogLine[]> {
  if (text === '') return [];
  const lines = text.replace(/\n$/, '').split('\n').map(parsedLine);
  // All lines together, because a private key spans several.
  const texts = await readRedacted(lines.map((line) => line.text).join('\n'));
  return texts.split('\n').map((line, index) => ({ time: lines[index]?.time, text: line.replace(/\r$/, '') }));
}
