import { resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import type { ApiClient } from '../../kubernetes/client/client.ts';
import { Call } from '../core/call.ts';
import type { Contexts } from '../core/contexts.ts';
import { formatError } from '../core/error-text.ts';
import { RequestError, toRequestError } from '../core/request-error.ts';
import { watchObject } from './object-watches.ts';
import { locate } from './resources.ts';

/** The most objects that one client follows: each costs the API server an open connection. */
const MAX_SUBSCRIPTIONS = 50;
/** Changes within this time are sent together, in milliseconds. */
const TOGETHER = 200;
/** How often kubeconfig changes are checked for a URI that now leads to another cluster, in milliseconds. */
const CHECK_INTERVAL_MS = 5_000;

export interface SubscriptionsOptions {
  contexts: () => Promise<Contexts>;
  /** Notifies the client that the resource behind a URI has changed. */
  updated(uri: string): void;
  log(message: string): void;
}

interface Subscription {
  uri: string;
  context: string | undefined;
  /** Resolves once no change is missed; rejects when it could not begin. */
  opened: Promise<void>;
  /** Is its watch being opened? Then it is neither lost nor opened by anybody else. */
  isOpening: boolean;
  /** The client of its watch; undefined while it is not watched. */
  client: ApiClient | undefined;
  release(): void;
  timer: NodeJS.Timeout | undefined;
}

/** The resources that one client follows, one watch each. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #subscriptions = new Map<string, Subscription>();
  #checks: NodeJS.Timeout | undefined;
  #isChecking = false;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  /**
   * Follows the resource behind a URI; no change is missed once the promise resolves. Idempotent.
   * @throws RequestError for an invalid URI, a kind that cannot be watched, or too many subscriptions.
   */
  async subscribe(uri: string): Promise<void> {
    const { opened } = this.#subscriptions.get(uri) ?? this.#begin(uri);
    await opened;
  }

  /** Ends a subscription; does nothing for a URI that is not followed. */
  unsubscribe(uri: string): void {
    const subscription = this.#subscriptions.get(uri);
    if (subscription) this.#drop(subscription);
  }

  /** Ends all subscriptions. */
  close(): void {
    for (const subscription of [...this.#subscriptions.values()]) this.#drop(subscription);
  }

  #begin(uri: string): Subscription {
    if (this.#subscriptions.size >= MAX_SUBSCRIPTIONS) {
      throw new RequestError(
        `At most ${MAX_SUBSCRIPTIONS} resources can be subscribed to at once: unsubscribe from another first.`,
      );
    }
    const none = { context: undefined, opened: Promise.resolve(), client: undefined, release: nothing };
    const subscription: Subscription = { uri, ...none, isOpening: false, timer: undefined };
    this.#subscriptions.set(uri, subscription);
    subscription.opened = this.#follow(subscription).catch((error: unknown) => {
      this.#drop(subscription);
      throw toRequestError(error);
    });
    this.#checks ??= Call.outside(() => setInterval(() => void this.#check(), CHECK_INTERVAL_MS).unref());
    return subscription;
  }

  #isCurrent(subscription: Subscription): boolean {
    return this.#subscriptions.get(subscription.uri) === subscription;
  }

  #drop(subscription: Subscription): void {
    end(subscription);
    // Its URI may have been subscribed to once more.
    if (this.#isCurrent(subscription)) this.#subscriptions.delete(subscription.uri);
    if (this.#subscriptions.size > 0) return;
    clearInterval(this.#checks);
    this.#checks = undefined;
  }

  /** Opens the watch of a subscription, in the place of any earlier one. */
  async #follow(subscription: Subscription): Promise<void> {
    end(subscription);
    subscription.isOpening = true;
    try {
      await this.#open(subscription);
    } finally {
      subscription.isOpening = false;
    }
  }

  async #open(subscription: Subscription): Promise<void> {
    const { uri } = subscription;
    const { connection, context, resource, namespace, name } = await locate(uri, await this.#options.contexts());
    if (!resource.verbs.includes('watch')) {
      throw new RequestError(`The cluster cannot watch ${resourceNameOf(resource)}: read the resource again instead.`);
    }
    let isOver = false;
    const release = await watchObject(connection.client, resource, namespace, name, {
      changed: () => this.#changed(subscription),
      ended: (error) => {
        isOver = true;
        end(subscription);
        this.#options.log(`Changes of ${uri} are not seen any more: ${formatError(error)}`);
      },
    });
    Object.assign(subscription, { context, client: connection.client, release });
    // Unsubscribed or ended meanwhile.
    if (isOver || !this.#isCurrent(subscription)) end(subscription);
  }

  #changed(subscription: Subscription): void {
    if (!this.#isCurrent(subscription)) return;
    subscription.timer ??= setTimeout(() => {
      subscription.timer = undefined;
      this.#options.updated(subscription.uri);
    }, TOGETHER).unref();
  }

  // The kubeconfig decides which cluster a URI leads to: after a change it may be another object.
  async #check(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    for (const subscription of [...this.#subscriptions.values()]) {
      try {
        const contexts = await this.#options.contexts();
        const { client } = await contexts.connect(subscription.context);
        if (client === subscription.client || subscription.isOpening || !this.#isCurrent(subscription)) continue;
        await this.#follow(subscription);
        this.#changed(subscription);
      } catch {
        // Retried after the next interval; meanwhile, reading the resource reports the error.
      }
    }
    this.#isChecking = false;
  }
}

function end(subscription: Subscription): void {
  clearTimeout(subscription.timer);
  subscription.timer = undefined;
  subscription.client = undefined;
  subscription.release();
  subscription.release = nothing;
}

function nothing(): void {}
