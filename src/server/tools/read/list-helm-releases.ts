import * as z from 'zod';
import { age } from '../../../kubernetes/apimachinery/age.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { counted } from '../../../kubernetes/apimachinery/texts.ts';
import { giveWay } from '../../../kubernetes/apimachinery/unhurried.ts';
import { missingNamespaceText } from '../../../kubernetes/client/not-found.ts';
import { latestRevisions, ReleaseStorage, type StoredRevision } from '../../../kubernetes/helm/release-storage.ts';
import { renderRows } from '../../../kubernetes/text/table.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { acrossNamespaces, placeText } from '../parts/across-namespaces.ts';

/** How many releases are read in parallel. */
const AT_ONCE = 20;
/** Per answer, whatever the limit. */
const MAX_CHARACTERS = 9_000;
const HEADER = ['NAMESPACE', 'NAME', 'REVISION', 'STATUS', 'UPDATED', 'CHART', 'APP VERSION'];

export const listHelmReleases = defineTool({
  name: 'list_helm_releases',
  title: 'List Helm Releases',
  description: 'List Helm releases in any state, the newest revision of each, in all namespaces by default.',
  access: 'read',
  switch: 'helmReleaseList',
  also: ['list'],
  toolset: 'helm',
  input: {
    namespace: parameters.namespace,
    name: z.string().optional().describe('A part of the name'),
    status: z.string().optional().describe('e.g. failed, pending-upgrade'),
    limit: z.int().min(1).max(1000).default(100),
    continue: z.string().optional(),
  },
  async run({ namespace, name, status, limit, continue: token }, { connection, signal }) {
    const storage = new ReleaseStorage(connection.client, 'helmReleaseList', signal);
    const scoped = await acrossNamespaces(connection, { namespaced: true }, namespace, async (place) =>
      latestRevisions(await storage.revisions(place)),
    );
    const all = scoped.result;
    const found = all.filter(
      (one) => (!name || one.name.includes(name)) && (!status || one.status === status.toLowerCase()),
    );
    const where = placeText({ namespaced: true }, scoped.namespace);
    if (found.length === 0) {
      const missing = namespace ? await missingNamespaceText(connection.client, namespace, signal) : undefined;
      if (missing) throw new UserError(missing);
      const others = all.length > 0 ? ` ${statusText(all)}` : '';
      return {
        text: [...scoped.notes, `No Helm releases${where}${name || status ? ` match.${others}` : '.'}`].join('\n'),
      };
    }
    const rest = token === undefined ? found : found.filter((one) => placeOf(one) > token);
    const rows: string[] = [];
    let size = 0;
    for (let at = 0; at < Math.min(rest.length, limit) && size <= MAX_CHARACTERS; at += AT_ONCE) {
      const some = rest.slice(at, Math.min(at + AT_ONCE, limit));
      for (const row of renderRows(await Promise.all(some.map((one) => rowOf(one, storage))))) {
        size += row.length + 1;
        if (size <= MAX_CHARACTERS || rows.length === 0) rows.push(row);
      }
      await giveWay();
    }
    const last = rest[rows.length - 1];
    const left = rest.length - rows.length;
    return {
      text: [
        ...scoped.notes,
        `${counted(found.length, 'Helm release')}${where}: ${statusText(found)}`,
        HEADER.join('\t'),
        ...rows,
        ...(left > 0 && last ? [`${left} more: call again with continue="${placeOf(last)}"`] : []),
      ].join('\n'),
    };
  },
});

function placeOf({ namespace, name }: StoredRevision): string {
  return `${namespace}/${name}`;
}

function statusText(all: readonly StoredRevision[]): string {
  return [...Map.groupBy(all, ({ status }) => status)].map(([status, of]) => `${of.length} ${status}`).join(', ');
}

// The labels do not name the chart; a release that cannot be read is still listed.
async function rowOf(one: StoredRevision, storage: ReleaseStorage): Promise<string[]> {
  const { namespace, name, revision, status, modified } = one;
  const head = [namespace, name, String(revision), status, age(modified)];
  try {
    const { chart } = await storage.read(one);
    return [...head, `${chart.name}-${chart.version}`, chart.appVersion || '-'];
  } catch (error) {
    return [...head, `unreadable: ${(error as Error).message.replace(/^.*cannot be read: /, '')}`, '-'];
  }
}
