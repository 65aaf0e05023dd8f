import * as z from 'zod';
import { RefusedError } from '../../../kubernetes/apimachinery/errors.ts';
import type { Named } from '../../../kubernetes/client/read-object.ts';
import { ROLLOUT_ACTIONS, rollOut } from '../../../kubernetes/writes/rollout.ts';
import type { Writer } from '../../../kubernetes/writes/writer.ts';
import { bounded } from '../../core/response.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { forEach } from '../parts/several.ts';

const TRIGGERING = { for: 'action=trigger', needs: ['create'] } as const;

export const rolloutResource = defineTool({
  name: 'rollout_resource',
  title: 'Roll Out Resource',
  description:
    'Restart a workload, undo its last rollout (or go to toRevision), show its history, pause or resume a Deployment; suspend or resume a Job or CronJob, trigger a CronJob. Follow with wait_for_resource for=rollout.',
  access: 'update',
  besides: [TRIGGERING],
  input: {
    kind: parameters.kind,
    name: parameters.name.optional(),
    names: parameters.names,
    labelSelector: parameters.labelSelector,
    namespace: parameters.namespace,
    action: z.enum(ROLLOUT_ACTIONS),
    toRevision: z.int().min(1).optional().describe('For undo; default: the previous'),
    force: parameters.force,
  },
  async run({ action, toRevision, force, ...choice }, call) {
    const refusal = action === 'trigger' ? call.policy.needRefusal(TRIGGERING.for, TRIGGERING.needs) : undefined;
    if (refusal) throw new RefusedError(refusal);
    const act = (named: Named, writer: Writer, place: string) =>
      rollOut(named, action, { toRevision, force, place }, writer);
    const text = await forEach(choice, call, act, (told) => told);
    return { text: bounded(text, 'get_resource shows it as it is now.') };
  },
});
