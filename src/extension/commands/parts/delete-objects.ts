import type { Writer } from '../../../kubernetes/writes/writer.ts';
import type { ChosenObject } from '../../browse/choose-object.ts';
import { formatDeletion } from '../../writing/outcome-text.ts';
import { called, namedOf } from './object-writes.ts';

/**
 * Deletes objects of a cluster after one review of all, and says what became of each.
 * @throws ObjectsError with what could not be deleted, headed by what was.
 */
export async function deleteObjects(all: readonly ChosenObject[], writer: Writer): Promise<string> {
  const [only, ...others] = all;
  return only && others.length === 0 ? deleteOne(only, writer) : deleteAll(all, writer);
}

async function deleteOne(chosen: ChosenObject, writer: Writer): Promise<string> {
  const { deleteObject } = await import('../../../kubernetes/writes/deletion.ts');
  const options = { propagationPolicy: 'Background', dryRun: false } as const;
  return formatDeletion(called(chosen), (await deleteObject(namedOf(chosen), options, writer)).left);
}

async function deleteAll(all: readonly ChosenObject[], writer: Writer): Promise<string> {
  const [{ problemsOf, writeSeveral }, { ObjectsError }] = await Promise.all([
    import('../../../kubernetes/writes/several.ts'),
    import('../../../kubernetes/writes/object-problems.ts'),
  ]);
  const parts = all.map((chosen) => ({
    what: called(chosen),
    object: { kind: chosen.resource.kind, metadata: { name: chosen.name, namespace: chosen.namespace } },
    write: (own: Writer) => deleteOne(chosen, own),
  }));
  const endings = await writeSeveral(parts, writer, { progress: () => undefined });
  const done = endings.flatMap((ending) => (ending.state === 'done' ? [ending.result] : [])).join(' ');
  const problems = problemsOf(endings);
  if (problems.length > 0) throw new ObjectsError(problems, { head: done });
  return done;
}
