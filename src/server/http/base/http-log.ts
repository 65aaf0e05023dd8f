import { redactText } from '../../../kubernetes/text/redact-text.ts';

export type Level = 'info' | 'warning' | 'error';

/** Writes one line for those who run the server. */
export type Log = (level: Level, message: string, fields?: Record<string, unknown>) => void;

/** A log of JSON lines on stderr, with what looks like a credential taken out. */
export const httpLog: Log = (level, message, fields = {}) => {
  const line = { time: new Date().toISOString(), level, message: redactText(message), ...fields };
  process.stderr.write(`${JSON.stringify(line)}\n`);
};
