import type { IncomingMessage } from 'node:http';

/** Does the client say that it reads streams of events? One that takes anything expects JSON, as from any server. */
export function takesStreams({ headers: { accept = '' } }: IncomingMessage): boolean {
  return /text\/(event-stream|\*)/i.test(accept);
}
