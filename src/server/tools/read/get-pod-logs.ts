import * as z from 'zod';
import { type ApiResource, pathOf, resourceNameOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { parseDuration } from '../../../kubernetes/apimachinery/duration.ts';
import { ApiError, isApiError, UserError } from '../../../kubernetes/apimachinery/errors.ts';
import type { KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import { counted } from '../../../kubernetes/apimachinery/texts.ts';
import type { Connection } from '../../../kubernetes/client/cluster.ts';
import { notFoundError } from '../../../kubernetes/client/not-found.ts';
import { redactText } from '../../../kubernetes/text/redact-text.ts';
import { chooseContainer, containerNames, reasonNotStarted } from '../../../kubernetes/workloads/containers.ts';
import { KubeletError } from '../../../kubernetes/workloads/kubelet.ts';
import { lineFilter } from '../../../kubernetes/workloads/line-filter.ts';
import { readLog } from '../../../kubernetes/workloads/logs.ts';
import { hasEnded, isReady, type Pod, podsOf } from '../../../kubernetes/workloads/pods.ts';
import { WORKLOAD_KINDS, workloadKind } from '../../../kubernetes/workloads/workload-kinds.ts';
import { MAX_CHARACTERS } from '../../core/response.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import {
  emptyReason,
  examined,
  extentText,
  type Log,
  mergedLines,
  othersText,
  restartText,
} from '../parts/log-text.ts';
import { namesText } from '../parts/object-names.ts';

/** The most pods whose logs one call reads. */
const MAX_PODS = 10;
/** How many lines grep searches, over all pods; and at least how many per pod. */
const SEARCHED = 20_000;
const SEARCHED_EACH = 2_000;
/** The most pods that are named although their logs are not read. */
const MAX_NAMED = 3;
/** Reserved for the lines above the log. */
const HEAD = 3_000;

const input = {
  name: parameters.name,
  kind: z.string().default('Pod').describe('Or a workload or Service: all its pods'),
  namespace: parameters.namespace,
  container: z.string().optional(),
  tailLines: z.int().min(1).max(10_000).default(100).describe('Newest lines; shared by the pods of a workload'),
  since: z.string().optional().describe('e.g. 10m, 2h'),
  previous: z.boolean().default(false),
  timestamps: z.boolean().default(false),
  grep: z.string().optional().describe('RE2 regular expression; searches further back than tailLines'),
  limitBytes: z.int().min(1).optional(),
};

type Input = z.infer<z.ZodObject<typeof input>>;

export const getPodLogs = defineTool({
  name: 'get_pod_logs',
  title: 'Get Pod Logs',
  description:
    'Get the newest log lines of a pod, or of all pods of a workload. Use grep and since rather than many lines; previous after a crash.',
  access: 'read',
  input,
  async run(given, { connection, signal }) {
    const { resource, namespace, pods, others } = await findPods(given, connection, signal);
    const single = resourceNameOf(resource) === 'pods';
    const logs = newestLines(await readLogs(pods, given, connection, signal), given.tailLines);
    const subject = single
      ? `Pod ${given.name}`
      : `${others.length > 0 ? `${pods.length} of the ` : ''}${counted(pods.length + others.length, 'pod')} of ${resource.kind} ${given.name}`;
    const budget = Math.min(given.limitBytes ?? MAX_CHARACTERS, MAX_CHARACTERS - HEAD);
    const { text, cut, kept } = mergedLines(logs, { prefixed: !single, timestamps: given.timestamps, budget });
    const [first] = logs;
    const isWhole = others.length === 0 && logs.every(({ isUnread }) => !isUnread);
    const head = [
      `${subject} in namespace ${namespace}, ${given.previous ? 'previous run of ' : ''}container ${first?.container}${first ? othersText(first) : ''}: ${extentText(logs, { ...given, isWhole, kept })}${cut ? cutText(given) : ''}`,
      ...namesText('Not read', others.map(nameOf), MAX_NAMED),
      ...notes(logs, given, single),
    ].map(redactText);
    // Each log was redacted separately and whole, before it was cut.
    return { text: text === '' ? head.join('\n') : `${head.join('\n')}\n\n${text}`, isRedacted: true };
  },
});

async function findPods(
  { name, kind, namespace, container }: Input,
  connection: Connection,
  signal: AbortSignal,
): Promise<{ resource: ApiResource; namespace: string; pods: Pod[]; others: Pod[] }> {
  const { client, discovery } = connection;
  const resource = await discovery.resolve(kind);
  const place = namespace || connection.namespace;
  if (!resource.namespaced) throw noPods(resource);
  let object: KubernetesObject;
  try {
    object = await client.json<KubernetesObject>({ path: pathOf(resource, place, name), signal });
  } catch (error) {
    if (!isApiError(error, 404)) throw error;
    const { message } = await notFoundError(client, resource, place, name, signal);
    const workloads =
      resourceNameOf(resource) === 'pods' ? ' All pods of a workload: kind=Deployment or the like.' : '';
    throw new UserError(`${message}${workloads}`);
  }
  const found = await podsOf(connection, resource, object, signal);
  if (found === undefined) throw noPods(resource);
  if (found.length === 0) {
    throw new UserError(
      `${resource.kind} "${name}" in namespace "${place}" has no pods. diagnose_resource or list_events may tell why.`,
    );
  }
  const fitting = container ? found.filter((pod) => containerNames(pod).includes(container)) : found;
  // If none has it, the first pod's error lists what there is.
  const all = (fitting.length > 0 ? fitting : found).toSorted(troubledFirst);
  // A Job's pods end, and their logs are its result; of anything else, those that ended are left over.
  const living = workloadKind(resource)?.isBatch ? all : all.filter((pod) => !hasEnded(pod));
  const pods = (living.length > 0 ? living : all).slice(0, MAX_PODS);
  return { resource, namespace: place, pods, others: all.filter((pod) => !pods.includes(pod)) };
}

function nameOf(pod: Pod): string {
  return `${pod.metadata?.name}${hasEnded(pod) ? ` (${pod.status?.reason ?? pod.status?.phase})` : ''}`;
}

function noPods({ kind }: ApiResource): UserError {
  const others = WORKLOAD_KINDS.map((one) => one.kind).join(', ');
  return new UserError(`A ${kind} has no pods of its own. kind takes Pod, ${others} or Service.`);
}

function troubledFirst(a: Pod, b: Pod): number {
  const isFine = (pod: Pod) => Number(isReady(pod) || pod.status?.phase === 'Succeeded');
  const created = (pod: Pod) => pod.metadata?.creationTimestamp ?? '';
  return isFine(a) - isFine(b) || created(b).localeCompare(created(a));
}

async function readLogs(
  pods: readonly Pod[],
  { container, tailLines, since, previous, grep }: Input,
  { client }: Connection,
  signal: AbortSignal,
): Promise<Log[]> {
  const sinceSeconds = since === undefined ? undefined : Math.max(1, Math.ceil(parseDuration(since) / 1000));
  const filter = grep ? await lineFilter(grep) : undefined;
  const each = Math.ceil(tailLines / pods.length);
  const window = filter ? Math.max(Math.ceil(SEARCHED / pods.length), SEARCHED_EACH, each) : each;
  return Promise.all(
    pods.map(async (pod): Promise<Log> => {
      const name = pod.metadata?.name ?? '';
      const chosen = chooseContainer(pod, container);
      try {
        const request = { namespace: pod.metadata?.namespace, pod: name, container: chosen, lines: window };
        const log = await readLog(client, { ...request, sinceSeconds, previous, signal });
        return { pod, container: chosen, ...examined(log, filter, each), problem: undefined, isUnread: false };
      } catch (error) {
        const problem = problemText(error, pod, chosen, previous, pods.length > 1);
        if (problem === undefined) throw error;
        // The kubelet answers 400 when it has no log.
        const isUnread = !isApiError(error, 400);
        return { pod, container: chosen, lines: [], read: 0, more: false, oldest: undefined, problem, isUnread };
      }
    }),
  );
}

/** The newest lines of all logs together; each log has contributed its share, rounded up. */
function newestLines(logs: readonly Log[], count: number): Log[] {
  const dropped = logs
    .flatMap(({ lines }, log) => lines.map(({ time = '' }, line) => ({ time, log, line })))
    .sort((a, b) => b.time.localeCompare(a.time) || b.line - a.line)
    .slice(count);
  return logs.map((log, index) => {
    const own = dropped.filter((line) => line.log === index).length;
    return own === 0 ? log : { ...log, lines: log.lines.slice(own), more: true };
  });
}

/** Explains a missing log; undefined for an error that ends the call. */
function problemText(
  error: unknown,
  pod: Pod,
  container: string,
  previous: boolean,
  several: boolean,
): string | undefined {
  if (isApiError(error, 400)) {
    if (previous)
      return 'It has no previous run: it never restarted, or that log is gone. Call again without previous.';
    return reasonNotStarted(pod, container) ?? error.message;
  }
  // One dead node must not hide the logs from the others.
  if (several && error instanceof KubeletError) return `Its log cannot be read: ${error.reason}.`;
  const ofThisPod = error instanceof ApiError && error.code !== 401 && error.code !== 403;
  return several && ofThisPod ? `Its log cannot be read: ${error.message}` : undefined;
}

function cutText({ grep }: Input): string {
  return ` Cut to the newest that fit: use ${grep ? 'a narrower grep' : 'grep'}, since or one pod.`;
}

/** Notes for the reader: restarts, and pods without a log. */
function notes(logs: readonly Log[], { previous, since }: Input, single: boolean): string[] {
  const named = (log: Log, text: string | undefined) =>
    text === undefined ? [] : [single ? text : `${log.pod.metadata?.name}: ${text}`];
  const empty = logs.filter((log) => log.read === 0 && !log.more).flatMap((log) => named(log, emptyReason(log, since)));
  const restarted = previous ? [] : logs.flatMap((log) => named(log, restartText(log)));
  return [...empty, ...(restarted.length > 0 ? [`${restarted.join('; ')}. previous=true shows the run before.`] : [])];
}
