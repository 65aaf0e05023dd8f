import { age } from '../../apimachinery/age.ts';
import { type Condition, conditionOf, isConditionTrue } from '../../apimachinery/conditions.ts';
import { textAt } from '../../apimachinery/fields.ts';
import type { ObjectMeta } from '../../apimachinery/objects.ts';
import { isOwnedBy, ownerReferencesOf } from '../../apimachinery/ownership.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { shortened } from '../../text/shortened.ts';
import { hasEnded, isActive } from '../../workloads/pods.ts';
import { cause, type Finding, merged, type Report, risk, symptom, within } from '../facts/finding.ts';
import { type Lookup, members } from '../facts/lookup.ts';
import { type Message, say } from '../facts/message.ts';
import type { Pod, Workload } from '../facts/types.ts';
import { warningsOf } from '../facts/warnings.ts';
import { creationFinding, exhaustedQuotas } from './quotas.ts';
import { brokenReferences } from './references.ts';
import { asRisks, podsOf, podsReport, podsSection } from './workloads.ts';

const MAX_SHOWN = 5;
/** How much is shown of the list of indexes that failed, in characters. */
const MAX_INDEXES = 80;

/** The problems of a Job: how it ended, what keeps its pods from working, and why the last one failed. */
export async function jobReport(job: Workload, lookup: Lookup): Promise<Report> {
  const { spec, status, metadata } = job;
  const namespace = metadata?.namespace ?? '';
  const ended = conditionOf(job, 'Failed') ?? conditionOf(job, 'FailureTarget');
  const complete = isConditionTrue(job, 'Complete');
  const [found, warnings] = await Promise.all([podsOf(job, lookup), warningsOf(job, 'Job', lookup)]);
  const pods = members(found).toSorted(byAge);
  const unfinished = pods.filter((pod) => !hasEnded(pod));
  const failures = pods.filter(({ status: { phase } = {} }) => phase === 'Failed');
  const [ofRunning, ofFailed, references] = await Promise.all([
    // A Job that eventually succeeded needs no explanation.
    podsReport(complete ? [] : unfinished, lookup),
    podsReport(complete ? [] : failures.slice(0, 1), lookup),
    complete ? [] : brokenReferences(spec?.template?.spec ?? {}, namespace, lookup),
  ]);
  // While others run, a pod that failed is one more try: it explains the Job only once nothing can come of it.
  const isLost = ended?.status === 'True' || !pods.some(isActive) || Boolean(status?.failedIndexes);
  const ofPods = merged('', [ofRunning, isLost ? ofFailed : asRisks(ofFailed)]);
  const findings: Finding[] = [
    ...references.map(
      (finding): Finding => (pods.length > 0 && status?.failed ? { ...finding, level: 'risk' } : finding),
    ),
    ...ofPods.findings,
  ];
  if (ended?.status === 'True') {
    const text = failureText(ended);
    findings.push(ofPods.findings.some(({ level }) => level === 'cause') ? symptom(text) : cause(text));
  } else if (spec?.suspend) {
    findings.push(cause(say`it is suspended`));
  } else if (!complete && found !== 'unknown' && pods.length === 0) {
    const refused = creationFinding(job, warnings, pods);
    findings.push(
      ...(refused ? [refused] : await exhaustedQuotas(namespace, spec?.template?.spec, lookup)),
      symptom(say`it has no pods`),
    );
  } else if (!complete && status?.failed) {
    findings.push((isLost ? symptom : risk)(failuresText(job)));
  }
  const counts = [`${status?.succeeded ?? 0}/${spec?.completions ?? 1} succeeded`];
  if (status?.failed) counts.push(`${status.failed} failed`);
  if (status?.active) counts.push(`${String(status.active)} active`);
  const summary = `${complete ? 'Complete' : ended?.status === 'True' ? 'Failed' : spec?.suspend ? 'Suspended' : 'Running'}, ${counts.join(', ')}`;
  return {
    ...merged(summary, [
      { ...ofPods, findings },
      { findings: [], warnings },
    ]),
    children: [podsSection(pods)],
  };
}

/** The problems of a CronJob: why its last finished Job failed, what holds the running one up, or why there is none. */
export async function cronJobReport(cronJob: Workload, lookup: Lookup): Promise<Report> {
  const { spec, status, metadata } = cronJob;
  const [all, warnings, references] = await Promise.all([
    lookup.list<Workload>(kinds.jobs, metadata?.namespace),
    warningsOf(cronJob, 'CronJob', lookup),
    brokenReferences(spec?.jobTemplate?.spec?.template?.spec ?? {}, metadata?.namespace ?? '', lookup),
  ]);
  const jobs = members(all)
    .filter((job) => isOwnedBy(job, cronJob.metadata?.uid))
    .sort(byAge);
  // While one runs, it is the one before that tells whether they succeed.
  const finished = jobs.find(isFinished);
  const told = jobs.slice(0, 1).filter((job) => !isFinished(job));
  // A success of which no Job is kept is over it, too.
  const isOver = (status?.lastSuccessfulTime ?? '') > (finished?.metadata?.creationTimestamp ?? '');
  if (finished && !isConditionTrue(finished, 'Complete') && !isOver) told.push(finished);
  const reports = await Promise.all(
    told.map(async (job) => {
      const report = await jobReport(job, lookup);
      const findings = report.findings.map((finding) => within(`Job ${job.metadata?.name}`, finding));
      return { ...report, findings, children: [] };
    }),
  );
  const own = [...(spec?.suspend ? [risk(say`it is suspended: no Jobs are started`)] : []), ...references];
  const newest = warnings
    .slice(0, 1)
    .map(({ reason, message }) => (reason === 'InvalidSchedule' ? cause : symptom)(say`${reason}: ${message}`));
  const lines = jobs.slice(0, MAX_SHOWN).map((job) => {
    const failed = isConditionTrue(job, 'Failed');
    const done = isConditionTrue(job, 'Complete');
    return `${job.metadata?.name} ${failed ? 'Failed' : done ? 'Complete' : 'Running'} ${age(job.metadata?.creationTimestamp)}`;
  });
  const facts = [
    `schedule "${spec?.schedule ?? ''}"${spec?.timeZone ? ` (${spec.timeZone})` : ''}`,
    status?.lastScheduleTime ? `last run ${age(status.lastScheduleTime)} ago` : 'never run yet',
    ...(finished && isConditionTrue(finished, 'Failed')
      ? [status?.lastSuccessfulTime ? `last success ${age(status.lastSuccessfulTime)} ago` : 'no success so far']
      : []),
  ];
  return {
    ...merged(facts.join(', '), [{ findings: own }, ...reports, { findings: newest, warnings }]),
    children: [{ title: 'Jobs', lines }],
  };
}

/**
 * The uids of the Jobs whose failures are over: they completed in the end, or a later one of their CronJob did.
 * @param lastSuccess when a CronJob last succeeded, by its name, where that is known.
 */
export function settledJobs<T extends { metadata?: ObjectMeta }>(
  jobs: readonly T[],
  isComplete: (job: T) => boolean,
  lastSuccess: (cronJob: string) => string | undefined = () => undefined,
): ReadonlySet<unknown> {
  const cronJobOf = ({ metadata }: T) => {
    const owner = ownerReferencesOf({ metadata }).find(({ kind }) => kind === 'CronJob');
    return owner && textAt(owner, 'name');
  };
  const created = ({ metadata }: T) => metadata?.creationTimestamp ?? '';
  const newest = new Map<string, string>();
  const keyOf = (job: T) => `${job.metadata?.namespace} ${cronJobOf(job)}`;
  for (const job of jobs) {
    if (isComplete(job) && created(job) > (newest.get(keyOf(job)) ?? '')) newest.set(keyOf(job), created(job));
  }
  const isSettled = (job: T) => {
    const cronJob = cronJobOf(job);
    if (isComplete(job)) return true;
    if (cronJob === undefined) return false;
    return [newest.get(keyOf(job)), lastSuccess(cronJob)].some((time) => time !== undefined && time > created(job));
  };
  return new Set(jobs.filter(isSettled).map(({ metadata }) => metadata?.uid));
}

function isFinished(job: Workload): boolean {
  return isConditionTrue(job, 'Complete') || isConditionTrue(job, 'Failed');
}

// With a limit per index, one index that failed for good fails the Job in the end (reason FailedIndexes).
function failuresText({ spec, status }: Workload): Message {
  const { backoffLimit = 6, backoffLimitPerIndex, maxFailedIndexes, successPolicy } = spec ?? {};
  if (backoffLimitPerIndex === undefined)
    return say`${status?.failed} pods failed so far (backoffLimit ${backoffLimit})`;
  const limits = `backoffLimitPerIndex ${backoffLimitPerIndex}${maxFailedIndexes === undefined ? '' : `, maxFailedIndexes ${maxFailedIndexes}`}`;
  if (!status?.failedIndexes) return say`${status?.failed} pods failed so far (${limits})`;
  const lost = say`its indexes ${shortened(status.failedIndexes, MAX_INDEXES)} failed for good (${limits})`;
  return successPolicy ? lost : say`${lost}, so it will fail once the others have ended`;
}

function byAge(a: Pod | Workload, b: Pod | Workload): number {
  return (b.metadata?.creationTimestamp ?? '').localeCompare(a.metadata?.creationTimestamp ?? '');
}

/** Why a Job failed, by its condition. */
export function failureText({ reason = '', message }: Pick<Condition, 'reason' | 'message'>): Message {
  return say`it failed: ${reason}${message ? say`: ${message}` : ''}`;
}
