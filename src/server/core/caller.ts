import { randomUUID } from 'node:crypto';
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { ServerNotification, ServerRequest } from '@modelcontextprotocol/sdk/types.js';

export type RequestExtra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** The client waiting for a call's answer, as far as it can be told something meanwhile. */
export class Caller {
  readonly server: Server;
  readonly #extra: RequestExtra;
  readonly #answered = Promise.withResolvers<void>();
  #count = 0;

  constructor(server: Server, extra: RequestExtra) {
    this.server = server;
    this.#extra = extra;
  }

  /** Aborts when the client cancels its call or disconnects. */
  get signal(): AbortSignal {
    return this.#extra.signal;
  }

  /** Resolves when nobody waits any longer. */
  get answered(): Promise<void> {
    return this.#answered.promise;
  }

  /** Did the client ask for progress? */
  get wantsProgress(): boolean {
    return this.#extra._meta?.progressToken !== undefined;
  }

  /** Reports progress, if the client asked for it. */
  progress(message: string): void {
    const progressToken = this.#extra._meta?.progressToken;
    if (progressToken === undefined) return;
    this.#count += 1;
    const params = { progressToken, progress: this.#count, message };
    void this.#extra.sendNotification({ method: 'notifications/progress', params }).catch(() => undefined);
  }

  /** Can the client ask its user to open a URL? */
  get opensUrls(): boolean {
    return this.server.getClientCapabilities()?.elicitation?.url !== undefined;
  }

  /**
   * Asks the user to open a URL, without a time limit. Consent means that they have started, not that they are done.
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

  /** Marks the call as answered. */
  end(): void {
    this.#answered.resolve();
  }
}
