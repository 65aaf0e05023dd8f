import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { findHelm } from '../../kubernetes/helm/helm-program.ts';
import { findKustomize } from '../../kubernetes/kustomize/kustomize-program.ts';
import type { HelmAccess } from './tool.ts';

/**
 * Helm for callers on this machine.
 * @param places workspace folders, in which no program is looked up by name.
 */
export function localHelm(named: string | undefined, places: readonly string[], folder = process.cwd()): HelmAccess {
  // Started from anywhere, the server has no workspace; the home folder is not one.
  const isWorkspace = folder !== homedir() && folder !== dirname(folder);
  return {
    program: () => findHelm(named, places),
    kustomize: () => findKustomize(places),
    workspace: isWorkspace ? folder : undefined,
  };
}

/** Helm for callers over a network: reads none of this machine's files. */
export function remoteHelm(named: string | undefined): HelmAccess {
  return { program: () => findHelm(named, []), kustomize: () => findKustomize([]), workspace: undefined };
}
