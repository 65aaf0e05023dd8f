import * as z from 'zod';
import { RefusedError, UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { objectDiff } from '../../../kubernetes/text/diff.ts';
import { dangerText } from '../../../kubernetes/writes/danger.ts';
import { type Drain, drain } from '../../../kubernetes/writes/drain.ts';
import { drainDangers, drainLines, lossesOf } from '../../../kubernetes/writes/drain-plan.ts';
import { parseTaint, readNode, setSchedulable, setTaint, taintText } from '../../../kubernetes/writes/node-changes.ts';
import type { Outcome } from '../../../kubernetes/writes/planned-update.ts';
import { bounded } from '../../core/response.ts';
import { defineTool, type ToolContext } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';

const input = {
  name: parameters.name,
  action: z.enum(['cordon', 'uncordon', 'taint', 'drain']),
  taint: z.string().optional().describe('key=value:NoSchedule; key:NoSchedule- removes it'),
  force: z.boolean().default(false).describe('Evict pods that nothing makes again'),
  deleteEmptyDirData: z.boolean().default(false),
  waitSeconds: parameters.waitSeconds,
  dryRun: z.boolean().default(false),
};

type Input = z.infer<z.ZodObject<typeof input>>;

const DRAINING = { for: 'action=drain', needs: ['delete'] } as const;
const ADVICE = 'list_resources kind=pod shows the rest.';

export const maintainNode = defineTool({
  name: 'maintain_node',
  title: 'Maintain Node',
  description:
    'Cordon, uncordon, taint or drain a node, evicting its pods as their budgets allow. Preview a drain with dryRun.',
  access: 'update',
  toolset: 'node',
  besides: [DRAINING],
  input,
  async run(given, call) {
    if (given.action === 'drain') return { text: bounded(await drainText(given, call), ADVICE) };
    const node = await readNode(given.name, call.writer);
    return { text: await changeText(given, node, call) };
  },
});

async function changeText(
  { name, action, taint, force, dryRun }: Input,
  node: Awaited<ReturnType<typeof readNode>>,
  { writer, connection }: ToolContext,
): Promise<string> {
  const what = `node "${name}" (context ${connection.context.name})`;
  const how = { dryRun, force };
  if (action !== 'taint') {
    const isCordon = action === 'cordon';
    const outcome = await setSchedulable(node, !isCordon, how, writer);
    return outcomeText(
      outcome,
      dryRun,
      what,
      isCordon ? 'Cordoned' : 'Uncordoned',
      isCordon ? 'New pods go elsewhere; its pods stay.' : '',
    );
  }
  if (taint === undefined) throw new UserError('action=taint takes a taint, such as key=value:NoSchedule.');
  const change = parseTaint(taint);
  const outcome = await setTaint(node, change, how, writer);
  return outcomeText(
    outcome,
    dryRun,
    what,
    change.isRemoval ? `Removed taint ${taintText(change)} of` : `Set taint ${taintText(change)} on`,
    '',
  );
}

function outcomeText(
  { before, after, notes }: Outcome,
  dryRun: boolean,
  what: string,
  done: string,
  more: string,
): string {
  if (!after) return `No change: ${what} is so already. Nothing was sent.`;
  return [
    dryRun ? `Dry run, nothing was changed: ${what}` : `${done} ${what}.${more ? ` ${more}` : ''}`,
    ...notes,
    ...(dryRun ? [objectDiff({ spec: before.spec }, { spec: after.spec }).trimEnd()] : []),
  ].join('\n');
}

async function drainText(given: Input, { writer, progress, policy, connection }: ToolContext): Promise<string> {
  const refusal = policy.needRefusal(DRAINING.for, DRAINING.needs);
  if (refusal) throw new RefusedError(refusal);
  const done = await drain(given.name, given, writer, ({ accepted, planned, left }) =>
    progress(`${accepted} of ${planned} evicted, ${left} still there`),
  );
  const what = `node "${given.name}" (context ${connection.context.name})`;
  return (given.dryRun ? previewLines(what, done, given) : doneLines(what, done)).join('\n');
}

function previewLines(what: string, { plan, isNewlyCordoned }: Drain, given: Input): string[] {
  return [
    `Dry run, nothing was changed: draining ${what} ${isNewlyCordoned ? 'cordons it first' : 'finds it cordoned'}.`,
    ...drainLines(plan),
    ...drainDangers(plan).map(dangerText),
    ...lossesOf(plan.evicted, given),
    ...(plan.homeless.length === 0 && !plan.unknown.some((text) => text.includes('room'))
      ? [
          'By requests, taints and node selectors the others have room for all that moves; affinity between pods and volumes are not looked at.',
        ]
      : []),
  ];
}

function doneLines(what: string, { plan, seconds }: Drain): string[] {
  const [, ...stays] = drainLines({ ...plan, evicted: [], leaving: [] });
  return [
    `Drained ${what}: ${plan.evicted.length} pods evicted, all gone after ${seconds.toFixed(0)} s. It stays cordoned until action=uncordon.`,
    ...stays,
    ...drainDangers({ ...plan, evicted: [] }).map(dangerText),
  ];
}
