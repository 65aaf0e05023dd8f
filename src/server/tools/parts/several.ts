import type { Named } from '../../../kubernetes/client/read-object.ts';
import { type Choice, chosen } from '../../../kubernetes/writes/choice.ts';
import { ObjectsError } from '../../../kubernetes/writes/object-problems.ts';
import { problemsOf, writeSeveral } from '../../../kubernetes/writes/several.ts';
import type { Writer } from '../../../kubernetes/writes/writer.ts';
import { bounded } from '../../core/response.ts';
import type { ToolContext } from '../../core/tool.ts';

/** What was done, in an error that also has room for what was not, in characters. */
const MAX_DONE = 2_500;

/**
 * Does the same to each chosen object, under one review.
 * @param work, textOf do it, and say what became of one; `place` follows its name where nothing else says it.
 * @throws ObjectsError that says what was done and what was not, when some failed.
 */
export async function forEach<R>(
  choice: Choice,
  { connection, writer, progress }: Pick<ToolContext, 'connection' | 'writer' | 'progress'>,
  work: (named: Named, writer: Writer, place: string) => Promise<R>,
  textOf: (result: R, place: string) => string | Promise<string>,
): Promise<string> {
  const objects = await chosen(choice, writer);
  const context = connection.context.name;
  if ('one' in objects) {
    const place = ` (context ${context})`;
    return textOf(await work(objects.one, writer, place), place);
  }
  const { kind, apiVersion = '', namespace } = choice;
  const parts = objects.several.map((named) => ({
    name: named.name,
    what: `${kind} "${named.name}"`,
    object: { apiVersion, kind, metadata: { name: named.name, ...(namespace && { namespace }) } },
    write: (own: Writer) => work(named, own, ''),
  }));
  const endings = await writeSeveral(parts, writer, { progress });
  const texts = await Promise.all(
    endings.map((ending) => (ending.state === 'done' ? textOf(ending.result, '') : undefined)),
  );
  const lines = folded(texts.flatMap((text, index) => (text ? [{ text, name: parts[index]?.name ?? '' }] : [])));
  const problems = problemsOf(endings);
  if (problems.length === 0)
    return bounded([`In context ${context}:`, ...lines].join('\n'), 'list_resources shows them as they are now.');
  const count = endings.length - problems.length;
  const done = count > 0 ? [`Done for ${count} of ${endings.length}:`, ...lines, 'Not for the others:'] : [];
  throw new ObjectsError(problems, { head: bounded(done.join('\n'), '', MAX_DONE) });
}

/** Texts that differ by the object's name only become one, with all names. */
export function folded(texts: readonly { name: string; text: string }[]): string[] {
  const quoted = (name: string) => `"${name}"`;
  const alike = Map.groupBy(texts, ({ name, text }) => text.replace(quoted(name), '\0'));
  return [...alike].map(([text, group]) => text.replace('\0', () => group.map(({ name }) => quoted(name)).join(', ')));
}
