import { redactText } from '../../../kubernetes/text/redact-text.ts';

export type Level = 'info' | 'warning' | 'error';

/** Writes one line for whoever runs the server. */
export type Log = (level: Level, message: string, fields?: Record<string, unknown>) => void;

/** Logs JSON lines to stderr, with anything that looks like a credential removed. */
export const httpLog: Log = (level, message, fields = {}) => {
  const line = { time: new Date().toISOString(), level, message: redactText(message), ...fields };
  process.stderr.write(`${JSON.stringify(line)}\n`);
};
