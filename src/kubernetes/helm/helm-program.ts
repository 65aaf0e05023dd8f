import { stat } from 'node:fs/promises';
import { settingPlace } from '../../settings.ts';
import { UserError } from '../apimachinery/errors.ts';
import { type ProgramRun, passedOn, runProgram } from '../client/program-run.ts';
import { findProgram } from '../client/programs.ts';
import { shortened } from '../text/shortened.ts';
import { workFolder } from './work-folder.ts';

/** The helm program of this machine, in a supported version. */
export interface HelmProgram {
  path: string;
  version: string;
}

/** The result of a helm run. */
export type HelmRun = ProgramRun;

export interface RunOptions {
  /** Its working directory, where it may leave files. */
  folder: string;
  /** The only cluster it knows; by default none. */
  kubeconfig?: string;
  stdin?: string;
  /** Stops it as Ctrl+C does: a release in progress is marked as failed. */
  signal: AbortSignal;
  /** In milliseconds, after which it is asked to stop. */
  timeout: number;
}

const INSTALL = `Install Helm 3.14 or newer (https://helm.sh/docs/intro/install), or name the program by ${settingPlace('helm.path')}.`;
/** The oldest Helm 3 minor version with the flags used here. */
const OLDEST_MINOR = 14;
const VERSION_TIMEOUT_MS = 20_000;

/** The only environment variables passed on besides the basic ones: for helm's own files, and for chart repositories. */
const PASSED_ON = [
  ...['XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_DATA_HOME', 'HELM_CONFIG_HOME', 'HELM_CACHE_HOME', 'HELM_DATA_HOME'],
  ...['HELM_REPOSITORY_CONFIG', 'HELM_REPOSITORY_CACHE', 'HELM_REGISTRY_CONFIG', 'HELM_DRIVER'],
  ...[
    'HTTPS_PROXY',
    'HTTP_PROXY',
    'NO_PROXY',
    'https_proxy',
    'http_proxy',
    'no_proxy',
    'SSL_CERT_FILE',
    'SSL_CERT_DIR',
  ],
];

const known = new Map<string, Promise<HelmProgram>>();

/**
 * The helm program: the one the user names, else the one on PATH, but never one in a workspace.
 * @throws UserError that says what to install.
 */
export async function findHelm(named: string | undefined, places: readonly string[]): Promise<HelmProgram> {
  const path = await findProgram(named ?? 'helm', places);
  if (path === undefined)
    throw new UserError(
      named === undefined
        ? `This needs the program helm, and there is none on PATH. ${INSTALL}`
        : `There is no program ${named}. ${INSTALL}`,
    );
  const { mtimeMs, size } = await stat(path);
  const key = `${path}:${mtimeMs}:${size}`;
  const program = known.get(key) ?? checked(path);
  known.set(key, program);
  program.catch(() => known.delete(key));
  return program;
}

async function checked(path: string): Promise<HelmProgram> {
  await using folder = await workFolder();
  const args = ['version', '--template', '{{.Version}}'];
  const options = { folder: folder.path, signal: new AbortController().signal, timeout: VERSION_TIMEOUT_MS };
  const { code, stdout, stderr } = await runHelm({ path, version: '' }, args, options);
  const version = stdout.trim().slice(0, 60);
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  if (code !== 0 || major === undefined)
    throw new UserError(
      `${path} does not say which version of Helm it is: ${shortened((stderr || stdout).trim(), 200)} ${INSTALL}`,
    );
  const isKnown = major === '4' || (major === '3' && Number(minor) >= OLDEST_MINOR);
  if (!isKnown) throw new UserError(`Helm ${version} (${path}) is not supported. ${INSTALL}`);
  return { path, version };
}

/** Runs helm with these arguments, never through a shell. Resolves when the process ends, for whatever reason. */
export function runHelm({ path }: HelmProgram, args: readonly string[], options: RunOptions): Promise<HelmRun> {
  const { kubeconfig, ...run } = options;
  return runProgram(path, args, { ...run, env: environment(run.folder, kubeconfig) });
}

/** Helm's error message, without meaningless lines. */
export function helmError({ stderr, stdout }: HelmRun): string {
  const lines = (stderr.trim() || stdout.trim()).split('\n');
  const own = lines.filter((line) => !/^(WARNING|level=|time=|[IWE]\d{4} |Pulled:|Digest:|Use --debug)/.test(line));
  return (
    shortened(
      own
        .join('\n')
        .replace(/^Error: /, '')
        .trim(),
      4_000,
    ) || 'it does not say why'
  );
}

function environment(folder: string, kubeconfig: string | undefined): NodeJS.ProcessEnv {
  return {
    ...passedOn(PASSED_ON),
    KUBECONFIG: kubeconfig ?? `${folder}/none`,
    // No plugins, which are programs: neither the user's nor a workspace's.
    HELM_PLUGINS: `${folder}/plugins`,
    HELM_NO_PLUGINS: '1',
  };
}
