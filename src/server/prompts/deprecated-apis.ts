import type { ApiClient } from '../../kubernetes/client/client.ts';
import { linesOf } from '../../kubernetes/workloads/log-stream.ts';

/** A cluster has dozens. */
const MAX_APIS = 1_000;
const METRIC = 'apiserver_requested_deprecated_apis';

/** An API requested since the API server started that is removed in a later version, or already gone. */
export interface DeprecatedApi {
  /** `flowschemas in flowcontrol.apiserver.k8s.io/v1beta3`. */
  what: string;
  /** The minor version that removes it, such as `1.32`; undefined when none is set. */
  removedIn: string | undefined;
}

/** From one API server's metrics: with several, the others' requests are missing. @throws ApiError without access. */
export async function requestedDeprecatedApis(client: ApiClient, signal: AbortSignal): Promise<DeprecatedApi[]> {
  // Metrics are sorted, so most need not be read at all.
  const stream = await client.stream({ path: '/metrics', accept: 'text/plain', signal });
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
