import { once } from 'node:events';
import { createInterface } from 'node:readline';
import * as vscode from 'vscode';
import { UserError } from '../../kubernetes/apimachinery/errors.ts';
import { LISTENING, type Listening } from '../../protocol.ts';
import type { ServerDefinition } from '../settings/server-definition.ts';
import { spawnServer } from './server-process.ts';

/** How long a server that was asked to end may take, in milliseconds; it needs less than two seconds. */
const KILL_AFTER_MS = 5_000;

/** Whom the journal names as the caller. */
const CALLER = 'over HTTP';

/** A server that answers over HTTP on this machine. */
export interface HttpProcess {
  url: string;
  /** Resolves when it has ended: with what it said last, or with undefined when it was asked to. */
  ended: Promise<string | undefined>;
  /** Asks it to end. It does so by itself when this process is gone, however that came about. */
  stop(): void;
}

export interface HttpProcessOptions {
  /** 0 takes one that is free. */
  port: number;
  /** What callers need. */
  token: string;
  log: vscode.LogOutputChannel;
}

/**
 * Starts a server and waits until it listens.
 * @throws UserError when it ends before, because of the port or anything else.
 */
export async function startHttpProcess(
  definition: ServerDefinition,
  { port, token, log }: HttpProcessOptions,
): Promise<HttpProcess> {
  const args = ['--transport=streamable-http', '--host=127.0.0.1', `--port=${port}`, '--auth-token-stdin'];
  const child = spawnServer({ ...definition, args: [...definition.args, ...args] });
  // One that is gone cannot be written to; how it ended says why.
  child.stdin.on('error', () => undefined);
  // Over a pipe that nobody else can read. It stays open for as long as the server is to live.
  child.stdin.write(`${token},${CALLER}\n`);
  child.stdout.resume();
  let lastWords = '';
  const ended = once(child, 'close').then(
    () => lastWords,
    (error: Error) => error.message,
  );
  const listening = Promise.withResolvers<Listening>();
  createInterface({ input: child.stderr }).on('line', (line) => {
    const entry = parseLog(line);
    if (!entry) {
      lastWords = line;
      log.warn(line);
      return;
    }
    const { time: _, level, message, ...fields } = entry;
    const text = `${definition.label}, HTTP: ${message} ${JSON.stringify(fields)}`;
    if (level === 'info') log.info(text);
    else log.warn(text);
    if (message === LISTENING) listening.resolve(fields as unknown as Listening);
  });
  const first = await Promise.race([listening.promise, ended]);
  if (typeof first === 'string') {
    if (first.includes('EADDRINUSE')) throw new UserError(vscode.l10n.t('Port {0} is in use', port));
    throw new UserError(vscode.l10n.t('The server does not start: {0}', first));
  }
  let asked = false;
  const stop = () => {
    asked = true;
    child.stdin.end();
    const tooLong = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
    void ended.then(() => clearTimeout(tooLong));
  };
  return { url: first.urls[0] ?? '', ended: ended.then((words) => (asked ? undefined : words)), stop };
}

function parseLog(line: string): Record<string, unknown> | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
