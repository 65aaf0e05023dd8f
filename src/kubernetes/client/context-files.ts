import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { UserError } from '../apimachinery/errors.ts';
import { isObject } from '../apimachinery/objects.ts';
import type { ContextEntry } from './kubeconfig.ts';

/** The files that a context's connections are made with. A token's file is none of them: it is read for each request. */
export function filesOf({ cluster, user }: ContextEntry): string[] {
  const provider = isObject(user.user) ? user.user['auth-provider'] : undefined;
  const places: [unknown, string[]][] = [
    [cluster.cluster, ['certificate-authority']],
    [user.user, ['client-certificate', 'client-key']],
    [isObject(provider) ? provider.config : undefined, ['idp-certificate-authority']],
  ];
  return places.flatMap(([value, fields]) =>
    fields.flatMap((field) => {
      const path = isObject(value) ? value[field] : undefined;
      return typeof path === 'string' && path !== '' ? [path] : [];
    }),
  );
}

/** Client-node reads files synchronously: a pipe that never ends would block the process. @throws UserError */
export async function assertRegular(files: readonly string[]): Promise<void> {
  for (const path of files)
    if (!(await stat(path)).isFile()) throw new UserError(`${path} is no regular file, so it is not read`);
}

/** A digest of what the files hold; undefined while one of them cannot be read, such as in the middle of a rotation. */
export async function contentOf(files: readonly string[]): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await assertRegular(files);
    for (const path of files)
      hash.update(
        createHash('sha256')
          .update(await readFile(path))
          .digest(),
      );
  } catch {
    return undefined;
  }
  return hash.digest('hex');
}
