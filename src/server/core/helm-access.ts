import { homedir } from 'node:os';
import { dirname } from 'node:path';
import type { HelmAccess } from './tool.ts';

/**
 * Helm for callers on this machine.
 * @param places workspace folders, in which no program is looked up by name.
 */
export function localHelm(named: string | undefined, places: readonly string[], folder = process.cwd()): HelmAccess {
  // Started from anywhere, the server has no workspace; the home folder is not one.
  const isWorkspace = folder !== homedir() && folder !== dirname(folder);
  return {
    ...programs(named, places),
    workspace: isWorkspace ? folder : undefined,
  };
}

/** Helm for callers over a network: reads none of this machine's files. */
export function remoteHelm(named: string | undefined): HelmAccess {
  return { ...programs(named, []), workspace: undefined };
}

/** Looked for, with what that needs, when a tool asks. */
function programs(named: string | undefined, places: readonly string[]): Pick<HelmAccess, 'program' | 'kustomize'> {
  return {
    program: async () => (await import('../../kubernetes/helm/helm-program.ts')).findHelm(named, places),
    kustomize: async () => (await import('../../kubernetes/kustomize/kustomize-program.ts')).findKustomize(places),
  };
}
