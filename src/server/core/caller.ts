import { randomUUID } from 'node:crypto';
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { ServerNotification, ServerRequest } from '@modelcontextprotocol/sdk/types.js';

export type RequestExtra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** Whoever waits for the answer to a call, as far as they can be told something meanwhile. */
export class Caller {
  readonly server: Server;
  readonly #extra: RequestExtra;
  readonly #answered = Promise.withResolvers<void>();
  #count = 0;

  constructor(server: Server, extra: RequestExtra) {
    this.server = server;
    this.#extra = extra;
  }

  /** Aborts when the client takes its call back, or is gone. */
  get signal(): AbortSignal {
    return this.#extra.signal;
  }

  /** Resolves when nobody waits any more. */
  get answered(): Promise<void> {
    return this.#answered.promise;
  }

  /** Did the client ask to be told how far the call is? */
  get wantsProgress(): boolean {
    return this.#extra._meta?.progressToken !== undefined;
  }

  /** Tells a client that asked for it how far the call is; one that did not hears nothing. */
  progress(message: string): void {
    const progressToken = this.#extra._meta?.progressToken;
    if (progressToken === undefined) return;
    this.#count += 1;
    const params = { progressToken, progress: this.#count, message };
    void this.#extra.sendNotification({ method: 'notifications/progress', params }).catch(() => undefined);
  }

  /** Can the client ask its user to open an address? */
  get opensUrls(): boolean {
    return this.server.getClientCapabilities()?.elicitation?.url !== undefined;
  }

  /**
   * Has the user asked to open an address, as long as they take. Their answer says that they are on it, not that they are done.
   * The client is told when `over` settles. @throws when the client cannot ask.
   */
  async openUrl(
    message: string,
    url: string,
    options: { signal: AbortSignal; timeout: number; over: Promise<void> },
  ): Promise<boolean> {
    const elicitationId = randomUUID();
    const { over, ...request } = options;
    const related = { relatedRequestId: this.#extra.requestId };
    const params = { mode: 'url' as const, message, url, elicitationId };
    const { action } = await this.server.elicitInput(params, { ...request, ...related });
    const complete = this.server.createElicitationCompletionNotifier(elicitationId);
    if (action === 'accept') void over.then(complete).catch(() => undefined);
    return action === 'accept';
  }

  /** The call has its answer. */
  end(): void {
    this.#answered.resolve();
  }
}
