import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { jsonText } from '../../../kubernetes/apimachinery/json.ts';
import { isObject, type JsonObject, type KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import { TimeLimit } from '../../../kubernetes/apimachinery/time-limit.ts';
import { digest } from '../../../kubernetes/diagnosis/digest.ts';
import { type LiveObject, notReady, notReadyText } from '../../../kubernetes/helm/not-ready.ts';
import type { Release } from '../../../kubernetes/helm/release.ts';
import {
  type Carried,
  changeLines,
  type Intent,
  objectsAfter,
  ReleaseOperation,
} from '../../../kubernetes/helm/release-operation.ts';
import { comparable, textDiff } from '../../../kubernetes/text/diff.ts';
import { withoutDigests } from '../../../kubernetes/text/markers.ts';
import { readValue } from '../../../kubernetes/text/reading.ts';
import { redact } from '../../../kubernetes/text/redact.ts';
import { toYaml } from '../../../kubernetes/text/yaml.ts';
import type { Change } from '../../../kubernetes/writes/change.ts';
import { bounded, renderObject } from '../../core/response.ts';
import type { ToolAnswer, ToolContext } from '../../core/tool.ts';

/** Interval of progress reports, in milliseconds. */
const PROGRESS_INTERVAL_MS = 3_000;
/** How many objects that are not ready are diagnosed. */
const MAX_DIAGNOSED = 2;
const MAX_DIGEST = 2_500;
const MAX_DRY_RUN = 20_000;
const MAX_NOTES = 1_500;

/** Parses a call's values. @throws UserError unless they are a mapping. */
export async function readValues(text: string | undefined): Promise<JsonObject | undefined> {
  if (text === undefined || text.trim() === '') return undefined;
  const value = await readValue(text, 'values');
  if (value === null) return undefined;
  if (!isObject(value)) throw new UserError('values has to be a YAML mapping: key: value.');
  return value;
}

/** The values for helm as JSON, which is unambiguous. */
export function valuesText(values: JsonObject | undefined): string | undefined {
  return values && jsonText(values);
}

/** A Helm operation, and its wording. */
export interface HelmChange {
  intent: Intent;
  /** The caller's input, to be shown to the user. */
  submitted: JsonObject | undefined;
  /** `Upgraded web to revision 3`, once it is done. */
  done(release: Release | undefined): string;
  /** What the caller can do about a failure. */
  advice: string;
  /** Hooks of the existing release, where no new one is rendered. */
  hooks?: Release['hooks'];
  dryRun: boolean;
}

/** Does the dry run, the review and the change, then reports the outcome. */
export async function changeRelease(call: ToolContext, change: HelmChange): Promise<ToolAnswer> {
  const { intent, dryRun, submitted } = change;
  const operation = new ReleaseOperation(await call.helm.program(), intent, submitted, call.writer);
  call.progress('Trying it out');
  const trial = await operation.try(change.hooks);
  const place = `release ${intent.place.name} in namespace ${intent.place.namespace} (context ${call.connection.context.name})`;
  await operation.review(dryRun ? 'dry run' : undefined);
  if (dryRun) return { text: dryRunText(trial.changes, intent, place), isRedacted: true };
  const carried = await withProgress(call, intent, trial.changes, () => operation.run());
  if (carried.problem !== undefined) throw await failure(carried, change, place, call);
  const lines = changeLines(carried.changes, intent.place);
  const notes = intent.operation === 'helmUninstall' ? undefined : carried.release?.notes;
  const text = [
    `${change.done(carried.release)} · ${place}`,
    bounded(lines.length > 0 ? lines.join('\n') : 'No object changed.', '', 4_000),
    ...(intent.wait !== undefined ? ['Everything is ready.'] : []),
    ...(notes ? [`Notes:\n${bounded(notes.trim(), 'get_helm_release section=notes has all.', MAX_NOTES)}`] : []),
  ];
  return { text: text.join('\n') };
}

function dryRunText(changes: readonly Change[], { place, operation }: Intent, where: string): string {
  const parts = changes.map((change) => {
    const [line = ''] = changeLines([change], place);
    const { before, after } = change;
    if (before && after)
      return `${line}
${diffText(before, after)}`.trimEnd();
    return after && operation === 'helmInstall' ? `${line}\n${withoutDigests(renderObject(after)).trimEnd()}` : line;
  });
  const text = parts.length > 0 ? parts.join('\n') : 'No object would change.';
  return `Dry run, nothing was changed: ${where}\n${bounded(text, 'render_helm_chart shows single objects.', MAX_DRY_RUN)}`;
}

// Redact before comparing: a difference in hidden values would confirm or refute a guess.
function diffText(before: KubernetesObject, after: KubernetesObject): string {
  const [from = '', to = ''] = [before, after].map((one) => withoutDigests(toYaml(comparable(redact(one)))));
  return textDiff(from, to, 0).replace(/^---[^\n]*\n\+\+\+[^\n]*\n/, '');
}

async function withProgress<T>(
  { connection, progress, signal }: ToolContext,
  { place, wait }: Intent,
  changes: readonly Change[],
  work: () => Promise<T>,
): Promise<T> {
  if (wait === undefined) return work();
  let asking = false;
  const tell = async () => {
    if (asking) return;
    asking = true;
    const waiting = await notReady(objectsAfter(changes), place.namespace, connection, signal).catch(() => []);
    if (waiting.length > 0) progress(`Waiting for ${waiting.slice(0, 3).map(notReadyText).join('; ')}`);
    asking = false;
  };
  const timer = setInterval(() => void tell(), PROGRESS_INTERVAL_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

async function failure(carried: Carried, change: HelmChange, place: string, call: ToolContext): Promise<UserError> {
  const { connection } = call;
  const { intent } = change;
  // The call may have been cancelled, but the resulting state is still worth reporting.
  const limit = new TimeLimit(10_000);
  const { signal } = limit;
  const objects: KubernetesObject[] = objectsAfter(carried.changes);
  const waiting = await notReady(objects, intent.place.namespace, connection, signal).catch(() => []);
  const reasons = await Promise.all(waiting.slice(0, MAX_DIAGNOSED).map((one) => reasonOf(one, call, signal)));
  limit.end();
  return new UserError(
    [
      `Helm failed: ${place}. Helm says: ${carried.problem}`,
      ...(waiting.length > 0 ? [`Not ready: ${waiting.map(notReadyText).join('; ')}`] : []),
      ...reasons,
      change.advice,
    ].join('\n'),
  );
}

async function reasonOf(
  { resource, object }: LiveObject,
  { connection }: ToolContext,
  signal: AbortSignal,
): Promise<string> {
  if (!object) return '';
  const text = await digest(connection, resource, object, signal).catch(() => '');
  return bounded(text, `diagnose_resource kind=${resource.kind} has the rest.`, MAX_DIGEST);
}
