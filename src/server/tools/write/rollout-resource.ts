import * as z from 'zod';
import { resourceNameOf } from '../../../kubernetes/api-resource.ts';
import { objectDiff } from '../../../kubernetes/diff.ts';
import { UserError } from '../../../kubernetes/errors.ts';
import { otherOwners } from '../../../kubernetes/field-ownership.ts';
import { isObject, type KubernetesObject } from '../../../kubernetes/objects.ts';
import { CHANGE_CAUSE, describeRevisions, type Revision, revisionsOf } from '../../../kubernetes/revisions.ts';
import { readObject } from '../../read-object.ts';
import { bounded } from '../../response.ts';
import { defineTool, type ToolContext } from '../../tool.ts';
import * as parameters from '../parameters.ts';
import { describeTarget, targetOf } from './manifest.ts';
import { type Outcome, patchObject, type Update } from './update.ts';

const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
const KINDS = ['deployments.apps', 'statefulsets.apps', 'daemonsets.apps'];

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
    action: z.enum(['restart', 'undo', 'pause', 'resume']),
    toRevision: z.int().min(1).optional().describe('For undo; the previous one by default'),
  },
  async run({ kind, name, namespace, action, toRevision }, call) {
    const { connection, signal } = call;
    const { client } = connection;
    if (toRevision !== undefined && action !== 'undo') throw new UserError('toRevision goes with action=undo only.');
    const target = await targetOf({ kind, metadata: { name } }, namespace, connection);
    const resourceName = resourceNameOf(target.resource);
    if (!KINDS.includes(resourceName))
      throw new UserError(`${resourceName} have no rollouts. What has: ${KINDS.join(', ')}.`);
    const live = await readObject(client, target.resource, target.namespace, name, signal);
    const rollout = new Rollout({ target, name, client, dryRun: false, force: false, signal, call }, live, call);
    return { text: await (action === 'undo' ? rollout.undo(toRevision) : rollout[action]()) };
  },
});

/** One workload whose rollout is changed. */
class Rollout {
  readonly #update: Update;
  readonly #live: KubernetesObject;
  readonly #what: string;

  constructor(update: Update, live: KubernetesObject, { connection }: ToolContext) {
    this.#update = update;
    this.#live = live;
    this.#what = `${describeTarget(update.target)} (context ${connection.context.name})`;
  }

  async restart(): Promise<string> {
    this.#refuseWhenPaused('restart');
    const annotations = { [RESTARTED_AT]: new Date().toISOString() };
    const { notes } = await this.#merge({ template: { metadata: { annotations } } });
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
    const { target, client, signal } = this.#update;
    const revisions = await revisionsOf(client, target.resource, this.#live, signal);
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
    return bounded(lines.join('\n'), 'get_resource shows it as it is now.');
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

  // Replaced whole, because a merge would keep what the later template added.
  #replaceTemplate({ template, changeCause }: Revision): Promise<Outcome> {
    const annotations = this.#live.metadata?.annotations;
    const cause = `/metadata/annotations/${CHANGE_CAUSE.replace('/', '~1')}`;
    const operations: object[] = [{ op: 'replace', path: '/spec/template', value: template }];
    if (annotations && changeCause) operations.push({ op: 'add', path: cause, value: changeCause });
    else if (annotations?.[CHANGE_CAUSE]) operations.push({ op: 'remove', path: cause });
    return patchObject(this.#update, this.#live, JSON.stringify(operations), 'json');
  }

  async #setPaused(paused: boolean): Promise<string> {
    const name = resourceNameOf(this.#update.target.resource);
    if (name !== 'deployments.apps') throw new UserError(`Only Deployments can be paused and resumed, not ${name}.`);
    const { after, notes } = await this.#merge({ paused });
    if (!after) return `No change: ${this.#what} is ${paused ? 'paused already' : 'not paused'}. Nothing was sent.`;
    const head = paused
      ? `Paused ${this.#what}: changes of its pod template wait until it is resumed.`
      : `Resumed ${this.#what}.`;
    return [head, ...notes].join('\n');
  }

  #merge(spec: object): Promise<Outcome> {
    return patchObject(this.#update, this.#live, JSON.stringify({ spec }), 'merge');
  }

  #refuseWhenPaused(action: string): void {
    if (!isObject(this.#live.spec) || this.#live.spec.paused !== true) return;
    throw new UserError(`${this.#what} is paused, so ${action} would do nothing. Use action=resume first.`);
  }

  #onDelete(): string[] {
    const strategy = isObject(this.#live.spec) ? this.#live.spec.updateStrategy : undefined;
    return isObject(strategy) && strategy.type === 'OnDelete'
      ? ['Its update strategy is OnDelete: each pod gets the new template only when it is deleted.']
      : [];
  }
}

function templateOf({ spec }: KubernetesObject): KubernetesObject {
  return isObject(spec) ? { spec: { template: spec.template } } : {};
}
