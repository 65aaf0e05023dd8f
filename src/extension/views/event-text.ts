import * as vscode from 'vscode';
import { age } from '../../kubernetes/apimachinery/age.ts';
import { pathOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { fieldSelector } from '../../kubernetes/apimachinery/field-selector.ts';
import { kinds } from '../../kubernetes/apimachinery/well-known-kinds.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { listAll } from '../../kubernetes/client/pages.ts';
import { oneLine } from '../../kubernetes/text/one-line.ts';
import { redactText } from '../../kubernetes/text/redact-text.ts';
import { type ClusterEvent, type FoldedEvent, foldEvents } from '../../kubernetes/workloads/events.ts';
import type { Located } from './nodes.ts';

const MAX_READ = 2_000;

/** What happened to an object, newest first. @throws what listing events throws. */
export async function eventsOf(
  { client }: Connection,
  { resource, namespace, name }: Located,
  signal: AbortSignal,
): Promise<FoldedEvent[]> {
  const about = { 'involvedObject.kind': resource.kind, 'involvedObject.name': name };
  // Events about what is in no namespace are in that of whoever tells them.
  const request = { path: pathOf(kinds.events, namespace), query: { fieldSelector: fieldSelector(about) }, signal };
  const { items } = await listAll(client, request, MAX_READ);
  return foldEvents(items as ClusterEvent[]);
}

/** The same as a table; credentials redacted. */
export async function eventsText(connection: Connection, located: Located, signal: AbortSignal): Promise<string> {
  const events = await eventsOf(connection, located, signal);
  const rows = events.map(({ type, reason, last, count, message }) => [
    ...[age(new Date(last).toISOString()), type, reason, String(count), oneLine(message)],
  ]);
  if (rows.length === 0) return `${vscode.l10n.t('{0} {1} has no events now.', located.resource.kind, located.name)}\n`;
  const text = aligned([['LAST SEEN', 'TYPE', 'REASON', 'COUNT', 'MESSAGE'], ...rows]).join('\n');
  return `${redactText(text)}\n`;
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
