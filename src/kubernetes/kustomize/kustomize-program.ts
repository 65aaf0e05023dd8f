import { basename } from 'node:path';
import { UserError } from '../apimachinery/errors.ts';
import { passedOn, runProgram } from '../client/program-run.ts';
import { findProgram } from '../client/programs.ts';
import { shortened } from '../text/shortened.ts';
import type { Staging } from './staging.ts';

/** A program of this machine that builds kustomizations. */
export interface KustomizeProgram {
  path: string;
  /** `kustomize`, or `kubectl`, which has it built in. */
  name: 'kustomize' | 'kubectl';
}

const TIMEOUT_MS = 60_000;
const MAX_ERROR_LENGTH = 4_000;
/** Its defaults, said once more: no program runs, no chart is inflated, and files stay below their kustomization. */
const FLAGS = [
  '--load-restrictor=LoadRestrictionsRootOnly',
  '--enable-helm=false',
  '--enable-alpha-plugins=false',
  '--network=false',
];
/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:1';

/**
 * The kustomize or else the kubectl on PATH, but never one in a workspace.
 * @throws UserError that says what to install.
 */
export async function findKustomize(places: readonly string[]): Promise<KustomizeProgram> {
  for (const name of ['kustomize', 'kubectl'] as const) {
    const path = await findProgram(name, places);
    if (path !== undefined) return { path, name };
  }
  throw new UserError(
    'A kustomization is built by kustomize or kubectl, and neither is on PATH. Install one (https://kubectl.docs.kubernetes.io/installation/kustomize/), or pass the built text as manifest.',
  );
}

/** Builds what was staged. @throws UserError with the program's reason, in which paths are those of the workspace. */
export async function buildKustomization(
  { path, name }: KustomizeProgram,
  { root, folder }: Staging,
  signal: AbortSignal,
): Promise<string> {
  const args = [name === 'kustomize' ? 'build' : 'kustomize', folder, ...FLAGS];
  const done = await runProgram(path, args, { folder: root, env: environment(root), signal, timeout: TIMEOUT_MS });
  signal.throwIfAborted();
  if (done.code === 0) return done.stdout;
  const reason = (done.stderr.trim() || done.stdout.trim() || 'it does not say why').replace(/^[Ee]rror: /, '');
  const shown = reason.replaceAll(`${root}/`, '').replaceAll(root, '.').replaceAll(basename(root), 'workspace');
  throw new UserError(`The kustomization cannot be built. ${name} says: ${shortened(shown, MAX_ERROR_LENGTH)}`);
}

// What a kustomization loads was copied, so nothing is left to load: neither by git nor by HTTP.
function environment(root: string): NodeJS.ProcessEnv {
  const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'];
  return {
    ...passedOn(),
    ...Object.fromEntries(proxies.map((name) => [name, NOWHERE])),
    NO_PROXY: '',
    no_proxy: '',
    GIT_ALLOW_PROTOCOL: 'none',
    KUBECONFIG: `${root}/none`,
    KUBERC: 'off',
  };
}
