import { spawn } from 'node:child_process';
import { UserError } from '../apimachinery/errors.ts';

/** The result of a run of a program. */
export interface ProgramRun {
  code: number | undefined;
  stdout: string;
  stderr: string;
}

export interface ProgramOptions {
  /** Its working directory. */
  folder: string;
  env: NodeJS.ProcessEnv;
  stdin?: string | undefined;
  /** Stops it as Ctrl+C does. */
  signal: AbortSignal;
  /** In milliseconds, after which it is asked to stop. */
  timeout: number;
}

/** What every program needs of its environment: its files, and how it speaks. */
const BASICS = [
  ...['HOME', 'PATH', 'LANG', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA'],
];
const MAX_OUTPUT_BYTES = 16 << 20;
/** Time to stop before it is killed, in milliseconds. */
const KILL_AFTER_MS = 15_000;

/** The variables of this process that a program is given: the basic ones, and these. */
export function passedOn(names: readonly string[] = []): NodeJS.ProcessEnv {
  return Object.fromEntries(
    [...BASICS, ...names].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  );
}

/** Runs a program with these arguments, never through a shell. Resolves when the process ends, for whatever reason. */
export async function runProgram(
  path: string,
  args: readonly string[],
  { folder, env, stdin, signal, timeout }: ProgramOptions,
): Promise<ProgramRun> {
  signal.throwIfAborted();
  const child = spawn(path, args, { cwd: folder, env, windowsHide: true });
  const [stdout, stderr] = [collected(child.stdout), collected(child.stderr)];
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin ?? '');
  let killing: NodeJS.Timeout | undefined;
  const stop = () => {
    child.kill('SIGTERM');
    killing ??= setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
  };
  const timer = setTimeout(stop, timeout);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const code = await new Promise<number | undefined>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exit) => resolve(exit ?? undefined));
    });
    return { code, stdout: stdout(), stderr: stderr() };
  } catch (error) {
    throw new UserError(`${path} could not be run: ${(error as Error).message}.`);
  } finally {
    clearTimeout(timer);
    clearTimeout(killing);
    signal.removeEventListener('abort', stop);
  }
}

function collected(stream: NodeJS.ReadableStream): () => string {
  const pieces: Buffer[] = [];
  let size = 0;
  stream.on('data', (piece: Buffer) => {
    size += piece.length;
    if (size <= MAX_OUTPUT_BYTES) pieces.push(piece);
  });
  return () => Buffer.concat(pieces).toString('utf8');
}
