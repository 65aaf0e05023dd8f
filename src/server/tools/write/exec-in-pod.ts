import * as z from 'zod';
import { pathOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { readObject } from '../../../kubernetes/client/read-object.ts';
import { redactText } from '../../../kubernetes/text/redact-text.ts';
import { chooseContainer } from '../../../kubernetes/workloads/containers.ts';
import { type ExecResult, exec, MAX_OUTPUT } from '../../../kubernetes/workloads/exec.ts';
import type { Pod } from '../../../kubernetes/workloads/pods.ts';
import { changeOf } from '../../../kubernetes/writes/target.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { shownOutput } from '../parts/program-output.ts';
import { refuseUnlessRunning } from '../parts/running-container.ts';

/** The most characters shown of stdout and of stderr; half of them from the end. */
const MAX_SHOWN = { stdout: 20_000, stderr: 8_000 };
const LESS = 'head, tail or grep in the container gives less';

export const execInPod = defineTool({
  name: 'exec_in_pod',
  title: 'Execute in Pod',
  description:
    'Run a command in a container and get stdout, stderr and the exit code. Give the program and each argument by itself; no shell and no stdin, for pipes use ["sh","-c","…"].',
  access: 'exec',
  input: {
    name: parameters.name,
    command: z.array(z.string()).min(1),
    namespace: parameters.namespace,
    container: z.string().optional(),
    timeoutSeconds: z.number().min(1).max(600).default(30),
  },
  async run({ name, command, namespace, container, timeoutSeconds }, call) {
    const { connection, signal } = call;
    const { client, context } = connection;
    const resource = await connection.discovery.resolve('pods', 'v1');
    const place = namespace || connection.namespace;
    // Exec has no dry run: without this check a refusal would come only after the user agreed.
    client.assertPermitted({ path: pathOf(resource, place, name, 'exec') });
    const pod = await readObject<Pod>(client, resource, place, name, signal);
    const chosen = chooseContainer(pod, container);
    refuseUnlessRunning(pod, chosen);
    const { uid } = pod.metadata ?? {};
    const target = { resource, namespace: place, name };
    const summary = `In container ${chosen}:\n${JSON.stringify(command)}`;
    const change = { ...changeOf(target, connection, 'exec', { uid }), summary };
    await call.writer.review([change]);
    const began = performance.now();
    const where = `container ${chosen} of pod "${name}" in namespace ${place} (context ${context.name})`;
    const result = await call.writer.write(change, async () => {
      const options = {
        namespace: place,
        pod: name,
        uid,
        container: chosen,
        command,
        timeout: timeoutSeconds * 1000,
        signal,
      };
      const ended = await exec(client, options);
      if ('problem' in ended.end) throw notStarted(ended.end.problem, command, where);
      return ended;
    });
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    return { text: `${headline(result, timeoutSeconds)} · ${where} · ${seconds} s\n${await output(result)}` };
  },
});

function notStarted(problem: string, command: readonly string[], where: string): UserError {
  const program = JSON.stringify(command[0]);
  if (!/executable file not found|no such file or directory/.test(problem)) {
    const cause = redactText(problem.replace(/Internal error occurred: |error executing command in container: /g, ''));
    return new UserError(`${program} could not be started in ${where}: ${cause.slice(0, 1_000)}`);
  }
  const advice =
    command.length === 1 && /\s/.test(command[0] ?? '')
      ? `Give each argument by itself: ${JSON.stringify(command[0]?.trim().split(/\s+/))}.`
      : 'Its image may hold few programs, or not even a shell: look for another way, such as get_pod_logs.';
  return new UserError(`There is no program ${program} in ${where}. ${advice}`);
}

function headline({ end }: ExecResult, timeoutSeconds: number): string {
  if ('exitCode' in end) return `exit code ${end.exitCode}`;
  const why =
    'stopped' in end && end.stopped === 'timeout'
      ? `no end within ${timeoutSeconds} s`
      : `more than ${MAX_OUTPUT} bytes of output`;
  return `${why}: the connection was closed, and the command may still be running in the container`;
}

async function output({ stdout, stderr }: ExecResult): Promise<string> {
  const parts = [
    ...(stdout.length > 0 ? [await shownOutput(stdout, MAX_SHOWN.stdout, LESS)] : []),
    ...(stderr.length > 0 ? [`stderr:\n${await shownOutput(stderr, MAX_SHOWN.stderr, LESS)}`] : []),
  ];
  return parts.length > 0 ? parts.join('\n') : 'It printed nothing.';
}
