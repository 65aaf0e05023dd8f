import { apiVersionOf } from '../apimachinery/api-resource.ts';
import type { Applied } from './manifest-apply.ts';
import { type Ending, type Part, type SeveralOptions, writeSeveral } from './several.ts';
import { describeTarget } from './target.ts';
import { undo, type Written } from './undo.ts';
import type { Writer } from './writer.ts';

const ACCESSES = { created: 'create', changed: 'update', deleted: 'delete' } as const;

/** Undoes what was applied, the last first, under a review of its own. @throws as `writeSeveral`. */
export function rollBack(
  applied: readonly Applied[],
  writer: Writer,
  options: Pick<SeveralOptions, 'progress'>,
): Promise<Ending<boolean>[]> {
  const parts = applied.toReversed().flatMap((one): Part<boolean>[] => {
    const written = writtenOf(one);
    if (!written) return [];
    const { target } = one;
    return [{ what: describeTarget(target), object: target.object, write: (own) => undo(written, own) }];
  });
  return parts.length === 0 ? Promise.resolve([]) : writeSeveral(parts, writer, options);
}

function writtenOf({ target, state, before, after }: Applied): Written | undefined {
  if (state === 'unchanged' || state === 'waits') return undefined;
  const { resource, namespace, name } = target;
  return {
    access: ACCESSES[state],
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    namespace,
    name,
    ...{ before, after },
  };
}
