import * as z from 'zod';
import { RefusedError } from '../../../kubernetes/apimachinery/errors.ts';
import { exitText } from '../../../kubernetes/workloads/containers.ts';
import { type Debugging, debugCopy, debugInPod } from '../../../kubernetes/writes/debugging.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { shownOutput } from '../parts/program-output.ts';

const MAX_SHOWN = 20_000;
const COPYING = { for: 'copy', needs: ['create', 'delete'] } as const;

export const debugPod = defineTool({
  name: 'debug_pod',
  title: 'Debug Pod',
  description:
    'Run a command in an ephemeral container of any image; with copy, in a copy of the pod in place of a crashing container.',
  access: 'exec',
  besides: [COPYING],
  input: {
    name: parameters.name,
    command: z.array(z.string()).min(1),
    image: z.string().optional(),
    container: z.string().optional(),
    namespace: parameters.namespace,
    copy: z.boolean().default(false),
    timeoutSeconds: z.number().min(1).max(600).default(60),
  },
  async run({ name, command, image, container, namespace, copy, timeoutSeconds }, { writer, policy, connection }) {
    const refusal = copy ? policy.needRefusal('copy, which creates and deletes a pod,', COPYING.needs) : undefined;
    if (refusal) throw new RefusedError(refusal);
    const options = { pod: name, namespace, container, image, command, timeout: timeoutSeconds * 1_000 };
    const began = performance.now();
    const done = await (copy ? debugCopy : debugInPod)(options, writer);
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    const what = `container ${done.container} (${done.image}) of ${copy ? 'the copy ' : 'pod '}"${done.pod}" in namespace ${done.namespace} (context ${connection.context.name})`;
    const head = `${headline(done, timeoutSeconds, copy)} · ${what} · ${seconds} s`;
    return { text: [head, ...done.notes, await output(done)].join('\n') };
  },
});

function headline({ ended, waiting }: Debugging, timeoutSeconds: number, copy: boolean): string {
  if (ended) return ended.exitCode === 0 ? 'exit code 0' : exitText(ended);
  if (waiting !== undefined) return `not started: ${waiting}`;
  return `no end within ${timeoutSeconds} s${copy ? '' : ': it goes on until it ends by itself or the pod does'}`;
}

async function output({ log, waiting }: Debugging): Promise<string> {
  if (waiting !== undefined) return 'It wrote nothing.';
  const text = log.map((line) => line.text).join('\n');
  return text === ''
    ? 'It wrote nothing.'
    : shownOutput(Buffer.from(text), MAX_SHOWN, 'head, tail or grep in its command gives less');
}
