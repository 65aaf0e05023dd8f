import * as z from 'zod';
import { ROLLOUT_ACTIONS, rollOut } from '../../../kubernetes/writes/rollout.ts';
import { bounded } from '../../core/response.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';

export const rolloutResource = defineTool({
  name: 'rollout_resource',
  title: 'Roll Out Resource',
  description:
    'Restart a Deployment, StatefulSet or DaemonSet, undo its last rollout (or go to toRevision), pause or resume a Deployment. Follow with wait_for_resource for=rollout.',
  access: 'update',
  input: {
    kind: parameters.kind,
    name: parameters.name,
    namespace: parameters.namespace,
    action: z.enum(ROLLOUT_ACTIONS),
    toRevision: z.int().min(1).optional().describe('For undo; the previous one by default'),
    force: parameters.force,
  },
  async run({ kind, name, namespace, action, toRevision, force }, call) {
    const text = await rollOut({ kind, name, namespace }, action, { toRevision, force }, call.writer);
    return { text: bounded(text, 'get_resource shows it as it is now.') };
  },
});
