import { UserError } from '../apimachinery/errors.ts';
import { LIMITS } from '../apimachinery/limits.ts';
import { isObject } from '../apimachinery/objects.ts';
import { parseBoundedJson } from '../text/json-reader.ts';
import { type HelmProgram, helmError, runHelm } from './helm-program.ts';
import { workFolder } from './work-folder.ts';

/** A chart repository configured in helm on this machine. */
export interface Repository {
  name: string;
  url: string;
}

export interface Login {
  username: string;
  password: string;
}

const NAME = /^[A-Za-z0-9][\w.-]{0,62}$/;
/** In milliseconds: an index may be several megabytes. */
const TIMEOUT_MS = 120_000;

/** All repositories; empty where none was ever added. */
export async function listRepositories(program: HelmProgram, signal: AbortSignal): Promise<Repository[]> {
  const done = await run(program, ['repo', 'list', '--output=json'], signal);
  // Helm 3 treats having none as an error.
  if (done.code !== 0 && /no repositories/.test(done.stderr)) return [];
  if (done.code !== 0) throw new UserError(`Helm says: ${helmError(done)}`);
  const value = parseBoundedJson(done.stdout.trim() || '[]', LIMITS.manifest);
  const all = Array.isArray(value) ? value.filter(isObject) : [];
  return all.map(({ name, url }) => ({ name: String(name), url: String(url) }));
}

/** Checks the name and address of a repository. @throws UserError */
export function checkedRepository(name: string, url: string): Repository {
  if (!NAME.test(name))
    throw new UserError(
      `${JSON.stringify(name.slice(0, 80))} can be no name of a repository: letters, digits, -, _ and ., at most 63.`,
    );
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const shown = JSON.stringify(url.slice(0, 200));
  if (parsed?.protocol === 'oci:')
    throw new UserError(
      'A registry (oci://) needs no adding: its charts are given as oci://registry/name. If it wants a login, the user makes it: helm registry login.',
    );
  if (parsed?.protocol !== 'https:')
    throw new UserError(`${shown} is not added: repositories are read by https:// only.`);
  if (parsed.username || parsed.password)
    throw new UserError('Give the login by username and password, not in the address.');
  return { name, url: parsed.href };
}

/** Adds it and fetches its index, so that its charts are available. @throws UserError with helm's words. */
export async function addRepository(
  program: HelmProgram,
  { name, url }: Repository,
  login: Login | undefined,
  signal: AbortSignal,
): Promise<void> {
  const given = login ? [`--username=${login.username}`, '--password-stdin'] : [];
  const done = await run(program, ['repo', 'add', name, url, ...given], signal, login?.password);
  if (done.code !== 0) throw new UserError(`The repository was not added. Helm says: ${helmError(done)}`);
}

/** @throws UserError with the existing ones. */
export async function removeRepository(program: HelmProgram, name: string, signal: AbortSignal): Promise<void> {
  const all = await listRepositories(program, signal);
  if (!all.some((one) => one.name === name))
    throw new UserError(
      `There is no repository ${JSON.stringify(name.slice(0, 80))}. There are: ${all.map((one) => one.name).join(', ') || 'none'}.`,
    );
  const done = await run(program, ['repo', 'remove', name], signal);
  if (done.code !== 0) throw new UserError(`The repository was not removed. Helm says: ${helmError(done)}`);
}

async function run(program: HelmProgram, args: readonly string[], signal: AbortSignal, stdin = '') {
  await using folder = await workFolder();
  return await runHelm(program, args, { folder: folder.path, signal, timeout: TIMEOUT_MS, stdin });
}
