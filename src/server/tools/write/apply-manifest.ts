import * as z from 'zod';
import { RefusedError } from '../../../kubernetes/apimachinery/errors.ts';
import { objectDiff } from '../../../kubernetes/text/diff.ts';
import { type Applied, applyManifest as applyAll } from '../../../kubernetes/writes/manifest-apply.ts';
import { ObjectsError } from '../../../kubernetes/writes/object-problems.ts';
import { rollBack } from '../../../kubernetes/writes/rollback.ts';
import { type Ending, problemsOf } from '../../../kubernetes/writes/several.ts';
import { describeTarget } from '../../../kubernetes/writes/target.ts';
import { describeTargets } from '../../../kubernetes/writes/target-list.ts';
import { formatError } from '../../core/error-text.ts';
import { bounded, fromOutside } from '../../core/response.ts';
import { defineTool, type ToolContext } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { manifestOf } from '../parts/manifest-source.ts';

/** What was done, in an error that also has room for what was not, in characters. */
const MAX_DONE = 2_500;
const DELETING = { for: 'applySet and rollback', needs: ['delete'] } as const;

export const applyManifest = defineTool({
  name: 'apply_manifest',
  title: 'Apply Manifest',
  description:
    'Create or change all objects of a manifest by server-side apply, dependencies first. Fields that the last manifest set and this one omits are removed; try dryRun first.',
  access: 'update',
  also: ['create'],
  besides: [DELETING],
  input: {
    manifest: z.string().min(1).optional().describe('YAML or JSON'),
    path: parameters.path,
    namespace: parameters.namespace,
    applySet: z.string().min(1).optional().describe('Names the set; members that the manifest omits are deleted'),
    rollback: z.boolean().default(false).describe('Undo all if one fails'),
    force: parameters.force,
    dryRun: parameters.dryRun,
  },
  async run({ manifest, path, rollback, ...options }, call) {
    const { connection, writer, progress } = call;
    const { text: whole, origin } = await manifestOf({ manifest, path }, call);
    if (options.applySet !== undefined) needDeleting('applySet deletes what the manifest omits', call);
    if (rollback && !options.dryRun) needDeleting('rollback deletes what was created', call);
    const endings = await applyAll(whole, { ...options, progress }, writer);
    const applied = appliedOf(endings);
    if (problemsOf(endings).length > 0) throw await failure(endings, applied, rollback, call);
    const head = options.dryRun ? 'Dry run, nothing was changed. In' : 'In';
    const lines = applied.map(({ state, target }) => `${stateText(state, options.dryRun)}: ${describeTarget(target)}`);
    const notes = new Set(await fromOutside(applied.flatMap((one) => one.notes)));
    const text = [
      `${head} context ${connection.context.name}${origin}:`,
      ...lines,
      ...notes,
      ...applied.flatMap(diffOf),
    ];
    return { text: bounded(text.join('\n'), 'get_resource shows each object as it is now.'), isRedacted: true };
  },
});

function needDeleting(why: string, { policy }: Pick<ToolContext, 'policy'>): void {
  const refusal = policy.needRefusal('Deleting', DELETING.needs);
  if (refusal) throw new RefusedError(`${why}. ${refusal}`);
}

function appliedOf(endings: readonly Ending<Applied>[]): Applied[] {
  return endings.flatMap((ending) => (ending.state === 'done' ? ending.result : []));
}

function stateText(state: Applied['state'], dryRun: boolean): string {
  if (state === 'waits') return 'not validated, it needs an object of this manifest first';
  return dryRun && state !== 'unchanged' ? `would be ${state}` : state;
}

function diffOf({ target, state, before, after, submitted }: Applied): string[] {
  if (state !== 'changed' || !before || !after) return [];
  const diff = objectDiff(before, after, submitted) || 'Only fields that are not shown differ.\n';
  return [`\n${describeTarget(target)}:`, diff.trimEnd()];
}

/** The error that says what was done, what failed, what was not tried, and what was rolled back. */
async function failure(
  endings: readonly Ending<Applied>[],
  applied: readonly Applied[],
  rollback: boolean,
  { writer, progress }: ToolContext,
): Promise<ObjectsError> {
  const done = Object.entries(Object.groupBy(applied, ({ state }) => state)).flatMap(([state, some]) =>
    describeTargets(some.map(({ target }) => target)).map((line) => `${state}: ${line}`),
  );
  const untried = endings.flatMap(({ state, part }) => (state === 'not tried' ? part.what : []));
  const lines = done.length > 0 ? ['Done:', ...done, 'Failed:'] : ['Nothing else was done. Failed:'];
  const head = bounded(lines.join('\n'), '', MAX_DONE);
  const tail = [
    untried.length > 0 ? `Not tried: ${untried.join('; ')}.` : '',
    rollback ? await rollbackText(applied, writer, progress) : '',
  ];
  return new ObjectsError(problemsOf(endings), { head, tail: tail.filter(Boolean).join('\n') });
}

async function rollbackText(
  applied: readonly Applied[],
  writer: ToolContext['writer'],
  progress: ToolContext['progress'],
): Promise<string> {
  try {
    const endings = await rollBack(applied, writer, { progress });
    const problems = problemsOf(endings);
    if (endings.length === 0) return 'There was nothing to roll back.';
    if (problems.length === 0) return 'Everything that was done was rolled back.';
    return `Rolled back, except for ${problems.map(({ what, error }) => `${what}: ${formatError(error)}`).join('; ')}`;
  } catch (error) {
    return `It was not rolled back: ${formatError(error)}`;
  }
}
