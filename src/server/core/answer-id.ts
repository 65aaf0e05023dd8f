import type { RequestId } from '@modelcontextprotocol/sdk/types.js';
import { isObject } from '../../kubernetes/apimachinery/objects.ts';

/**
 * The id by which a message that is refused has to be answered: null where it has none that can be told, undefined for
 * what is never answered, a notification or an answer.
 */
export function answerId(message: unknown): RequestId | null | undefined {
  if (!isObject(message)) return null;
  const { id, method } = message;
  if (!('method' in message) && ('result' in message || 'error' in message)) return undefined;
  if (typeof id === 'string' || Number.isSafeInteger(id)) return id as RequestId;
  return id === undefined && typeof method === 'string' ? undefined : null;
}
