import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { findHelm } from '../../kubernetes/helm/helm-program.ts';
import type { HelmAccess } from './tool.ts';

/**
 * Helm for whoever works on this machine.
 * @param places what a workspace provides: no program there is meant by its name alone.
 */
export function localHelm(named: string | undefined, places: readonly string[], folder = process.cwd()): HelmAccess {
  // A server that is started from anywhere has no workspace, and the home folder is none.
  const isWorkspace = folder !== homedir() && folder !== dirname(folder);
  return { program: () => findHelm(named, places), workspace: isWorkspace ? folder : undefined };
}

/** Helm for whoever asks over a network: of this machine's files nothing is read. */
export function remoteHelm(named: string | undefined): HelmAccess {
  return { program: () => findHelm(named, []), workspace: undefined };
}
