import { once } from 'node:events';
import { createInterface } from 'node:readline';
import * as vscode from 'vscode';
import { UserError } from '../../kubernetes/apimachinery/errors.ts';
import { LISTENING, type Listening } from '../../protocol.ts';
import type { ServerDefinition } from '../settings/server-definition.ts';
import { spawnServer } from './server-process.ts';

/** How long a server may take to stop before it is killed, in milliseconds; it needs less than two seconds. */
const KILL_AFTER_MS = 5_000;

/** The caller's name in the journal. */
const CALLER = 'over HTTP';

/** A server that answers over HTTP on this machine. */
export interface HttpProcess {
  url: string;
  /** Resolves when it has ended: with its last output, or with undefined if it was stopped. */
  ended: Promise<string | undefined>;
  /** Stops it. It also stops by itself when this process ends, however that happens. */
  stop(): void;
}

export interface HttpProcessOptions {
  /** 0 takes a free one. */
  port: number;
  /** The token callers need. */
  token: string;
  log: vscode.LogOutputChannel;
}

/**
 * Starts a server and waits until it listens.
 * @throws UserError when it ends before that, because of the port or anything else.
 */
export async function startHttpProcess(
  definition: ServerDefinition,
  { port, token, log }: HttpProcessOptions,
): Promise<HttpProcess> {
  const args = ['--transport=streamable-http', '--host=127.0.0.1', `--port=${port}`, '--auth-token-stdin'];
  const child = spawnServer({ ...definition, args: [...definition.args, ...args] });
  // Writing to a server that ended fails; its exit says why.
  child.stdin.on('error', () => undefined);
  // Over a private pipe, which stays open for the life of the server.
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
