import { pathOf } from '../apimachinery/api-resource.ts';
import { UserError } from '../apimachinery/errors.ts';
import { fieldAt } from '../apimachinery/fields.ts';
import { jsonText } from '../apimachinery/json.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { kinds } from '../apimachinery/well-known-kinds.ts';
import { patchObject } from './patch.ts';
import type { Outcome, Update } from './planned-update.ts';
import { changeOf, type Target, targetOf, WRITE_QUERY, warningsOf } from './target.ts';

/** As `kubectl create job --from` marks it. */
const MANUAL = { 'cronjob.kubernetes.io/instantiate': 'manual' };
/** Leaves room for the suffix, and for those of the Job's pods. */
const MAX_NAME_LENGTH = 40;

/** Suspends or resumes a Job or CronJob. */
export function setSuspended(update: Update, live: KubernetesObject, suspend: boolean): Promise<Outcome> {
  return patchObject(update, live, jsonText({ spec: { suspend } }), 'merge');
}

/** What came of it, for a model. */
export function suspendedText({ target }: Update, { after, notes }: Outcome, suspend: boolean, what: string): string {
  if (!after) return `No change: ${what} is ${suspend ? 'suspended already' : 'not suspended'}. Nothing was sent.`;
  const isCronJob = target.resource.name === kinds.cronJobs.name;
  const effect = isCronJob ? 'no new Jobs start; those that run go on' : 'its pods are deleted until it is resumed';
  return [suspend ? `Suspended ${what}: ${effect}.` : `Resumed ${what}.`, ...notes].join('\n');
}

/** A Job that was started by hand, and the API server's warnings. */
export interface StartedJob {
  job: Target;
  notes: string[];
}

/** Starts a Job of a CronJob now, as `kubectl create job --from` does. @throws UserError for one without a template. */
export async function startJob({ target, name, writer }: Update, live: KubernetesObject): Promise<StartedJob> {
  const { connection, signal } = writer;
  const path = pathOf(kinds.jobs, target.namespace);
  connection.client.assertPermitted({ method: 'POST', path });
  const suffix = writer.fresh.suffix(`${path}/${name}`);
  const job = jobOf(live, `${name.slice(0, MAX_NAME_LENGTH)}-manual-${suffix}`);
  const place = await targetOf(job, target.namespace, connection);
  const send = (dryRun: boolean) =>
    connection.client.answer<KubernetesObject>({
      method: 'POST',
      path,
      query: { ...WRITE_QUERY, dryRun: dryRun ? 'All' : undefined },
      body: place.object,
      signal,
    });
  const { body: after } = await send(true);
  // The template may hold values that the caller has not seen.
  const change = changeOf(place, connection, 'create', { after, sent: place.object, submitted: {} });
  await writer.review([change]);
  const { headers } = await writer.write(
    change,
    () => send(false),
    ({ body }) => body,
  );
  return { job: place, notes: warningsOf(headers) };
}

/** The Job that the CronJob would start now. @throws UserError for anything without a template. */
export function jobOf({ metadata, spec }: KubernetesObject, name: string): KubernetesObject {
  const template = fieldAt(spec, 'jobTemplate');
  if (!isObject(template)) throw new UserError(`${metadata?.name} has no template of a Job.`);
  const { labels, annotations } = isObject(template.metadata) ? template.metadata : {};
  const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: metadata?.name, uid: metadata?.uid, controller: true };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      ...(metadata?.namespace && { namespace: metadata.namespace }),
      ...(isObject(labels) && { labels: labels as Record<string, string> }),
      annotations: { ...(isObject(annotations) && (annotations as Record<string, string>)), ...MANUAL },
      ownerReferences: [owner],
    },
    spec: template.spec,
  };
}
