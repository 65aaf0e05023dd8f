import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { LoggingLevel } from '@modelcontextprotocol/sdk/types.js';
import { redactText } from '../../kubernetes/text/redact-text.ts';

/** Writes for whoever runs the server, never for the model. */
export type Log = (message: string, level?: LoggingLevel) => void;

/** Logs to stderr and, once connected, to the client, as far as the level that it set allows. */
export function createLog(client: () => Server | undefined): Log {
  return (message, level = 'warning') => {
    const text = redactText(message);
    process.stderr.write(`${text}\n`);
    const server = client();
    if (!server?.getClientVersion()) return;
    void server.sendLoggingMessage({ level, logger: 'mcp-k8s', data: text }).catch(() => undefined);
  };
}
