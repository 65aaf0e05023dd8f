import type { ResourceCoordinates } from '../../../kubernetes/apimachinery/resource-uri.ts';
import { quotedWord } from '../../targets/quoted-words.ts';

/** Neither a sentence, nor a mention (`@`, `#`) or a command (`/`) of the chat. */
const PLAIN = /^[\p{L}\p{N}][\p{L}\p{N}_.:@/+-]*$/u;

/** A question for the chat, as its command takes it. */
interface ChatQuestion {
  query: string;
  /** The user reads and sends it. */
  isPartialQuery: boolean;
}

/**
 * What is wrong with an object? It names the object and nothing else: what the cluster says, the agent reads with its
 * tools, which redact. Names that could be read as instructions are left for the user to send.
 */
export function whyQuestion({ context, resource, namespace, name }: ResourceCoordinates): ChatQuestion {
  const part = (words: string, one: string | undefined) => (one === undefined ? '' : ` ${words} ${quotedWord(one)}`);
  const place = `${part('in namespace', namespace)}${part('of Kubernetes context', context)}`;
  const names = [resource, name, namespace, context].filter((one) => one !== undefined);
  return {
    // In English, as what the agent reads of it.
    query: `Why is ${quotedWord(resource)} ${quotedWord(name)}${place} not as it should be? Diagnose it, and propose a fix.`,
    isPartialQuery: !names.every((one) => PLAIN.test(one) && quotedWord(one) === one),
  };
}
