import { ErrorCode } from '@modelcontextprotocol/sdk/types.js';
import { formatError } from './error-text.ts';

/** MCP's error code for a missing resource. */
export const RESOURCE_NOT_FOUND = -32002;

/** The failure of a request that, unlike a tool call, has no result to carry a text. */
export class RequestError extends Error {
  override name = 'RequestError';
  readonly code: number;
  readonly data: unknown;

  constructor(message: string, code: number = ErrorCode.InvalidParams, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** Longest name, address or argument other than a manifest, in characters. */
const MAX_CHARACTERS = 32_000;

/** @throws RequestError when a text of a request is too long to be meaningful. */
export function refuseLong(texts: readonly unknown[]): void {
  if (texts.some((text) => typeof text === 'string' && text.length > MAX_CHARACTERS))
    throw new RequestError(`A name, an address or an argument has more than ${MAX_CHARACTERS} characters.`);
}

/** Any thrown value as an error with a readable text; a `RequestError` is returned as is. */
export function toRequestError(error: unknown): RequestError {
  return error instanceof RequestError ? error : new RequestError(formatError(error));
}
