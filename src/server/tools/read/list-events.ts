import * as z from 'zod';
import { type ApiResource, groupIn, pathOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { ageText, parseDuration } from '../../../kubernetes/apimachinery/duration.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { fieldSelector } from '../../../kubernetes/apimachinery/field-selector.ts';
import { METADATA_LIST_TYPE } from '../../../kubernetes/apimachinery/media-types.ts';
import type { KubernetesList } from '../../../kubernetes/apimachinery/objects.ts';
import { mapUnhurried } from '../../../kubernetes/apimachinery/unhurried.ts';
import { kinds } from '../../../kubernetes/apimachinery/well-known-kinds.ts';
import type { ApiClient } from '../../../kubernetes/client/client.ts';
import { missingNamespaceText, notFoundError } from '../../../kubernetes/client/not-found.ts';
import { listAll } from '../../../kubernetes/client/pages.ts';
import { redactText } from '../../../kubernetes/text/redact-text.ts';
import { shortened } from '../../../kubernetes/text/shortened.ts';
import { cellText, renderRows } from '../../../kubernetes/text/table.ts';
import { type ClusterEvent, type FoldedEvent, foldEvents } from '../../../kubernetes/workloads/events.ts';
import { leadsToPods } from '../../../kubernetes/workloads/workload-kinds.ts';
import { bounded } from '../../core/response.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { acrossNamespaces, placeText } from '../parts/across-namespaces.ts';

// The core API serves the events of both APIs: they are the same objects.
const MAX_READ = 10_000;
const MAX_MESSAGE_LENGTH = 500;

export const listEvents = defineTool({
  name: 'list_events',
  title: 'List Events',
  description:
    'List events, newest first, repeated ones folded, in all namespaces by default. Start with type Warning, or with kind and name.',
  access: 'read',
  input: {
    namespace: parameters.namespace,
    kind: z.string().optional(),
    name: z.string().optional(),
    type: z.enum(['Normal', 'Warning']).optional(),
    since: z.string().optional().describe('e.g. 10m, 2h'),
    limit: z.int().min(1).max(1000).default(50),
  },
  async run({ namespace, kind, name, type, since, limit }, { connection, signal }) {
    const { client, discovery } = connection;
    const resource = kind ? await discovery.resolve(kind) : undefined;
    const oldest = since === undefined ? 0 : Date.now() - parseDuration(since);
    const fields = { 'involvedObject.kind': resource?.kind, 'involvedObject.name': name || undefined, type };
    const query = { fieldSelector: fieldSelector(fields) };
    // Events of cluster-scoped objects live in "default", whatever namespace was asked for.
    const wanted = resource && !resource.namespaced ? undefined : namespace;
    const scoped = await acrossNamespaces(connection, kinds.events, wanted, (place) =>
      listAll(client, { path: pathOf(kinds.events, place), query, signal }, MAX_READ),
    );
    const found = foldEvents(scoped.result.items as ClusterEvent[]).filter(
      ({ last, object }) => last >= oldest && isOf(resource, object.apiVersion),
    );
    const noun = `${type ? `${type} ` : ''}event${found.length === 1 ? '' : 's'}`;
    const about = `${noun}${subject(resource, name)}${placeText(kinds.events, scoped.namespace)}${since ? ` in the last ${since}` : ''}`;
    if (found.length === 0) {
      const missing = scoped.namespace && (await missingNamespaceText(client, scoped.namespace, signal));
      const pods = resource && leadsToPods(resource) ? ' Its pods have events of their own.' : '';
      if (missing) throw new UserError(missing);
      const unknown = resource && name ? await unknownText(client, resource, scoped.namespace, name, signal) : '';
      const text = `No ${about}. The cluster forgets events after about an hour.${unknown || pods}`;
      return { text: [...scoped.notes, text].join('\n') };
    }
    const shown = found.slice(0, limit);
    const notes = [...scoped.notes];
    if (scoped.result.continue)
      notes.push(
        `Only the first ${scoped.result.items.length} events were read; newer ones may exist. Give a namespace or kind.`,
      );
    const summary = `${shown.length}${shown.length < found.length ? ` of ${found.length}` : ''} ${about}`;
    const lines = await table(shown, scoped.namespace === undefined);
    const more =
      shown.length < found.length ? ['Older ones: raise limit, or narrow with type, kind, name or since.'] : [];
    return {
      text: bounded(
        [...notes, summary, ...lines, ...more].join('\n'),
        'Lower limit, or narrow with type, kind or name.',
      ),
    };
  },
});

// Events outlive their object, so this matters only where there are none.
async function unknownText(
  client: ApiClient,
  resource: ApiResource,
  namespace: string | undefined,
  name: string,
  signal: AbortSignal,
): Promise<string> {
  const place = resource.namespaced ? namespace : undefined;
  const query = { fieldSelector: fieldSelector({ 'metadata.name': name }), limit: 1 };
  try {
    const request = { path: pathOf(resource, place), query, accept: METADATA_LIST_TYPE, signal };
    const { items } = await client.json<KubernetesList>(request);
    if (items?.length) return '';
    return ` ${(await notFoundError(client, resource, place, name, signal)).message}`;
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof Error ? '' : Promise.reject(error);
  }
}

async function table(events: readonly FoldedEvent[], namespaces: boolean): Promise<string[]> {
  const now = Date.now();
  const header = [...(namespaces ? ['NAMESPACE'] : []), 'AGE', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'];
  const rows = await mapUnhurried(events, ({ namespace, last, first, count, type, reason, object, message }) => [
    ...(namespaces ? [cellText(namespace)] : []),
    // Some events have no time at all.
    last === 0 ? '-' : ageText(now - last),
    type,
    cellText(reason),
    `${object.kind ?? '-'}/${object.name ?? '-'}`,
    `${messageText(message)}${count > 1 ? ` (x${count} in ${ageText(last - first)})` : ''}`,
  ]);
  return renderRows([header, ...rows]);
}

function messageText(message: string): string {
  const text = cellText(redactText(message.slice(0, 10 * MAX_MESSAGE_LENGTH)).trim());
  return shortened(text, MAX_MESSAGE_LENGTH);
}

// Two groups may serve kinds with the same name, and the field selector knows only the name.
function isOf(resource: ApiResource | undefined, apiVersion: string | undefined): boolean {
  return !resource || !apiVersion || resource.group === groupIn(apiVersion);
}

function subject(resource: ApiResource | undefined, name: string | undefined): string {
  if (!resource && !name) return '';
  return ` of ${[resource?.kind, name].filter(Boolean).join(' ')}`;
}
