import { type ApiResource, resourceNameOf } from '../apimachinery/api-resource.ts';
import { UserError } from '../apimachinery/errors.ts';
import { otherOwners } from '../apimachinery/field-ownership.ts';
import { jsonText } from '../apimachinery/json.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import type { Connection } from '../client/cluster.ts';
import { type Named, readObject } from '../client/read-object.ts';
import { objectDiff } from '../text/diff.ts';
import { CHANGE_CAUSE, describeRevisions, type Revision, revisionsOf, revisionsTable } from '../workloads/revisions.ts';
import { workloadNames } from '../workloads/workload-kinds.ts';
import { type StartedJob, setSuspended, startJob, suspendedText } from './jobs.ts';
import { patchObject } from './patch.ts';
import type { Outcome, Update } from './planned-update.ts';
import { describeTarget, targetOf } from './target.ts';
import type { Writer } from './writer.ts';

const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
const WORKLOADS = workloadNames(({ hasRollouts }) => hasRollouts);
const JOBS = workloadNames(({ isBatch }) => isBatch);

/** Actions on a rollout, or on what a CronJob rolls out. */
export const ROLLOUT_ACTIONS = ['restart', 'undo', 'history', 'pause', 'resume', 'suspend', 'trigger'] as const;
export type RolloutAction = (typeof ROLLOUT_ACTIONS)[number];

export interface RolloutOptions {
  toRevision?: number | undefined;
  force?: boolean;
  /** Follows the name of the object in the result. */
  place?: string;
}

/** A restart has no effect while the rollout is paused. */
export class PausedError extends UserError {
  override name = 'PausedError';
}

/** The result of a restart. */
export interface Restart {
  /** The old pods stay until somebody deletes them. */
  isOnDelete: boolean;
  /** The API server's warnings. */
  notes: string[];
}

/** The kinds that each action fits. */
const KINDS: Record<RolloutAction, readonly string[]> = {
  restart: WORKLOADS,
  undo: WORKLOADS,
  history: WORKLOADS,
  pause: ['deployments.apps'],
  resume: ['deployments.apps', ...JOBS],
  suspend: JOBS,
  trigger: ['cronjobs.batch'],
};

const ONLY: Partial<Record<RolloutAction, string>> = {
  pause: 'Deployments can be paused',
  resume: 'Deployments, Jobs and CronJobs can be resumed',
  suspend: 'Jobs and CronJobs can be suspended',
  trigger: 'CronJobs can be triggered',
};

/** Acts on the rollout of a workload and describes the result. @throws UserError where it cannot be done. */
export async function rollOut(
  named: Named,
  action: RolloutAction,
  { toRevision, force = false, place = '' }: RolloutOptions,
  writer: Writer,
): Promise<string> {
  if (toRevision !== undefined && action !== 'undo') throw new UserError('toRevision goes with action=undo only.');
  const { update, live } = await updateOf(named, action, writer, force);
  const what = `${describeTarget(update.target)}${place}`;
  const rollout = new Rollout(update, live, what);
  switch (action) {
    case 'restart':
      return rollout.textOf(await rollout.restart());
    case 'undo':
      return rollout.undo(toRevision);
    case 'trigger': {
      const { job, notes } = await startJob(update, live);
      return [`Triggered ${what}: created ${describeTarget(job)}.`, ...notes].join('\n');
    }
    case 'suspend':
      return suspendedText(update, await setSuspended(update, live, true), true, what);
    case 'resume':
      if (JOBS.includes(resourceNameOf(update.target.resource)))
        return suspendedText(update, await setSuspended(update, live, false), false, what);
      return rollout.resume();
    default:
      return rollout[action]();
  }
}

/**
 * Replaces the pods of a workload, whoever owns its template.
 * @throws UserError where it cannot be done, PausedError while it is paused.
 */
export async function restart(named: Named, writer: Writer): Promise<Restart> {
  const { update, live } = await updateOf(named, 'restart', writer, true);
  const what = `${describeTarget(update.target)} (context ${writer.connection.context.name})`;
  return new Rollout(update, live, what).restart();
}

/** Starts a Job of a CronJob now. @throws UserError where it cannot be done. */
export async function trigger(named: Named, writer: Writer): Promise<StartedJob> {
  const { update, live } = await updateOf(named, 'trigger', writer, true);
  return startJob(update, live);
}

/** Suspends a Job or CronJob, or resumes it; without `after` in the outcome it was so already. */
export async function suspend(named: Named, isSuspended: boolean, writer: Writer): Promise<Outcome> {
  const { update, live } = await updateOf(named, 'suspend', writer, true);
  return setSuspended(update, live, isSuspended);
}

/** The kept revisions as a table. @throws UserError for a kind without rollouts. */
export async function rolloutHistory(
  { client }: Pick<Connection, 'client'>,
  resource: ApiResource,
  object: KubernetesObject,
  signal: AbortSignal,
): Promise<string> {
  refuseUnfit('history', resource);
  return revisionsTable(await revisionsOf(client, resource, object, signal));
}

async function updateOf(
  { kind, name, namespace }: Named,
  action: RolloutAction,
  writer: Writer,
  force: boolean,
): Promise<{ update: Update; live: KubernetesObject }> {
  const { connection, signal } = writer;
  const target = await targetOf({ kind, metadata: { name } }, namespace, connection);
  refuseUnfit(action, target.resource);
  const live = await readObject(connection.client, target.resource, target.namespace, name, signal);
  return { update: { target, name, dryRun: false, force, writer, isOwn: true, submitted: {} }, live };
}

function refuseUnfit(action: RolloutAction, resource: ApiResource): void {
  const name = resourceNameOf(resource);
  if (KINDS[action].includes(name)) return;
  const own = ROLLOUT_ACTIONS.filter((one) => KINDS[one].includes(name));
  const advice = own.length > 0 ? ` For it there is: ${own.join(', ')}.` : '';
  const only = own.length > 0 ? ONLY[action] : undefined;
  throw new UserError(
    only
      ? `Only ${only}, not ${name}.${advice}`
      : `${name} have no rollouts. What has: ${WORKLOADS.join(', ')}.${advice}`,
  );
}

/** The workload whose rollout is changed. */
class Rollout {
  readonly #update: Update;
  readonly #live: KubernetesObject;
  readonly #what: string;

  constructor(update: Update, live: KubernetesObject, what: string) {
    this.#update = update;
    this.#live = live;
    this.#what = what;
  }

  async history(): Promise<string> {
    const { target, writer } = this.#update;
    const table = await rolloutHistory(writer.connection, target.resource, this.#live, writer.signal);
    return `${this.#what}:\n${table}`;
  }

  async restart(): Promise<Restart> {
    this.#refuseWhenPaused('restart');
    const annotations = { [RESTARTED_AT]: this.#update.writer.fresh.time.toISOString() };
    const { notes } = await this.#merge({ template: { metadata: { annotations } } });
    return { isOnDelete: this.#isOnDelete, notes };
  }

  textOf({ notes }: Restart): string {
    return [`Restarted ${this.#what}.`, ...this.#onDelete(), ...notes].join('\n');
  }

  async pause(): Promise<string> {
    return this.#setPaused(true);
  }

  async resume(): Promise<string> {
    return this.#setPaused(false);
  }

  async undo(toRevision: number | undefined): Promise<string> {
    this.#refuseWhenPaused('undo');
    const { target, writer } = this.#update;
    const revisions = await revisionsOf(writer.connection.client, target.resource, this.#live, writer.signal);
    const current = revisions.find((revision) => revision.current);
    const wanted = this.#choose(revisions, toRevision);
    const { before, after, notes } = await this.#replaceTemplate(wanted);
    const to = `revision ${wanted.number} (${wanted.images.join(', ')})`;
    if (!after) return `No change: ${this.#what} already has the pod template of ${to}. Nothing was sent.`;
    const owners = otherOwners(this.#live, 'spec', 'template');
    const lines = [
      `Rolled ${this.#what} back${current ? ` from revision ${current.number}` : ''} to ${to}.`,
      ...this.#onDelete(),
      ...(owners.length > 0
        ? [
            `Warning: its pod template is managed by ${owners.join(', ')}, which may set it back: undo it at its source too.`,
          ]
        : []),
      ...notes,
      objectDiff(templateOf(before), templateOf(after)).trimEnd(),
    ];
    return lines.join('\n');
  }

  #choose(revisions: Revision[], toRevision: number | undefined): Revision {
    const wanted = revisions.find(({ number, current }) =>
      toRevision === undefined ? !current : number === toRevision,
    );
    if (wanted) return wanted;
    const kept = revisions.length === 0 ? 'none is kept' : `there are: ${describeRevisions(revisions)}`;
    throw new UserError(
      toRevision === undefined
        ? `${this.#what} has no earlier revision to go back to; ${kept}.`
        : `${this.#what} has no revision ${toRevision}; ${kept}.`,
    );
  }

  // Replaced as a whole: a merge would keep what the later template added.
  #replaceTemplate({ template, changeCause }: Revision): Promise<Outcome> {
    const annotations = this.#live.metadata?.annotations;
    const cause = `/metadata/annotations/${CHANGE_CAUSE.replace('/', '~1')}`;
    const operations: object[] = [{ op: 'replace', path: '/spec/template', value: template }];
    if (annotations && changeCause) operations.push({ op: 'add', path: cause, value: changeCause });
    else if (annotations?.[CHANGE_CAUSE]) operations.push({ op: 'remove', path: cause });
    return patchObject(this.#update, this.#live, jsonText(operations), 'json');
  }

  async #setPaused(paused: boolean): Promise<string> {
    const { after, notes } = await this.#merge({ paused });
    if (!after) return `No change: ${this.#what} is ${paused ? 'paused already' : 'not paused'}. Nothing was sent.`;
    const head = paused
      ? `Paused ${this.#what}: changes of its pod template wait until it is resumed.`
      : `Resumed ${this.#what}.`;
    return [head, ...notes].join('\n');
  }

  #merge(spec: object): Promise<Outcome> {
    return patchObject(this.#update, this.#live, jsonText({ spec }), 'merge');
  }

  #refuseWhenPaused(action: string): void {
    if (!isObject(this.#live.spec) || this.#live.spec.paused !== true) return;
    throw new PausedError(`${this.#what} is paused, so ${action} would do nothing. Use action=resume first.`);
  }

  get #isOnDelete(): boolean {
    const strategy = isObject(this.#live.spec) ? this.#live.spec.updateStrategy : undefined;
    return isObject(strategy) && strategy.type === 'OnDelete';
  }

  #onDelete(): string[] {
    return this.#isOnDelete
      ? ['Its update strategy is OnDelete: each pod gets the new template only when it is deleted.']
      : [];
  }
}

function templateOf({ spec }: KubernetesObject): KubernetesObject {
  return isObject(spec) ? { spec: { template: spec.template } } : {};
}
