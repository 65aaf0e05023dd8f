import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ErrorCode, type JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { isObject } from '../../kubernetes/apimachinery/objects.ts';
import { withTexts } from '../../kubernetes/apimachinery/texts.ts';
import { withoutDigests } from '../../kubernetes/text/redact.ts';
import { redactText } from '../../kubernetes/text/redact-text.ts';
import { Call } from './call.ts';
import { Caller } from './caller.ts';

const WITHHELD = 'The answer was withheld: it could not be searched for redacted values. Ask for less of it.';

/** A server whose outgoing messages all pass one filter, whatever the request, answer or transport. */
export class GuardedServer extends Server {
  override async connect(transport: Transport): Promise<void> {
    guard(transport);
    await super.connect(transport);
  }

  /** Tracks who waits for the answer, from when a request is handled until it is answered. */
  override setRequestHandler: Server['setRequestHandler'] = (schema, handler) => {
    super.setRequestHandler(schema, async (request, extra) => {
      const call = Call.current();
      const caller = new Caller(this, extra);
      if (call) call.caller = caller;
      try {
        return await handler(request, extra);
      } finally {
        if (call) call.caller = undefined;
        caller.end();
      }
    });
  };
}

/** Makes each incoming message a call, and searches everything outgoing. */
function guard(transport: Transport): void {
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
    transport.onmessage = (message, extra) =>
      new Call('method' in message ? message.method : undefined, 'params' in message ? message.params : undefined).run(
        () => receive?.(message, extra),
      );
    return start();
  };
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
    const failed = message.result.isError === true;
    const clean = failed ? withTexts(message.result, redactedOutside) : message.result;
    const result = call?.showsContent ? withTexts(clean, withoutDigests) : clean;
    const how = failed ? 'hideFromOutside' : 'hide';
    return { ...message, result: search(result, call, how) as typeof message.result };
  }
  if ('error' in message)
    return {
      ...message,
      error: search(withTexts(message.error, redactedOutside), call, 'hideFromOutside') as typeof message.error,
    };
  if (!message.params) return message;
  // A question to the user shows what the agent wants to write; a notification is treated like an answer.
  const isQuestion = 'id' in message;
  const params = isQuestion ? message.params : withTexts(message.params, redactText);
  return {
    ...message,
    params: search(params, call, isQuestion ? 'hideFromQuestion' : 'hide') as typeof message.params,
  };
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
  const found = call[how](texts)[Symbol.iterator]();
  return withTexts(value, (text) => found.next().value ?? text);
}
