import * as z from 'zod';
import { ageText, parseDuration } from '../../../kubernetes/apimachinery/duration.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { counted } from '../../../kubernetes/apimachinery/texts.ts';
import type { Change } from '../../../kubernetes/changes/object-changes.ts';
import { missingNamespaceText } from '../../../kubernetes/client/not-found.ts';
import { redactText } from '../../../kubernetes/text/redact-text.ts';
import { shortened } from '../../../kubernetes/text/shortened.ts';
import { cellText, renderRows } from '../../../kubernetes/text/table.ts';
import { bounded } from '../../core/response.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { type ChangesQuery, readChanges, readReleaseChanges } from '../parts/changes-read.ts';
import { listHelmReleases } from './list-helm-releases.ts';

const LONGEST_TEXT = 300;
/** How many of the unread lists are named. */
const MAX_UNREAD = 10;

export const listChanges = defineTool({
  name: 'list_changes',
  title: 'List Changes',
  description: 'What changed of late, by whom and in which fields, newest first: objects, rollouts, Helm releases.',
  access: 'read',
  switch: 'list',
  input: {
    since: z.string().default('1h'),
    namespace: parameters.namespace,
    kind: z.string().optional(),
    name: z.string().optional(),
    by: z.string().optional().describe('Field manager, e.g. kubectl'),
    all: z.boolean().default(false).describe("Controllers', too"),
    limit: z.int().min(1).max(1000).default(50),
  },
  async run({ since, namespace, kind, name, by, all, limit }, { connection, signal, progress, policy }) {
    const resource = kind ? await connection.discovery.resolve(kind) : undefined;
    if (resource && !resource.verbs.includes('list')) throw new UserError(`${resource.name} cannot be listed.`);
    const place = resource && !resource.namespaced ? undefined : namespace || undefined;
    const start = Date.now() - parseDuration(since);
    const query: ChangesQuery = {
      ...{ connection, resource, namespace: place, name, since: start, all, signal, progress },
    };
    const read = await readChanges(query);
    if (!resource && policy.toolRefusal(listHelmReleases) === undefined) await readReleaseChanges(query, read);
    const missing =
      place && read.looked === 0 ? await missingNamespaceText(connection.client, place, signal) : undefined;
    if (missing) throw new UserError(missing);

    const wanted = by?.toLowerCase();
    const mine = read.changes.filter((change) => !wanted || change.by?.toLowerCase().includes(wanted));
    // A manager asked for by name is not noise.
    const told = mine.filter(({ isNoise }) => all || wanted || !isNoise).sort((a, b) => b.time - a.time);
    const shown = told.slice(0, limit);
    const what = resource ? ` of ${resource.kind}${name ? ` ${name}` : ''}` : name ? ` of ${name}` : '';
    const summary = `${shown.length < told.length ? `${shown.length} of ` : ''}${told.length === 0 ? 'No changes' : counted(told.length, 'change')}${what}${place ? ` in namespace ${place}` : ''} in the last ${since}${by ? ` by ${by}` : ''}`;
    const lines = [
      ...read.notes,
      summary,
      ...(shown.length > 0 ? table(shown, place === undefined) : []),
      ...foldedText(mine.filter((change) => !told.includes(change))),
      ...(told.length === 0 && by ? managersText(read.changes) : []),
      ...(told.length === 0 ? ['What was deleted leaves only events, for about an hour.'] : []),
      ...unreadText(read.unread.map(({ what }) => what)),
    ];
    return { text: bounded(lines.join('\n'), 'Lower limit, or narrow with namespace, kind, name or by.') };
  },
});

function table(changes: readonly Change[], namespaces: boolean): string[] {
  const now = Date.now();
  const rows = changes.map(({ time, kind, namespace, name, by, what }) => [
    ageText(now - time),
    ...(namespaces ? [cellText(namespace)] : []),
    `${kind}/${name}`,
    cellText(by),
    shortened(redactText(what), LONGEST_TEXT),
  ]);
  return renderRows([['AGE', ...(namespaces ? ['NAMESPACE'] : []), 'OBJECT', 'BY', 'WHAT'], ...rows]);
}

function foldedText(folded: readonly Change[]): string[] {
  if (folded.length === 0) return [];
  const kinds = [...Map.groupBy(folded, ({ kind }) => kind)].sort(([, a], [, b]) => b.length - a.length);
  const counts = kinds.slice(0, 5).map(([kind, some]) => `${some.length} of ${kind}`);
  return [`Left out, controllers' and status (all=true): ${counts.join(', ')}${kinds.length > 5 ? ', …' : ''}.`];
}

function managersText(changes: readonly Change[]): string[] {
  const managers = [...new Set(changes.flatMap(({ by }) => by ?? []))].slice(0, 15);
  return managers.length > 0 ? [`Changes were made by ${managers.join(', ')}.`] : [];
}

function unreadText(unread: readonly string[]): string[] {
  if (unread.length === 0) return [];
  const more = unread.length > MAX_UNREAD ? ` and ${unread.length - MAX_UNREAD} other kinds` : '';
  return [`Could not be read: ${unread.slice(0, MAX_UNREAD).join(', ')}${more}.`];
}
