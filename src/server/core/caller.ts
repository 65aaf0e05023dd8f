import { randomUUID } from 'node:crypto';
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type {
  ClientCapabilities,
  ElicitRequestFormParams,
  ElicitResult,
  ServerNotification,
  ServerRequest,
} from '@modelcontextprotocol/sdk/types.js';
import { UndecidedError } from '../../kubernetes/apimachinery/errors.ts';
import { isObject, type JsonObject } from '../../kubernetes/apimachinery/objects.ts';
import { type Envelope, envelopeOf, isModern } from './modern.ts';

export type RequestExtra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** VS Code and its siblings. */
const FIRST_WITH_LINKS = '2025-06-18';
const SHOWS_LINKS = /^(Visual Studio Code|Code - OSS|VSCodium|code-server)\b/;

/** MCP Apps: the extension by which a host shows a page of the server beside a tool's answer, and the type of pages. */
export const APPS = 'io.modelcontextprotocol/ui';
export const APP_TYPE = 'text/html;profile=mcp-app';

/** Tasks: the extension by which a client asks later for the result of a long call. */
export const TASKS = 'io.modelcontextprotocol/tasks';

/** What a modern request that repeats an unanswered one brings along; any of it may be made up. */
export interface GivenInput {
  responses: JsonObject;
  state: string | undefined;
}

/** The client waiting for a call's answer: what it can do, and what it can be told and asked meanwhile. */
export class Caller {
  readonly server: Server;
  readonly #extra: RequestExtra;
  /** Undefined for a client that began with a handshake. */
  readonly #envelope: Envelope | undefined;
  readonly #revision: string;
  readonly #input: GivenInput;
  readonly #answered = Promise.withResolvers<void>();
  /** What the answer asks the client, by name, and what it has to send back with the answers. */
  #questions: { requests: JsonObject; state?: string } | undefined;
  #count = 0;
  #isAnswered = false;

  /**
   * @param params of the request, as received.
   * @param revision of MCP that the client asked for at its handshake.
   * @throws RequestError for a modern request that does not say what it has to.
   */
  constructor(server: Server, extra: RequestExtra, params: JsonObject = {}, revision = '') {
    this.server = server;
    this.#extra = extra;
    this.#envelope = isModern(params) ? envelopeOf(params) : undefined;
    this.#revision = this.#envelope?.version ?? revision;
    const { inputResponses: responses, requestState: state } = params;
    this.#input = {
      responses: isObject(responses) ? responses : {},
      state: typeof state === 'string' ? state : undefined,
    };
  }

  /** Does each request stand alone? Then questions are asked by answers, and answered by another request. */
  get isModern(): boolean {
    return this.#envelope !== undefined;
  }

  get capabilities(): ClientCapabilities {
    return this.#envelope?.capabilities ?? this.server.getClientCapabilities() ?? {};
  }

  /** The name that the client gives itself. */
  get name(): string | undefined {
    return this.isModern ? this.#envelope?.clientName : this.server.getClientVersion()?.name;
  }

  /**
   * Does the client show its user links to resources? Many clients fail on an answer that holds one, whatever revision
   * they speak, so only those get it that are known to show it.
   */
  get showsLinks(): boolean {
    return this.#revision >= FIRST_WITH_LINKS && SHOWS_LINKS.test(this.name ?? '');
  }

  /** Does the client show pages of MCP Apps? */
  get showsApps(): boolean {
    const { [APPS]: apps } = this.capabilities.extensions ?? {};
    return isObject(apps) && Array.isArray(apps.mimeTypes) && apps.mimeTypes.includes(APP_TYPE);
  }

  /** Does the client ask later for the result of a call that takes long? */
  get knowsTasks(): boolean {
    return this.isModern && isObject(this.capabilities.extensions?.[TASKS]);
  }

  get input(): GivenInput {
    return this.#input;
  }

  get questions(): { requests: JsonObject; state?: string } | undefined {
    return this.#questions;
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

  /** Reports progress, if the client asked for it; none once it is answered, as MCP demands. */
  progress(message: string): void {
    const progressToken = this.#extra._meta?.progressToken;
    if (progressToken === undefined || this.#isAnswered) return;
    this.#count += 1;
    const params = { progressToken, progress: this.#count, message };
    void this.#extra.sendNotification({ method: 'notifications/progress', params }).catch(() => undefined);
  }

  /** Can the client show its user a form? An empty capability means forms. */
  get showsForms(): boolean {
    const { elicitation } = this.capabilities;
    return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
  }

  /** Can the client ask its user to open a URL, and wait? */
  get opensUrls(): boolean {
    return !this.isModern && this.capabilities.elicitation?.url !== undefined;
  }

  /** Shows the user a form; for a client that began with a handshake. */
  showForm(params: ElicitRequestFormParams, options: { signal: AbortSignal; timeout: number }): Promise<ElicitResult> {
    return this.server.elicitInput(params, { ...options, relatedRequestId: this.#extra.requestId });
  }

  /** Makes the answer to a modern request a question. @throws UndecidedError always. */
  askLater(name: string, request: { method: string; params?: object }, state?: string): never {
    this.#questions = { requests: { [name]: request }, ...(state !== undefined && { state }) };
    throw new UndecidedError('The user is asked: the answer comes with another request.');
  }

  /** The URIs of the client's roots; undefined when it does not provide any. */
  async roots(options: { signal: AbortSignal; timeout: number }): Promise<string[] | undefined> {
    if (!this.capabilities.roots) return undefined;
    if (!this.isModern) {
      const { roots } = await this.server.listRoots({}, options);
      return roots.map(({ uri }) => uri);
    }
    const given = this.#input.responses.roots;
    if (!isObject(given)) this.askLater('roots', { method: 'roots/list' });
    const roots = Array.isArray(given.roots) ? given.roots : [];
    return roots.flatMap((root) => (isObject(root) && typeof root.uri === 'string' ? root.uri : []));
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
    this.#isAnswered = true;
    this.#answered.resolve();
  }
}
