import type { ApiClient } from '../../kubernetes/client/client.ts';
import { linesOf } from '../../kubernetes/workloads/log-stream.ts';

/** A cluster has dozens. */
const MAX_APIS = 1_000;
const METRIC = 'apiserver_requested_deprecated_apis';

/** An API that somebody has requested since the API server started, and that will go or has gone. */
export interface DeprecatedApi {
  /** `flowschemas in flowcontrol.apiserver.k8s.io/v1beta3`. */
  what: string;
  /** The minor version without it, such as `1.32`; undefined when none is set. */
  removedIn: string | undefined;
}

/** What the API server counted; only its own requests, where there are several API servers. @throws ApiError when the user may not read metrics. */
export async function requestedDeprecatedApis(client: ApiClient, signal: AbortSignal): Promise<DeprecatedApi[]> {
  // Compressed, it could not be read piece by piece; metrics are sorted, so that most of them need not be read at all.
  const stream = await client.stream({
    path: '/metrics',
    headers: { 'accept-encoding': 'identity' },
    accept: 'text/plain',
    signal,
  });
  const found: DeprecatedApi[] = [];
  for await (const line of linesOf(stream)) {
    if (line.startsWith(`${METRIC}{`)) found.push(parse(line));
    if (found.length === MAX_APIS || (line.startsWith('# HELP ') && line.slice(7) > `${METRIC}~`)) break;
  }
  return found;
}

function parse(line: string): DeprecatedApi {
  const label = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(line)?.[1] ?? '';
  const group = label('group');
  const resource = [label('resource'), label('subresource')].filter(Boolean).join('/');
  return {
    what: `${resource} in ${group ? `${group}/` : ''}${label('version')}`,
    removedIn: label('removed_release') || undefined,
  };
}
