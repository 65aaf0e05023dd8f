import type { IncomingHttpHeaders } from 'node:http';
import { isObject } from '../../kubernetes/apimachinery/objects.ts';
import { HEADER_MISMATCH } from '../core/modern.ts';
import { RequestError } from '../core/request-error.ts';

/** The parameter that the header Mcp-Name repeats, by method. */
const NAMED: Record<string, 'name' | 'uri' | 'taskId'> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
};
const ENCODED = /^=\?base64\?(.*)\?=$/s;

/**
 * Proxies decide by headers, this server by the body: both have to say the same.
 * @throws RequestError when they do not.
 */
export function assertSameHeaders(
  headers: IncomingHttpHeaders,
  { method, params, version }: { method: string; params: unknown; version: string },
): void {
  assertSame('MCP-Protocol-Version', headers['mcp-protocol-version'], version);
  assertSame('Mcp-Method', headers['mcp-method'], method);
  const name = NAMED[method] && isObject(params) ? params[NAMED[method]] : undefined;
  if (typeof name === 'string') assertSame('Mcp-Name', decoded(headers['mcp-name']), name);
}

function assertSame(header: string, given: string | string[] | undefined, right: string): void {
  if (given === right) return;
  const what = given === undefined ? 'is missing' : `is ${JSON.stringify(String(given).slice(0, 100))}`;
  throw new RequestError(
    `The header ${header} ${what}, and the body says ${JSON.stringify(right.slice(0, 100))}.`,
    HEADER_MISMATCH,
  );
}

function decoded(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string') return undefined;
  const [, base64] = ENCODED.exec(header) ?? [];
  if (base64 === undefined) return header;
  const text = Buffer.from(base64, 'base64').toString('utf8');
  if (withoutPadding(Buffer.from(text).toString('base64')) === withoutPadding(base64)) return text;
  throw new RequestError('The header Mcp-Name is not base64 of UTF-8.', HEADER_MISMATCH);
}

function withoutPadding(base64: string): string {
  return base64.replaceAll('=', '');
}
