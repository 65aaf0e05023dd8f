import * as z from 'zod';
import { type ApiResource, apiVersionOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { nearest } from '../../../kubernetes/apimachinery/nearest.ts';
import { isNamed, preferredOfEachGroup } from '../../../kubernetes/client/kind-resolution.ts';
import { cellText, renderRows } from '../../../kubernetes/text/table.ts';
import { bounded } from '../../core/response.ts';
import { defineTool } from '../../core/tool.ts';

const USUAL_VERBS = 'create,delete,deletecollection,get,list,patch,update,watch';

export const getApiResources = defineTool({
  name: 'get_api_resources',
  title: 'List API Resources',
  description:
    'List the kinds that the cluster serves, custom resources included. Use query to search instead of reading them all.',
  access: 'read',
  input: {
    includeNamespaceScoped: z.boolean().default(true),
    includeClusterScoped: z.boolean().default(true),
    group: z.string().optional().describe('API group, e.g. apps; "" is the core group'),
    query: z.string().optional().describe('Part of a name, kind, short name or group'),
  },
  async run({ includeNamespaceScoped, includeClusterScoped, group, query }, { connection }) {
    const { resources, missing } = await connection.discovery.kinds(true);
    const preferred = preferredOfEachGroup(resources);
    const wanted = query?.trim().toLowerCase() ?? '';
    // Another version than the preferred one is found where it is asked for.
    const found = preferredOfEachGroup(
      resources.filter(
        (resource) =>
          (resource.namespaced ? includeNamespaceScoped : includeClusterScoped) &&
          (group === undefined || resource.group === group) &&
          isFound(resource, wanted),
      ),
    );
    const notes =
      missing.length > 0 ? [`Not available now, the cluster could not list them: ${missing.join(', ')}`] : [];
    if (found.length === 0) {
      const groups = [...new Set(preferred.map((resource) => resource.group))];
      if (group !== undefined && !groups.includes(group)) {
        notes.push(`There is no group "${group}". Groups: ${groups.map((one) => one || '""').join(', ')}.`);
      } else if (query) {
        const close = nearest(
          query,
          preferred.flatMap((resource) => [resource.name, ...resource.shortNames]),
        );
        if (close.length > 0) notes.push(`Nearest: ${close.join(', ')}.`);
      }
      return { text: ['No kind matches.', ...notes].join('\n') };
    }
    const rows = found.map((resource) => [
      resource.name,
      cellText(resource.shortNames.join(',')),
      apiVersionOf(resource),
      String(resource.namespaced),
      resource.kind,
      verbs(resource),
    ]);
    const lines = renderRows([['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND', 'VERBS'], ...rows]);
    if (rows.some((row) => row.at(-1) === 'all')) notes.unshift(`all = ${USUAL_VERBS}`);
    return { text: bounded([...lines, ...notes].join('\n'), 'Narrow it with query or group.') };
  },
});

function isFound(resource: ApiResource, wanted: string): boolean {
  const { name, kind, shortNames, group } = resource;
  const text = [name, kind, ...shortNames, group].join(' ').toLowerCase();
  return text.includes(wanted) || isNamed(resource, wanted) || apiVersionOf(resource) === wanted;
}

function verbs(resource: ApiResource): string {
  const text = [...resource.verbs].sort().join(',');
  return text === USUAL_VERBS ? 'all' : text;
}
