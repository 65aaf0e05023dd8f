import { jsonText } from '../apimachinery/json.ts';
import { type Named, readObject } from '../client/read-object.ts';
import { patchObject } from './patch.ts';
import { targetOf } from './target.ts';
import type { Writer } from './writer.ts';

/** A field of a spec that is on or off: a node takes no new pods, a CronJob or Job starts nothing. */
export type SpecSwitch = 'unschedulable' | 'suspend';

/** Switches a field of an object's spec; false when it is so already, and nothing was sent. */
export async function setSpecSwitch(
  { kind, name, namespace }: Named,
  field: SpecSwitch,
  isOn: boolean,
  writer: Writer,
): Promise<boolean> {
  const { connection, signal } = writer;
  const target = await targetOf({ kind, metadata: { name } }, namespace, connection);
  const live = await readObject(connection.client, target.resource, target.namespace, name, signal);
  const update = { target, name, dryRun: false, force: true, writer, isOwn: true, submitted: {} } as const;
  const { after } = await patchObject(update, live, jsonText({ spec: { [field]: isOn } }), 'merge');
  return after !== undefined;
}
