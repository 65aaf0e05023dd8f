import * as z from 'zod';
import { type ApiResource, resourceNameOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import type { KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import { missingNamespaceText, notFoundError } from '../../../kubernetes/client/not-found.ts';
import { oneLine } from '../../../kubernetes/text/one-line.ts';
import { redactText } from '../../../kubernetes/text/redact-text.ts';
import {
  conditionIs,
  readiness,
  rollout,
  serviceReadiness,
  type Verdict,
} from '../../../kubernetes/workloads/readiness.ts';
import { type Awaited, verdicts } from '../../../kubernetes/workloads/waiting.ts';
import { REMEDIES } from '../../core/error-words.ts';
import { defineTool, type ToolContext } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';

/** What is waited for: how it reads once it is there and while it is not, and how an object is judged. */
interface Goal {
  done: string;
  notDone: string;
  judge(object: KubernetesObject | undefined, slices: readonly KubernetesObject[]): Verdict;
  /** What to do when it does not come. */
  advice: string;
}

const ABSENT: Verdict = { state: 'waiting', detail: 'it does not exist' };
const DIAGNOSE = ' diagnose_resource shows the cause.';

export const waitForResource = defineTool({
  name: 'wait_for_resource',
  title: 'Wait for Resource',
  description:
    'Wait until an object is ready, rolled out, deleted or has a condition, and say what is missing if time runs out. Use it after a change instead of polling.',
  access: 'read',
  input: {
    kind: parameters.kind,
    name: parameters.name,
    namespace: parameters.namespace,
    for: z.string().describe('ready, rollout, deleted, or condition=Type or condition=Type=Status'),
    timeoutSeconds: z.number().min(0).max(600).default(60),
  },
  async run({ kind, name, namespace, for: text, timeoutSeconds }, call) {
    const { connection } = call;
    const resource = await connection.discovery.resolve(kind);
    const awaited = { resource, namespace: resource.namespaced ? namespace || connection.namespace : undefined, name };
    if (!resource.verbs.includes('watch'))
      throw new UserError(`${resourceNameOf(resource)} cannot be watched, so there is nothing to wait for.`);
    return { text: await waitFor(goalOf(text, awaited), awaited, timeoutSeconds, call) };
  },
});

function goalOf(text: string, { resource }: Awaited): Goal {
  const kind = resourceNameOf(resource);
  const [, type, status = 'True'] = /^condition=([^=]+)(?:=([^=]+))?$/i.exec(text.trim()) ?? [];
  if (type) {
    const name = `condition ${type}=${status}`;
    const judge: Goal['judge'] = (object) => (object ? conditionIs(object, type, status) : ABSENT);
    return { done: `Has ${name}`, notDone: `Does not have ${name}`, judge, advice: DIAGNOSE };
  }
  switch (text.trim().toLowerCase()) {
    case 'ready':
      return { done: 'Ready', notDone: 'Not ready', judge: readyJudge(resource), advice: DIAGNOSE };
    case 'deleted':
      return { done: 'Gone', notDone: 'Not deleted', judge: isGone, advice: '' };
    case 'rollout': {
      if (!rollout(kind, {}))
        throw new UserError(`${kind} have no rollout; Deployments, StatefulSets and DaemonSets have. Use for=ready.`);
      const judge: Goal['judge'] = (object) => (object && rollout(kind, object)) ?? ABSENT;
      return { done: 'Rolled out', notDone: 'Not rolled out', judge, advice: DIAGNOSE };
    }
    default:
      throw new UserError(
        `for="${text}" is nothing that can be waited for. Use ready, rollout, deleted, condition=Type or condition=Type=Status.`,
      );
  }
}

function readyJudge(resource: ApiResource): Goal['judge'] {
  const kind = resourceNameOf(resource);
  const hasStatus = resource.subresources.includes('status');
  return (object, slices) => {
    if (!object) return ABSENT;
    const verdict = readiness(kind, object, hasStatus);
    return kind === 'services' && verdict.state === 'reached' ? serviceReadiness(object, slices) : verdict;
  };
}

function isGone(object: KubernetesObject | undefined): Verdict {
  if (!object) return { state: 'reached', detail: 'there is no such object' };
  const { deletionTimestamp, finalizers = [] } = object.metadata ?? {};
  if (!deletionTimestamp) return { state: 'waiting', detail: 'nobody has deleted it: delete_resource does' };
  const held = finalizers.length > 0 ? `, held by its finalizers ${finalizers.join(', ')}` : '';
  return { state: 'waiting', detail: `it is being deleted${held}` };
}

async function waitFor(goal: Goal, awaited: Awaited, timeoutSeconds: number, call: ToolContext): Promise<string> {
  const { connection, signal, progress } = call;
  const began = performance.now();
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const place = awaited.namespace ? ` in namespace ${awaited.namespace}` : '';
  const what = `${resourceNameOf(awaited.resource)} "${awaited.name}"${place} (context ${connection.context.name})`;
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutSeconds * 1000);
  let latest: Verdict | undefined;
  let existed = false;
  try {
    for await (const verdict of verdicts(
      connection.client,
      awaited,
      goal.judge,
      AbortSignal.any([signal, deadline.signal]),
    )) {
      const { state, detail } = verdict;
      const changed = detail !== latest?.detail;
      const first = latest === undefined;
      latest = verdict;
      if (verdict !== ABSENT) existed = true;
      if (state === 'reached')
        return sentence(`${goal.done} ${first ? 'already' : `after ${seconds()}`}: ${what}`, detail);
      if (state === 'failed')
        return `${sentence(`${goal.notDone}, and waiting will not help: ${what}`, wordsOf(verdict))}${goal.advice}`;
      if (changed) progress(`${seconds()}: ${oneLine(redactText(detail.slice(0, 20_000)))}`);
      if (first && verdict === ABSENT) await refuseMissingNamespace(awaited, call);
    }
  } finally {
    clearTimeout(timer);
  }
  signal.throwIfAborted();
  const head = `${goal.notDone} after ${seconds()}: ${what}`;
  if (latest === undefined) return `${head}. The API server has not answered in this time.`;
  if (existed) return `${sentence(head, latest.detail)}${goal.advice}`;
  const missing = await notFoundError(connection.client, awaited.resource, awaited.namespace, awaited.name, signal);
  return `${head}. It never existed in this time. ${missing.message}`;
}

async function refuseMissingNamespace({ namespace }: Awaited, { connection, signal }: ToolContext): Promise<void> {
  const missing = namespace ? await missingNamespaceText(connection.client, namespace, signal) : undefined;
  if (missing) throw new UserError(missing);
}

function wordsOf({ detail, remedy }: Verdict): string {
  return remedy ? `${detail}, ${REMEDIES[remedy]}` : detail;
}

function sentence(head: string, detail: string): string {
  return `${head}: ${oneLine(redactText(detail.slice(0, 20_000)).slice(0, 2_000)).replace(/\.$/, '')}.`;
}
