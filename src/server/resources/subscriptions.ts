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
  /** The client of its watch; undefined while it is not watched. */
  client: ApiClient | undefined;
  release(): void;
  timer: NodeJS.Timeout | undefined;
}

/** The resources that one client follows, one watch each. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #subscriptions = new Map<string, Subscription>();
  #refreshing: NodeJS.Timeout | undefined;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  /**
   * Follows the resource behind a URI; no change is missed once the promise resolves. Idempotent.
   * @throws RequestError for an invalid URI, a kind that cannot be watched, or too many subscriptions.
   */
  async subscribe(uri: string): Promise<void> {
    if (this.#subscriptions.has(uri)) return;
    if (this.#subscriptions.size >= MAX_SUBSCRIPTIONS) {
      throw new RequestError(
        `At most ${MAX_SUBSCRIPTIONS} resources can be subscribed to at once: unsubscribe from another first.`,
      );
    }
    const subscription: Subscription = {
      uri,
      context: undefined,
      client: undefined,
      release: nothing,
      timer: undefined,
    };
    this.#subscriptions.set(uri, subscription);
    try {
      await this.#follow(subscription);
    } catch (error) {
      this.#subscriptions.delete(uri);
      throw toRequestError(error);
    }
    this.#refreshing ??= Call.outside(() => this.#refreshLater());
  }

  /** Ends a subscription; does nothing for a URI that is not followed. */
  unsubscribe(uri: string): void {
    const subscription = this.#subscriptions.get(uri);
    this.#subscriptions.delete(uri);
    if (subscription) end(subscription);
    if (this.#subscriptions.size > 0) return;
    clearTimeout(this.#refreshing);
    this.#refreshing = undefined;
  }

  /** Ends all subscriptions. */
  close(): void {
    for (const uri of [...this.#subscriptions.keys()]) this.unsubscribe(uri);
  }

  async #follow(subscription: Subscription): Promise<void> {
    const { uri } = subscription;
    const { connection, context, resource, namespace, name } = await locate(uri, await this.#options.contexts());
    if (!resource.verbs.includes('watch')) {
      throw new RequestError(`The cluster cannot watch ${resourceNameOf(resource)}: read the resource again instead.`);
    }
    const release = await watchObject(connection.client, resource, namespace, name, {
      changed: () => this.#changed(subscription),
      ended: (error) => {
        end(subscription);
        this.#options.log(`Changes of ${uri} are not seen any more: ${formatError(error)}`);
      },
    });
    Object.assign(subscription, { context, client: connection.client, release });
    // Unsubscribed meanwhile.
    if (this.#subscriptions.get(uri) !== subscription) end(subscription);
  }

  #changed(subscription: Subscription): void {
    subscription.timer ??= setTimeout(() => {
      subscription.timer = undefined;
      this.#options.updated(subscription.uri);
    }, TOGETHER).unref();
  }

  #refreshLater(): NodeJS.Timeout {
    const refresh = async () => {
      await this.#refresh();
      if (this.#subscriptions.size > 0) this.#refreshing = this.#refreshLater();
    };
    return setTimeout(refresh, CHECK_INTERVAL_MS).unref();
  }

  // The kubeconfig decides which cluster a URI leads to: after a change it may be another object.
  async #refresh(): Promise<void> {
    for (const subscription of [...this.#subscriptions.values()]) {
      try {
        const contexts = await this.#options.contexts();
        const { client } = await contexts.connect(subscription.context);
        if (client === subscription.client || this.#subscriptions.get(subscription.uri) !== subscription) continue;
        end(subscription);
        await this.#follow(subscription);
        this.#changed(subscription);
      } catch {
        // Retried after the next interval; meanwhile, reading the resource reports the error.
      }
    }
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
