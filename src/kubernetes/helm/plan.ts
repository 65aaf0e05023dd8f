import { pathOf } from '../apimachinery/api-resource.ts';
import { RefusedError } from '../apimachinery/errors.ts';
import { fieldText } from '../apimachinery/field-path.ts';
import { deepEqual, type KubernetesObject } from '../apimachinery/objects.ts';
import type { Connection } from '../client/cluster.ts';
import { comparable } from '../text/diff.ts';
import { redactedValues } from '../text/redact.ts';
import type { Change } from '../writes/change.ts';
import { type Danger, danger } from '../writes/danger.ts';
import { type Dependents, deletionConsequences } from '../writes/deletion-consequences.ts';
import { changeOf, targetOf } from '../writes/target.ts';
import type { Writer } from '../writes/writer.ts';
import { differences, keyOf, mayBeMadeUp, type PlannedWrite, settledPart, targetText } from './planned-write.ts';
import type { Trial } from './trial.ts';

/** All writes of a helm operation, by key. */
export type Plan = ReadonlyMap<string, PlannedWrite>;

/**
 * What two trials have in common. Where they differ, the chart generates a value on each rendering. That is noted in
 * fields where it is expected, and refused elsewhere: the value written would not be the one reviewed.
 */
export function planOf(trial: Trial, again: Trial | undefined): Plan {
  const other = again?.byKey();
  const plan = new Map<string, PlannedWrite>();
  for (const planned of trial.planned) {
    const key = keyOf(planned.request);
    const twin = other?.get(key);
    const what = targetText(planned.request.target, planned.request.body);
    if (other && !twin)
      throw new RefusedError(
        `The chart makes ${what} under another name each time, so what would be written cannot be reviewed.`,
      );
    const madeUp = twin ? differences(planned.request.body, twin.request.body) : [];
    const bad = madeUp.find((path) => !mayBeMadeUp(path));
    if (bad !== undefined)
      throw new RefusedError(
        `The chart makes ${fieldText(bad)} of ${what} up anew each time, so what would be written cannot be reviewed.`,
      );
    plan.set(key, { ...planned, madeUp });
  }
  return plan;
}

/** The path at which helm creates or applies an object of a chart. */
export async function creationPath(
  object: KubernetesObject,
  namespace: string,
  connection: Connection,
): Promise<string> {
  const target = await targetOf(object, object.metadata?.namespace ?? namespace, connection);
  return pathOf(target.resource, target.namespace);
}

/** The changes to judge and review, without writes that change nothing. */
export async function changesOf(plan: Plan, submitted: unknown, writer: Writer): Promise<Map<PlannedWrite, Change>> {
  const changes = new Map<PlannedWrite, Change>();
  const all = [...plan.values()];
  const read: Dependents = new Map();
  const found = await Promise.all(all.map((planned) => changeFor(planned, submitted, writer, read)));
  for (const [index, planned] of all.entries()) {
    const change = found[index];
    if (change) changes.set(planned, change);
  }
  return changes;
}

async function changeFor(
  planned: PlannedWrite,
  submitted: unknown,
  writer: Writer,
  read: Dependents,
): Promise<Change | undefined> {
  const { request, before, uid, after, isTried, madeUp } = planned;
  const { target, body, method, contentType, query } = request;
  const isDeletion = method === 'DELETE';
  // Not there: nothing is deleted.
  if (isDeletion && uid === undefined) return undefined;
  const isSame = !isDeletion && before && after && deepEqual(comparable(before), comparable(after));
  // Omitting it would tell whether a guessed value is right.
  const isGuess = submitted !== undefined && after !== undefined && redactedValues(after).length > 0;
  if (isSame && !isGuess) return undefined;
  const name = target.name ?? body?.metadata?.name;
  const { connection } = writer;
  const kinds = (await connection.discovery.kinds()).resources;
  const served = kinds.find((one) => one.group === target.group && one.name === target.resource);
  const kind = served?.kind ?? body?.kind ?? before?.kind ?? target.resource;
  const resource = { group: target.group, version: target.version, name: target.resource, kind };
  const consequences: Danger[] = [
    ...(isTried ? [] : [danger('notTried')]),
    ...(madeUp.length > 0 ? [danger('madeUp', madeUp.map(fieldText).join(', '))] : []),
  ];
  if (isDeletion && before && served)
    consequences.push(...(await deletionConsequences(served, before, 'Background', writer, read)));
  return changeOf(
    { resource: { ...EMPTY, ...resource }, namespace: target.namespace, name },
    connection,
    accessOf(planned),
    {
      ...(before && { before: owned(before) }),
      ...(!isDeletion && after && { after: owned(after) }),
      ...(target.subresource && { subresource: target.subresource }),
      uid,
      sent: { method, contentType, query, body: settledPart(body, madeUp) },
      consequences,
      submitted,
    },
  );
}

const EMPTY = { singularName: '', shortNames: [], namespaced: true, verbs: [], subresources: [] };

function accessOf({ request, before }: PlannedWrite): 'create' | 'update' | 'delete' {
  if (request.method === 'DELETE') return 'delete';
  return before ? 'update' : 'create';
}

// Helm writes the fields under its own name, so their owners are helm's to decide.
function owned({ metadata, ...object }: KubernetesObject): KubernetesObject {
  if (!metadata) return object;
  const { managedFields: _, uid: _uid, creationTimestamp: _time, ...rest } = metadata;
  return { ...object, metadata: rest };
}
