import { randomUUID } from 'node:crypto';
import { chmod, chown, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../apimachinery/errors.ts';
import { deepEqual, isObject } from '../apimachinery/objects.ts';
import { utf8Text } from '../apimachinery/utf8.ts';
import { readKubeconfigBytes } from './kubeconfig-bytes.ts';
import { type KubeconfigFile, type NamedEntry, parseKubeconfig } from './kubeconfig-file.ts';

/** The tokens of an OIDC login; '' where there is none. */
export interface OidcTokens {
  idToken: string;
  refreshToken: string;
}

/** How long another program may hold the kubeconfig, in milliseconds, and how often it is looked whether it does. */
const LOCK_TIMEOUT_MS = 1_000;
const LOOK_MS = 50;
/** A file of another group, in a folder of others, mounted, or open: it is written in place, as by kubectl. */
const NOT_SWAPPED = new Set(['EACCES', 'EPERM', 'EBUSY', 'EXDEV']);

/** The tokens that a kubeconfig's user has in its auth-provider. */
export function tokensOf(user: unknown): OidcTokens {
  const provider = isObject(user) && isObject(user['auth-provider']) ? user['auth-provider'] : {};
  const config = isObject(provider.config) ? provider.config : {};
  return { idToken: String(config['id-token'] ?? ''), refreshToken: String(config['refresh-token'] ?? '') };
}

/** The tokens of the named user that are in the kubeconfig now; undefined if there is no such user. */
export async function readTokens(path: string, name: string): Promise<OidcTokens | undefined> {
  const bytes = await readKubeconfigBytes(path, false);
  const { users } = bytes ? await parseKubeconfig(bytes) : { users: [] };
  const entry = users.find((one) => one.name === name);
  return entry && tokensOf(entry.user);
}

/**
 * Replaces tokens in a kubeconfig, as kubectl does, and leaves everything else in it as it is written.
 * @throws Error when it cannot be written, or would then say something else.
 */
export async function replaceTokens(path: string, before: OidcTokens, after: OidcTokens): Promise<void> {
  const unlock = await lock(path);
  try {
    const found = await readKubeconfigBytes(path, false);
    const text = found && utf8Text(found.bytes);
    if (!found || text === undefined) throw new UserError(`${path} is gone, or not in UTF-8`);
    const bytes = Buffer.from(replaced(text, before, after));
    const wanted = withTokens(await parseKubeconfig(found), before, after);
    if (!deepEqual(await parseKubeconfig({ ...found, bytes }), wanted))
      throw new UserError(`${path} does not hold the tokens in a way that they can be replaced`);
    await replaceFile(found.realPath, bytes);
  } finally {
    await unlock();
  }
}

function replaced(text: string, before: OidcTokens, after: OidcTokens): string {
  const pairs = [
    [before.idToken, after.idToken],
    [before.refreshToken, after.refreshToken],
  ] as const;
  return pairs.reduce((all, [old, latest]) => (old === '' ? all : all.replaceAll(old, () => latest)), text);
}

function withTokens(content: KubeconfigFile, before: OidcTokens, after: OidcTokens): KubeconfigFile {
  const changed = (entry: NamedEntry): NamedEntry => {
    const { user } = entry;
    if (!isObject(user) || !isObject(user['auth-provider']) || !isObject(user['auth-provider'].config)) return entry;
    const config = { ...user['auth-provider'].config };
    if (before.idToken !== '' && config['id-token'] === before.idToken) config['id-token'] = after.idToken;
    if (config['refresh-token'] === before.refreshToken) config['refresh-token'] = after.refreshToken;
    return { ...entry, user: { ...user, 'auth-provider': { ...user['auth-provider'], config } } };
  };
  return { ...content, users: content.users.map(changed) };
}

async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await swapFile(path, bytes);
  } catch (error) {
    if (!NOT_SWAPPED.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await writeFile(path, bytes);
  }
}

// At no time is there half a file, and it stays its owner's.
async function swapFile(path: string, bytes: Uint8Array): Promise<void> {
  const { mode, uid, gid } = await stat(path);
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    await writeFile(temporary, bytes, { mode: 0o600, flag: 'wx' });
    await chown(temporary, uid, gid);
    await chmod(temporary, mode);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

// The file that kubectl locks a kubeconfig with.
async function lock(path: string): Promise<() => Promise<void>> {
  const file = `${path}.lock`;
  const end = performance.now() + LOCK_TIMEOUT_MS;
  for (;;) {
    try {
      await (await open(file, 'wx', 0o600)).close();
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || performance.now() > end) throw error;
    }
    await delay(LOOK_MS);
  }
}
