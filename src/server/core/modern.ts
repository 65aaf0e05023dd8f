import { ErrorCode } from '@modelcontextprotocol/sdk/types.js';
import { isObject, type JsonObject } from '../../kubernetes/apimachinery/objects.ts';
import { RequestError } from './request-error.ts';

/** The revisions without a handshake, which the specification calls modern: each request stands alone. */
export const MODERN_REVISIONS = ['2026-07-28'] as const;

/** Error codes of the modern revisions. */
export const HEADER_MISMATCH = -32020;
export const MISSING_CAPABILITY = -32021;
export const UNSUPPORTED_VERSION = -32022;

const PREFIX = 'io.modelcontextprotocol/';
const VERSION = `${PREFIX}protocolVersion`;
const CAPABILITIES = `${PREFIX}clientCapabilities`;
const CLIENT = `${PREFIX}clientInfo`;
const SERVER = `${PREFIX}serverInfo`;
/** Marks the notifications of a subscription. */
export const SUBSCRIPTION = `${PREFIX}subscriptionId`;

/** The methods that modern revisions do without. */
const REMOVED = new Set([
  'initialize',
  'ping',
  'logging/setLevel',
  'resources/subscribe',
  'resources/unsubscribe',
  'tasks/list',
  'tasks/result',
]);

/** How long and for whom a result may be kept; lists name contexts, which are for those who may ask. */
const LIST = { ttlMs: 60_000, cacheScope: 'private' };
const CACHING: Record<string, { ttlMs: number; cacheScope: string }> = {
  'server/discover': { ttlMs: 3_600_000, cacheScope: 'public' },
  'tools/list': LIST,
  'prompts/list': LIST,
  'resources/list': LIST,
  'resources/templates/list': LIST,
  'resources/read': { ttlMs: 0, cacheScope: 'private' },
};

/** What a modern request says of its sender. */
export interface Envelope {
  version: string;
  capabilities: JsonObject;
  clientName: string | undefined;
}

/** Is this the name of a modern revision that is spoken here? */
export function isModernRevision(name: unknown): boolean {
  return MODERN_REVISIONS.some((revision) => revision === name);
}

/** The revision that a request claims for itself alone; undefined for one that belongs to a session. */
export function claimedRevision(params: unknown): unknown {
  return metaOf(params)[VERSION];
}

/** Does a request stand alone, as in modern revisions? */
export function isModern(params: unknown): boolean {
  return VERSION in metaOf(params);
}

/**
 * What a request says of its sender.
 * @throws RequestError when a field is missing or malformed, or the revision is not supported.
 */
export function envelopeOf(params: unknown): Envelope {
  const { [VERSION]: version, [CAPABILITIES]: capabilities, [CLIENT]: client } = metaOf(params);
  if (typeof version !== 'string') throw new RequestError(`params._meta needs ${VERSION}, the revision of MCP.`);
  if (!isModernRevision(version)) {
    const data = { supported: MODERN_REVISIONS, requested: version };
    throw new RequestError(
      `This server does not speak MCP ${version.slice(0, 40)} by single requests.`,
      UNSUPPORTED_VERSION,
      data,
    );
  }
  if (!isObject(capabilities))
    throw new RequestError(`params._meta needs ${CAPABILITIES}, an object with what the client can do.`);
  if (client !== undefined && !isObject(client)) throw new RequestError(`${CLIENT} has to be an object.`);
  const name = client?.name;
  return { version, capabilities, clientName: typeof name === 'string' ? name : undefined };
}

/** The error for a message that claims a modern revision and does not keep to it; undefined for any other message. */
export function modernRefusal(
  method: string,
  params: unknown,
): { code: number; message: string; data?: unknown } | undefined {
  if (!isModern(params)) return undefined;
  try {
    const { version } = envelopeOf(params);
    return REMOVED.has(method)
      ? { code: ErrorCode.MethodNotFound, message: `MCP ${version} has no ${method}.` }
      : undefined;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const { code, message, data } = error;
    return { code, message, ...(data !== undefined && { data }) };
  }
}

/** A result with what every modern result says. */
export function modernResult(method: string, result: JsonObject, server: JsonObject): JsonObject {
  const meta = { ...(isObject(result._meta) ? result._meta : {}), [SERVER]: server };
  if (result.resultType === 'input_required' || result.resultType === 'task') return { ...result, _meta: meta };
  return { ...result, ...CACHING[method], resultType: 'complete', _meta: meta };
}

function metaOf(params: unknown): JsonObject {
  return isObject(params) && isObject(params._meta) ? params._meta : {};
}
