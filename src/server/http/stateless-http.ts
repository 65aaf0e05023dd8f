import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { isJSONRPCRequest, SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/sdk/types.js';
import { HttpError } from './base/http-error.ts';
import { onceClosed } from './base/once-closed.ts';
import { answerCancelled } from './cancelled-requests.ts';
import type { Endpoint, EndpointOptions, Exchange } from './endpoint.ts';
import { SingleRequest } from './single-request.ts';
import { sendAnswer, toWebRequest } from './web-exchange.ts';

/** Stateless Streamable HTTP: each request is answered by itself. */
export class StatelessHttp implements Endpoint {
  readonly #options: EndpointOptions;

  constructor(options: EndpointOptions) {
    this.#options = options;
  }

  async handle({ request, response, identity, body }: Exchange): Promise<void> {
    if (request.method !== 'POST')
      throw new HttpError(405, 'Without a session, which the header Mcp-Session-Id names, there is only POST.', {
        allow: 'POST',
      });
    const { sessions, connect } = this.#options;
    const revision = request.headers['mcp-protocol-version'];
    if (revision !== undefined && !SUPPORTED_PROTOCOL_VERSIONS.includes(String(revision)))
      throw new HttpError(
        400,
        `The header MCP-Protocol-Version has to be one of ${SUPPORTED_PROTOCOL_VERSIONS.join(', ')}.`,
      );
    if (isJSONRPCRequest(body)) {
      sessions.addStream({ response, identity });
      await connect({ transport: new SingleRequest(request, response, body), identity, isSingle: true });
      return;
    }
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    answerCancelled(transport);
    await connect({ transport, identity, isSingle: true });
    // Nobody else can ask for the answer, so stop when the client disconnects.
    onceClosed(response, () => void transport.close());
    const gone = new Promise<undefined>((resolve) => onceClosed(response, () => resolve(undefined)));
    const answer = await Promise.race([transport.handleRequest(toWebRequest(request), { parsedBody: body }), gone]);
    if (answer) await sendAnswer(Array.isArray(body) ? await inList(answer) : answer, response);
  }
}

/** The answer to a batch: the SDK gives that to a single request without its brackets. */
async function inList(answer: Response): Promise<Response> {
  const text = await answer.text();
  return new Response(answer.ok && text.startsWith('{') ? `[${text}]` : text || null, answer);
}
