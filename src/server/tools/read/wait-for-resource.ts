import * as z from 'zod';
import { type ApiResource, pathOf, resourceNameOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { METADATA_LIST_TYPE } from '../../../kubernetes/apimachinery/media-types.ts';
import type { KubernetesList, KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import { missingNamespaceText, notFoundError } from '../../../kubernetes/client/not-found.ts';
import { isMissing, queryPath } from '../../../kubernetes/text/json-path.ts';
import { parsePath } from '../../../kubernetes/text/json-path-syntax.ts';
import { oneLine } from '../../../kubernetes/text/one-line.ts';
import { countOmitted, fieldsOfPath } from '../../../kubernetes/text/path-fields.ts';
import { redactText } from '../../../kubernetes/text/redact-text.ts';
import { shortened } from '../../../kubernetes/text/shortened.ts';
import { cellOf, cellText } from '../../../kubernetes/text/table.ts';
import {
  conditionIs,
  readiness,
  rollout,
  serviceReadiness,
  type Verdict,
} from '../../../kubernetes/workloads/readiness.ts';
import { type Awaited, verdicts } from '../../../kubernetes/workloads/waiting.ts';
import { REMEDIES } from '../../core/error-text.ts';
import { defineTool, type ToolContext } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { knownSchema, mistypedIn } from '../parts/mistyped-path.ts';
import { forQuery } from '../parts/shown-object.ts';

/** What is waited for: its wording while pending and once reached, and how an object is judged. */
interface Goal {
  done: string;
  notDone: string;
  judge(object: KubernetesObject | undefined, slices: readonly KubernetesObject[]): Verdict;
  /** What to do when it is not reached. */
  advice: string;
}

type Place = Pick<Awaited, 'resource' | 'namespace'>;

/** Per call: each object is watched. */
const MAX_OBJECTS = 50;
const ABSENT: Verdict = { state: 'waiting', detail: 'it does not exist' };
const DIAGNOSE = ' diagnose_resource shows the cause.';

export const waitForResource = defineTool({
  name: 'wait_for_resource',
  title: 'Wait for Resource',
  description:
    'Wait until objects are ready, rolled out, deleted or as asked for, and say what is missing if time runs out. Use it after a change instead of polling.',
  access: 'read',
  input: {
    kind: parameters.kind,
    name: z.string().optional().describe('One or more: a,b'),
    namespace: parameters.namespace,
    labelSelector: z.string().optional(),
    for: z.string().describe('ready, available, rollout, deleted, condition=Type[=Status], or .status.phase=Bound'),
    timeoutSeconds: z.number().min(0).max(600).default(60),
  },
  async run({ kind, name, namespace, labelSelector, for: text, timeoutSeconds }, call) {
    const { connection } = call;
    const resource = await connection.discovery.resolve(kind);
    const place = { resource, namespace: resource.namespaced ? namespace || connection.namespace : undefined };
    if (!resource.verbs.includes('watch'))
      throw new UserError(`${resourceNameOf(resource)} cannot be watched, so there is nothing to wait for.`);
    const goal = await goalOf(text, place, call);
    const names = await namesOf(name, labelSelector, place, call);
    if (names.length === 1)
      return { text: await waitFor(goal, { ...place, name: String(names[0]) }, timeoutSeconds, call) };
    const all = await Promise.all(names.map((one) => waitFor(goal, { ...place, name: one }, timeoutSeconds, call)));
    const done = all.filter((one) => one.startsWith(goal.done));
    // Pending objects come first: those need attention.
    const lines = [...all.filter((one) => !done.includes(one)), ...done];
    return { text: [`${goal.done}: ${done.length} of ${all.length}`, ...lines].join('\n') };
  },
});

/** The objects meant: the named ones, or those that have the labels now. */
async function namesOf(
  name: string | undefined,
  labelSelector: string | undefined,
  { resource, namespace }: Place,
  { connection, signal }: ToolContext,
): Promise<string[]> {
  if ((name === undefined || name === '') === !labelSelector)
    throw new UserError('wait_for_resource takes name or labelSelector, one of them.');
  const named = (name ?? '').split(',').map((one) => one.trim());
  const names = labelSelector ? await namesWith(labelSelector) : [...new Set(named)].filter((one) => one !== '');
  if (names.length > MAX_OBJECTS)
    throw new UserError(`One call waits for at most ${MAX_OBJECTS} objects; these are ${names.length} or more.`);
  return names;

  async function namesWith(selector: string): Promise<string[]> {
    const { items } = await connection.client.json<KubernetesList>({
      path: pathOf(resource, namespace),
      query: { labelSelector: selector, limit: MAX_OBJECTS + 1 },
      accept: METADATA_LIST_TYPE,
      signal,
    });
    const found = (items ?? []).flatMap(({ metadata }) => metadata?.name ?? []);
    if (found.length > 0) return found;
    const missing = namespace ? await missingNamespaceText(connection.client, namespace, signal) : undefined;
    throw new UserError(
      missing ??
        `No ${resourceNameOf(resource)}${namespace ? ` in namespace ${namespace}` : ''} match ${selector}: there is nothing to wait for.`,
    );
  }
}

async function goalOf(text: string, { resource }: Place, call: ToolContext): Promise<Goal> {
  const kind = resourceNameOf(resource);
  const [, path, value] = /^(?:jsonpath=)?['"]?(\{?[.$@].*?\}?)(?:={1,2}([^=\]]*))?$/.exec(text.trim()) ?? [];
  if (path) return valueGoal(resource, path, value?.replace(/^(['"])(.*)\1$/, '$2'), call);
  const [, type, status = 'True'] = /^condition=([^=]+)(?:=([^=]+))?$/i.exec(text.trim()) ?? [];
  if (type) {
    const name = `condition ${type}=${status}`;
    const judge = conditionJudge(type, status);
    return { done: `Has ${name}`, notDone: `Does not have ${name}`, judge, advice: DIAGNOSE };
  }
  switch (text.trim().toLowerCase()) {
    case 'ready':
      return { done: 'Ready', notDone: 'Not ready', judge: readyJudge(resource), advice: DIAGNOSE };
    case 'complete':
    case 'completed': {
      if (kind === 'pods') return valueGoal(resource, '.status.phase', 'Succeeded', call);
      const judge = kind === 'jobs.batch' ? readyJudge(resource) : conditionJudge('Complete', 'True');
      return { done: 'Complete', notDone: 'Not complete', judge, advice: DIAGNOSE };
    }
    case 'create':
    case 'created': {
      const judge: Goal['judge'] = (object) => (object ? { state: 'reached', detail: 'it exists' } : ABSENT);
      return { done: 'Created', notDone: 'Not created', judge, advice: '' };
    }
    case 'available': {
      const judge = conditionJudge('Available', 'True');
      return { done: 'Available', notDone: 'Not available', judge, advice: DIAGNOSE };
    }
    case 'delete':
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
        `for="${text}" is nothing that can be waited for. Use ready, available, rollout, deleted, condition=Type, condition=Type=Status, created, complete, or a JSONPath and its value: .status.phase=Running.`,
      );
  }
}

/** A value that a path finds; any value if none is given. */
async function valueGoal(
  resource: ApiResource,
  path: string,
  value: string | undefined,
  { connection, signal }: ToolContext,
): Promise<Goal> {
  const steps = parsePath(path);
  const fields = fieldsOfPath(steps, path);
  const schema = await knownSchema(connection.client, resource, signal);
  const [mistyped] = schema ? mistypedIn(schema, fields) : [];
  if (mistyped) throw new UserError(`${mistyped.text} So there is nothing to wait for.`);
  if (schema && value !== undefined) countOmitted(fields, schema.root, schema.definitions);
  const name = value === undefined ? path : `${path}=${value}`;
  // Judged by what may be shown: a correct guess must not match.
  const judge: Goal['judge'] = (object) => {
    if (!object) return ABSENT;
    const found = queryPath(forQuery(object, [path]), steps).filter((one) => !isMissing(one));
    const detail = `${path} is ${found.length > 0 ? cellOf(found) : 'not there'}`;
    const isThere = value === undefined ? found.length > 0 : found.some((one) => cellText(one) === value);
    return { state: isThere ? 'reached' : 'waiting', detail };
  };
  return { done: `Has ${name}`, notDone: `Does not have ${name}`, judge, advice: DIAGNOSE };
}

function conditionJudge(type: string, status: string): Goal['judge'] {
  return (object) => (object ? conditionIs(object, type, status) : ABSENT);
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
        return `${sentence(`${goal.notDone}, and waiting will not help: ${what}`, formatVerdict(verdict))}${goal.advice}`;
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

function formatVerdict({ detail, remedy }: Verdict): string {
  return remedy ? `${detail}, ${REMEDIES[remedy]}` : detail;
}

function sentence(head: string, detail: string): string {
  return `${head}: ${oneLine(shortened(redactText(detail.slice(0, 20_000)), 2_000)).replace(/\.$/, '')}.`;
}
