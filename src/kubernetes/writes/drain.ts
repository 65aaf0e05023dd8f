import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, UserError } from '../apimachinery/errors.ts';
import { TimeLimit } from '../apimachinery/time-limit.ts';
import type { EvictedPod } from '../workloads/eviction-plan.ts';
import type { Pod } from '../workloads/pods.ts';
import { BatchReview } from './batch-review.ts';
import type { Change } from './change.ts';
import {
  type DrainConsent,
  type DrainPlan,
  drainDangers,
  drainLines,
  nameOf,
  planDrain,
  podsOn,
  refuseLosses,
} from './drain-plan.ts';
import { evictionPath, evictPod } from './eviction.ts';
import { readNode, setSchedulable } from './node-changes.ts';
import { changeOf } from './target.ts';
import type { Writer } from './writer.ts';

/** How a node is drained. */
export interface DrainOptions extends DrainConsent {
  dryRun: boolean;
  waitSeconds: number;
}

/** What was planned and done. */
export interface Drain {
  plan: DrainPlan;
  /** The node was cordoned for it, and was not before. */
  isNewlyCordoned: boolean;
  seconds: number;
}

/** How far a drain has come, in numbers of pods. */
export interface DrainProgress {
  accepted: number;
  planned: number;
  left: number;
}

/** How often pods are looked at, and evictions tried again that a budget refused; in milliseconds. */
const POLL_MS = 1_000;

/**
 * Cordons a node and evicts its pods, as far as their budgets allow, until they are gone.
 * @throws UserError that says how far it came, also when it is cancelled.
 */
export async function drain(
  name: string,
  options: DrainOptions,
  writer: Writer,
  progress: (state: DrainProgress) => void,
): Promise<Drain> {
  const { connection, signal } = writer;
  const node = await readNode(name, writer);
  connection.client.assertPermitted({ method: 'POST', path: evictionPath('any', 'any') });
  const plan = await planDrain(connection.client, name, signal);
  if (!options.dryRun) refuseLosses(plan, options);
  const consequences = drainDangers(plan);
  const place = { resource: node.target.resource, namespace: undefined, name };
  const change: Change = {
    ...changeOf(place, connection, 'delete', {
      uid: node.live.metadata?.uid,
      subresource: 'pods',
      sent: plan.evicted.map(({ pod }) => pod.metadata?.uid),
      consequences,
    }),
    summary: drainLines(plan).join('\n'),
  };
  const batch = new BatchReview((changes) => writer.review(changes, options.dryRun ? 'dry run' : undefined));
  const [cordoning, evicting] = [batch.join(), batch.join()];
  const asked = evicting.through(writer).review([change]);
  asked.catch(() => undefined);
  const how = { dryRun: options.dryRun, force: options.force };
  const cordoned = await setSchedulable(node, false, how, cordoning.through(writer)).then(
    (outcome) => {
      cordoning.leave(false);
      return outcome;
    },
    (error: unknown) => {
      cordoning.leave(true);
      throw error;
    },
  );
  await asked;
  const done: Drain = { plan, isNewlyCordoned: cordoned.after !== undefined, seconds: 0 };
  if (options.dryRun) return done;
  const began = performance.now();
  await writer.write(change, () => new Evictions(name, plan, options, writer, progress).run());
  return { ...done, seconds: (performance.now() - began) / 1_000 };
}

/** The evictions of one drain. */
class Evictions {
  readonly #node: string;
  readonly #plan: DrainPlan;
  readonly #options: DrainOptions;
  readonly #writer: Writer;
  readonly #progress: (state: DrainProgress) => void;
  /** Of pods whose eviction was accepted. */
  readonly #accepted = new Set<Pod>();
  /** Why pods are still there. */
  readonly #reasons = new Map<Pod, string>();
  /** Pods that are not tried again. */
  readonly #failed = new Set<Pod>();

  constructor(
    node: string,
    plan: DrainPlan,
    options: DrainOptions,
    writer: Writer,
    progress: (state: DrainProgress) => void,
  ) {
    this.#node = node;
    this.#plan = plan;
    this.#options = options;
    this.#writer = writer;
    this.#progress = progress;
  }

  /** Resolves when all pods are gone. @throws UserError that says which are not. */
  async run(): Promise<void> {
    using late = new TimeLimit(this.#options.waitSeconds * 1_000);
    const stop = AbortSignal.any([this.#writer.signal, late.signal]);
    const sent = Promise.all(this.#plan.evicted.map((one) => this.#evict(one, stop)));
    const left = await this.#untilGone(stop);
    await sent;
    if (left.length === 0) return;
    const all = this.#plan.evicted.length;
    const why = this.#writer.signal.aborted
      ? 'it was cancelled'
      : late.isOver
        ? `${this.#options.waitSeconds} s were not enough`
        : 'some pods cannot be evicted';
    const names = left.map((pod) => `${nameOf({ pod })} (${this.#reasons.get(pod) ?? 'still shutting down'})`);
    throw new UserError(
      `Node "${this.#node}" is cordoned, but not drained: ${why}. ${this.#accepted.size} of ${all} evictions were accepted. Still there: ${names.join(', ')}. Drain it again to go on, or uncordon it.`,
    );
  }

  /** The pods that are there when all others are gone, or when it stops. */
  async #untilGone(stop: AbortSignal): Promise<Pod[]> {
    const targets = [...this.#plan.evicted.map(({ pod }) => pod), ...this.#plan.leaving];
    let left = targets;
    while (left.some((pod) => !this.#failed.has(pod)) && !stop.aborted) {
      this.#progress({ accepted: this.#accepted.size, planned: this.#plan.evicted.length, left: left.length });
      try {
        await delay(POLL_MS, undefined, { signal: stop });
        const found = await podsOn(this.#writer.connection.client, this.#node, stop);
        const uids = new Set(found.map(({ metadata }) => metadata?.uid));
        left = targets.filter(({ metadata }) => uids.has(metadata?.uid));
      } catch {
        // Evictions go on: the next look may succeed, and the deadline ends it.
      }
    }
    return left;
  }

  async #evict({ pod }: EvictedPod, stop: AbortSignal): Promise<void> {
    const { connection } = this.#writer;
    const { namespace, name } = pod.metadata ?? {};
    const resource = await connection.discovery.resolve('pods', 'v1');
    const change = changeOf({ resource, namespace, name }, connection, 'delete', { subresource: 'eviction' });
    try {
      await this.#writer.write(change, () =>
        evictPod(pod, {
          client: connection.client,
          stop,
          pauseMs: POLL_MS,
          held: (reason) => void this.#reasons.set(pod, reason),
        }),
      );
      this.#accepted.add(pod);
      this.#reasons.delete(pod);
    } catch (error) {
      this.#failed.add(pod);
      this.#reasons.set(pod, messageOf(error).replace(/\.$/, ''));
    }
  }
}
