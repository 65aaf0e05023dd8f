import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { LoggingLevel } from '@modelcontextprotocol/sdk/types.js';
import { redactText } from '../../kubernetes/text/redact-text.ts';

/** Writes for those who run the server, never for the model. */
export type Log = (message: string, level?: LoggingLevel) => void;

/** A log to stderr, and to the client once it is there, as far as the level that it has set lets through. */
export function createLog(client: () => Server | undefined): Log {
  return (message, level = 'warning') => {
    const text = redactText(message);
    process.stderr.write(`${text}\n`);
    const server = client();
    if (!server?.getClientVersion()) return;
    void server.sendLoggingMessage({ level, logger: 'mcp-k8s', data: text }).catch(() => undefined);
  };
}
