import { type ApiResource, pathOf } from '../apimachinery/api-resource.ts';
import { ApiError, isApiError, UserError } from '../apimachinery/errors.ts';
import { TEXT_TYPE } from '../apimachinery/media-types.ts';
import { TimeLimit } from '../apimachinery/time-limit.ts';
import type { ApiClient } from '../client/client.ts';
import { isLogOfPod, isNodeLog } from '../client/kubelet-reads.ts';
import { readRedacted } from '../text/reading.ts';
import type { LogLine } from './log-line.ts';
import type { LogEnd } from './logs.ts';
import { MAX_LOG_BYTES, type NewestText, newestText } from './newest-text.ts';

/** What to read of a node's logs. */
export interface NodeLogRequest {
  node: string;
  /** A service such as `kubelet`, a file below /var/log, or a folder of it. */
  log: string;
  /** How many of the newest lines. */
  lines: number;
  sinceSeconds?: number | undefined;
  signal: AbortSignal;
}

/** A log, or the names in a folder. */
export type NodeLog = (LogEnd & { from: 'service' | 'file' }) | { names: string[] };

const READ_TIMEOUT_MS = 30_000;

/**
 * Reads a log through the kubelet: a service's by its node log query, where that is switched on, else a file.
 * @throws UserError for what is no log, and for the logs of pods, which have their own way and namespace.
 */
export async function readNodeLog(client: ApiClient, resource: ApiResource, request: NodeLogRequest): Promise<NodeLog> {
  using late = new TimeLimit(READ_TIMEOUT_MS);
  return await readLogOf(client, resource, { ...request, signal: AbortSignal.any([request.signal, late.signal]) });
}

async function readLogOf(client: ApiClient, resource: ApiResource, request: NodeLogRequest): Promise<NodeLog> {
  const { node, log, lines, sinceSeconds, signal } = request;
  assertLog(log);
  const isService = log !== '' && !/[/.]/.test(log);
  const base = `${pathOf(resource, undefined, node)}/proxy/logs/`;
  const options = { accept: TEXT_TYPE, signal };
  if (isService) {
    const since = sinceSeconds === undefined ? undefined : new Date(Date.now() - sinceSeconds * 1_000).toISOString();
    // One line more than wanted tells whether there are older ones.
    const query = { query: log, tailLines: lines + 1, sinceTime: since };
    const read = await client
      .stream({ ...options, path: base, query })
      .then(newestText)
      .catch((error: unknown) => {
        refuseUnreachable(error, node);
        if (!isApiError(error, 404)) throw error;
        throw new UserError(`The kubelet of node "${node}" shows no logs: its system log handler is switched off.`);
      });
    // Without the feature the query is ignored, and the folder is shown.
    if (!isListing(read.text)) return { ...(await endOf(read, lines)), from: 'service' };
    const names = namesIn(read.text);
    const file = [`${log}.log`, log].find((name) => names.includes(name));
    if (file === undefined) return { names };
    return readLogOf(client, resource, { ...request, log: file.includes('.') ? file : `${file}/` });
  }
  // One byte more than is kept tells whether there is older text.
  const headers = { Range: `bytes=-${MAX_LOG_BYTES + 1}` };
  const read = await client
    .stream({ ...options, path: `${base}${log}`, headers })
    .then(newestText)
    .catch((error: unknown) => {
      refuseUnreachable(error, node);
      if (!isApiError(error, 404)) throw error;
      throw new UserError(`Node "${node}" has no log "${log}". log="/" shows what there is.`);
    });
  if (isListing(read.text)) return { names: namesIn(read.text) };
  return { ...(await endOf(read, lines)), from: 'file' };
}

// The API server does not go to addresses of its own machine, which nodes without a kubelet have.
function refuseUnreachable(error: unknown, node: string): void {
  if (error instanceof ApiError && /address not allowed/.test(error.message))
    throw new UserError(
      `The API server cannot reach a kubelet of node "${node}": the node's address is one of the API server's own machine, as simulated nodes have. Other nodes may have logs.`,
    );
}

function assertLog(log: string): void {
  if (!isNodeLog(log))
    throw new UserError(
      `"${log.slice(0, 200)}" is no log: a service such as kubelet, or a file below /var/log such as syslog or apt/history.log.`,
    );
  if (isLogOfPod(log)) throw new UserError('The logs of pods are not read through their node: each has its own.');
}

async function endOf({ text, isCut }: NewestText, count: number): Promise<LogEnd> {
  const clean = (await readRedacted(text)).trimEnd();
  const all: LogLine[] = clean === '' ? [] : clean.split('\n').map((line) => ({ time: undefined, text: line }));
  return { lines: all.slice(-count), more: isCut || all.length > count };
}

// As Go's file server shows a folder.
function isListing(text: string): boolean {
  return /^(?:<!doctype html>\s*<meta[^>]*>\s*)*<pre>\n/.test(text.slice(0, 500));
}

function namesIn(listing: string): string[] {
  return [...listing.matchAll(/<a href="[^"]*">([^<]*)<\/a>/g)]
    .map(([, name = '']) => name)
    .filter((name) => !/^(?:pods|containers)\/$/.test(name));
}
