import { type ChildProcessWithoutNullStreams, type SpawnOptionsWithoutStdio, spawn } from 'node:child_process';
import type { ServerDefinition } from '../settings/server-definition.ts';

/** Starts a server as VS Code does: in our environment plus the definition's. */
export function spawnServer(
  { command, args, env, cwd }: ServerDefinition,
  options: Pick<SpawnOptionsWithoutStdio, 'signal' | 'killSignal'> = {},
): ChildProcessWithoutNullStreams {
  return spawn(command, args, { ...options, env: { ...process.env, ...env }, cwd });
}
