import { ErrorCode } from '@modelcontextprotocol/sdk/types.js';
import { formatError } from './error-text.ts';

/** The code with which MCP says that there is no such resource. */
export const RESOURCE_NOT_FOUND = -32002;

/** The failure of a request that, unlike a tool call, has no result to put words in. */
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

/** Names, addresses and arguments that are no manifests are shorter, in characters. */
const MAX_CHARACTERS = 32_000;

/** @throws RequestError when one of the texts of a request is longer than any that means something. */
export function refuseLong(texts: readonly unknown[]): void {
  if (texts.some((text) => typeof text === 'string' && text.length > MAX_CHARACTERS))
    throw new RequestError(`A name, an address or an argument has more than ${MAX_CHARACTERS} characters.`);
}

/** Whatever was thrown, in words for the reader; what is a `RequestError` already stays as it is. */
export function toRequestError(error: unknown): RequestError {
  return error instanceof RequestError ? error : new RequestError(formatError(error));
}
