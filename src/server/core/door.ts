import { Server, type ServerOptions } from '@modelcontextprotocol/sdk/server/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ErrorCode, type Implementation, type JSONRPCMessage, type Result } from '@modelcontextprotocol/sdk/types.js';
import { isObject, type JsonObject } from '../../kubernetes/apimachinery/objects.ts';
import { withTexts } from '../../kubernetes/apimachinery/texts.ts';
import { withoutDigests } from '../../kubernetes/text/markers.ts';
import { redactText } from '../../kubernetes/text/redact-text.ts';
import { Call } from './call.ts';
import { Caller, type RequestExtra } from './caller.ts';
import { modernRefusal, modernResult } from './modern.ts';
import { RESOURCE_NOT_FOUND, RequestError } from './request-error.ts';

const WITHHELD = 'The answer was withheld: it could not be searched for redacted values. Ask for less of it.';

const ENDING = 'This server is ending, and the request was not finished: whether it has changed anything is not known.';

/** A server whose outgoing messages all pass one filter, whatever the request, answer or transport. */
export class GuardedServer extends Server {
  readonly #info: Implementation;
  readonly #ending: AbortSignal | undefined;
  /** What the client asked for at its handshake. */
  #revision = '';

  /** @param ending aborts when what is still asked has to be answered at once. */
  constructor(info: Implementation, options: ServerOptions, ending?: AbortSignal) {
    super(info, options);
    this.#info = info;
    this.#ending = ending;
  }

  override async connect(transport: Transport): Promise<void> {
    guard(transport, (revision) => {
      this.#revision = revision;
    });
    await super.connect(transport);
  }

  /** The protocol's own tasks are another thing: those of the extension are requests like any other. */
  protected override assertRequestHandlerCapability(method: string): void {
    if (!method.startsWith('tasks/')) super.assertRequestHandlerCapability(method);
  }

  /** Tracks who waits for the answer, and gives modern requests the form of answer that they expect. */
  override setRequestHandler: Server['setRequestHandler'] = (schema, handler) => {
    super.setRequestHandler(schema, (request, extra) =>
      this.#answer(String(request.method), extra, () => handler(request, extra)),
    );
  };

  async #answer<T>(method: string, extra: RequestExtra, handle: () => T | Promise<T>): Promise<T | JsonObject> {
    const call = Call.current();
    const caller = new Caller(this, extra, call?.params, this.#revision);
    if (call) {
      call.caller = caller;
      call.client = caller;
    }
    try {
      const result = await this.#orEnding(method, handle);
      if (!caller.isModern) return result;
      return modernResult(method, questionsOf(caller) ?? (isObject(result) ? result : {}), { ...this.#info });
    } catch (error) {
      const questions = questionsOf(caller);
      if (questions) return modernResult(method, questions, { ...this.#info });
      throw caller.isModern ? modernError(error) : error;
    } finally {
      if (call) call.caller = undefined;
      caller.end();
    }
  }

  /** The result, or, when the server ends before there is one, an answer that says so. */
  async #orEnding<T>(method: string, handle: () => T | Promise<T>): Promise<T | JsonObject> {
    const ending = this.#ending;
    if (!ending) return handle();
    const { promise, resolve, reject } = Promise.withResolvers<JsonObject>();
    const end = () =>
      method === 'tools/call'
        ? resolve({ isError: true, content: [{ type: 'text', text: ENDING }] })
        : reject(new RequestError(ENDING, ErrorCode.InternalError));
    ending.addEventListener('abort', end);
    try {
      return await Promise.race([handle(), promise]);
    } finally {
      ending.removeEventListener('abort', end);
    }
  }
}

function questionsOf({ questions }: Caller): JsonObject | undefined {
  if (!questions) return undefined;
  const { requests, state } = questions;
  return {
    resultType: 'input_required',
    inputRequests: requests,
    ...(state !== undefined && { requestState: state }),
  };
}

// Modern revisions have no code of its own for a missing resource.
function modernError(error: unknown): unknown {
  return error instanceof RequestError && error.code === RESOURCE_NOT_FOUND
    ? new RequestError(error.message, ErrorCode.InvalidParams, error.data)
    : error;
}

/** Makes each incoming message a call, and searches everything outgoing. */
function guard(transport: Transport, began: (revision: string) => void): void {
  const send = transport.send.bind(transport);
  transport.send = async (message, options) => {
    const call = Call.current();
    await call?.prepare();
    return send(leaving(message, call), options);
  };
  const start = transport.start.bind(transport);
  // The protocol sets its listeners before the start.
  transport.start = () => {
    const receive = transport.onmessage;
    transport.onmessage = (message, extra) => {
      const params = 'params' in message ? message.params : undefined;
      const method = 'method' in message ? message.method : undefined;
      if (method === 'initialize') began(String(params?.protocolVersion));
      const refusal = method === undefined ? undefined : modernRefusal(method, params);
      new Call(method, params).run(() => {
        if (!refusal) receive?.(message, extra);
        else if ('id' in message)
          void transport.send({ jsonrpc: '2.0', id: message.id, error: refusal } as JSONRPCMessage);
      });
    };
    return start();
  };
}

/** What is told later, with another message: a result as it might leave with the answer to the current one. */
export async function cleared(result: JsonObject): Promise<JsonObject> {
  const call = Call.current();
  await call?.prepare();
  const message = leaving({ jsonrpc: '2.0', id: '', result } as JSONRPCMessage, call);
  if ('result' in message) return message.result;
  throw new Error(WITHHELD);
}

/** The message as it may be sent. */
function leaving(message: JSONRPCMessage, call: Call | undefined): JSONRPCMessage {
  try {
    return searched(message, call);
  } catch {
    if (!('id' in message) || 'method' in message) throw new Error(WITHHELD);
    return { jsonrpc: '2.0', id: message.id, error: { code: ErrorCode.InternalError, message: WITHHELD } };
  }
}

function searched(message: JSONRPCMessage, call: Call | undefined): JSONRPCMessage {
  if ('result' in message) {
    if (message.result.resultType === 'input_required') return { ...message, result: asked(message.result, call) };
    if (message.result.resultType === 'task') return { ...message, result: withoutContent(message.result) };
    const failed = message.result.isError === true;
    const clean = failed ? withTexts(message.result, redactedOutside) : message.result;
    const result = call?.showsContent ? withTexts(clean, withoutDigests) : clean;
    const how = failed ? 'hideFromOutside' : 'hide';
    return { ...message, result: search(result, call, how) as typeof message.result };
  }
  if ('error' in message) {
    const error = withTexts(readableError(message.error), redactedOutside);
    return { ...message, error: search(error, call, 'hideFromOutside') as typeof message.error };
  }
  if (!message.params) return message;
  // A question to the user shows what the agent wants to write; a notification is treated like an answer.
  const isQuestion = 'id' in message;
  const params = isQuestion ? message.params : withTexts(message.params, redactText);
  return {
    ...message,
    params: search(params, call, isQuestion ? 'hideFromQuestion' : 'hide') as typeof message.params,
  };
}

/** An error of the SDK, which says in JSON what is wrong with parameters that are not as MCP defines them. */
function readableError<T extends { code: number; message: string }>(error: T): T {
  if (error.code !== ErrorCode.InternalError || !error.message.startsWith('[')) return error;
  try {
    const issues: { path: string[]; message: string }[] = JSON.parse(error.message);
    const told = issues.slice(0, 5).map(({ path, message }) => `${path.join('.')}: ${message}`);
    const message = `The request is not as MCP defines it. ${told.join('; ')}.`;
    return { ...error, code: ErrorCode.InvalidParams, message };
  } catch {
    return error;
  }
}

function asked(result: Result, call: Call | undefined): Result {
  return { ...withoutContent(result), inputRequests: search(result.inputRequests, call, 'hideFromQuestion') };
}

// The SDK adds content to any result of a tool.
function withoutContent({ content: _, ...result }: Result): Result {
  return result;
}

// An error may repeat what the client said, and a marker would tell whether it is a value hidden from it.
function redactedOutside(text: string): string {
  return withoutDigests(redactText(text));
}

function search(value: unknown, call: Call | undefined, how: 'hide' | 'hideFromOutside' | 'hideFromQuestion'): unknown {
  if (!call || !isObject(value)) return value;
  const texts: string[] = [];
  withTexts(value, (text) => {
    texts.push(text);
    return text;
  });
  const searched = call[how](texts);
  if (searched === texts) return value;
  const found = searched[Symbol.iterator]();
  return withTexts(value, (text) => found.next().value ?? text);
}
