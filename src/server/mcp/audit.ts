import { jsonText } from '../../kubernetes/apimachinery/json.ts';
import { oneLine } from '../../kubernetes/text/one-line.ts';
import { redactText } from '../../kubernetes/text/redact-text.ts';
import { journalAt } from '../../kubernetes/writes/journal.ts';
import { Call } from '../core/call.ts';
import { MAX_NAME_LENGTH } from './failed-attempt.ts';
import type { FinishedCall, ServerOptions } from './server-options.ts';

/** Stands for stdout, which is free over HTTP. */
const STDOUT = '-';
/** Of an address that is kept, in characters. */
const MAX_URI_LENGTH = 500;

/**
 * Records what a call was about and how it ended: for whoever counts calls, and as a line of the audit log, which is
 * written to its file before the answer leaves.
 */
export async function audited(
  { called, audit, telemetry, caller, log }: ServerOptions,
  finished: () => FinishedCall,
): Promise<void> {
  // Mostly nobody wants to know.
  const isKept = audit !== undefined || telemetry !== undefined;
  if (!called && !isKept) return;
  const call = finished();
  called?.(call);
  if (!isKept) return;
  const name = caller?.() ?? Call.current()?.client?.name?.slice(0, MAX_NAME_LENGTH);
  const entry = { time: new Date().toISOString(), ...(name !== undefined && { caller: name }), ...call };
  telemetry?.called(entry);
  if (audit === STDOUT) process.stdout.write(`${jsonText(entry)}\n`);
  else if (audit !== undefined) await journalAt(audit, log).add(entry);
}

/** Reads a resource, which is recorded like a call. */
export async function auditedRead<T>(options: ServerOptions, uri: string, read: () => Promise<T>): Promise<T> {
  const begin = performance.now();
  const finished = (outcome: FinishedCall['outcome']) =>
    audited(options, () => ({
      tool: 'resources/read',
      name: redactText(oneLine(uri.slice(0, MAX_URI_LENGTH))),
      outcome,
      seconds: Math.round(performance.now() - begin) / 1000,
    }));
  try {
    const result = await read();
    await finished('ok');
    return result;
  } catch (error) {
    await finished('error');
    throw error;
  }
}
