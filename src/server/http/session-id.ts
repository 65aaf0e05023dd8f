import { createHash, randomUUID } from 'node:crypto';
import { isObject, type JsonObject } from '../../kubernetes/apimachinery/objects.ts';
import { APPS } from '../core/caller.ts';
import type { Identity } from './authentication/identity.ts';

/** What answers depend on of what a client said when it began. */
const CAPABILITIES = ['elicitation', 'extensions', 'roots', 'tasks'];
const EXTENSIONS = [APPS];
/** Of an id; a client that says more cannot be recognized by another process. */
const MAX_LENGTH = 2_000;

/** Does a message of a client ask for a session? */
export function begins(message: unknown): boolean {
  return isObject(message) && message.method === 'initialize';
}

/**
 * The id of a new session. It says what the client said in `initialize`, so the session outlives this process: many
 * clients never begin anew. It grants nothing: everything in it is the client's own, and each request proves its caller.
 */
export function newSessionId(params: JsonObject, { owner }: Identity): string {
  const unique = randomUUID();
  const said = Buffer.from(JSON.stringify(handshakeOf(params))).toString('base64url');
  const id = `${unique}.${ownerMark(unique, said, owner)}.${said}`;
  return id.length <= MAX_LENGTH ? id : unique;
}

/** The parameters of the `initialize` that began a session of this caller, in whatever process; undefined for any other id. */
export function handshakeIn(id: string, { owner }: Identity): JsonObject | undefined {
  if (id.length > MAX_LENGTH) return undefined;
  const [unique = '', mark, said = '', ...more] = id.split('.');
  // Otherwise one caller could take the id of another's session.
  if (more.length > 0 || mark !== ownerMark(unique, said, owner)) return undefined;
  try {
    const params: unknown = JSON.parse(Buffer.from(said, 'base64url').toString('utf8'));
    return isObject(params) ? params : undefined;
  } catch {
    return undefined;
  }
}

function handshakeOf({ protocolVersion, clientInfo, capabilities }: JsonObject): JsonObject {
  const name = isObject(clientInfo) && typeof clientInfo.name === 'string' ? clientInfo.name.slice(0, 100) : '';
  const kept = only(capabilities, CAPABILITIES);
  if ('extensions' in kept) kept.extensions = only(kept.extensions, EXTENSIONS);
  return { protocolVersion, clientInfo: { name, version: '' }, capabilities: kept };
}

function only(object: unknown, keys: readonly string[]): JsonObject {
  return isObject(object) ? Object.fromEntries(Object.entries(object).filter(([key]) => keys.includes(key))) : {};
}

function ownerMark(unique: string, said: string, owner: string): string {
  return createHash('sha256')
    .update(JSON.stringify([unique, said, owner]))
    .digest('base64url')
    .slice(0, 22);
}
