import { dirname, isAbsolute, resolve, sep } from 'node:path';
import { UserError } from '../apimachinery/errors.ts';
import { isObject, type JsonObject } from '../apimachinery/objects.ts';
import { decodeText } from '../text/encoding.ts';
import type { KubeconfigText } from '../text/kubeconfig-text.ts';
import { readKubeconfigText } from '../text/reading.ts';
import type { KubeconfigBytes } from './kubeconfig-bytes.ts';
import type { Confinement } from './pins.ts';
import type { TokenSource } from './token-source.ts';

/** A named entry of a kubeconfig, with absolute paths. */
export type NamedEntry = JsonObject & {
  name: string;
  /** For a user: the restrictions on its credential plugin. Never read from a file. */
  confinement?: Confinement;
  /** For a user: where the tokens come from that replace its logins. Never read from a file. */
  tokens?: TokenSource;
  /** For a user with an auth-provider: the file that defines it, where its tokens are. Never read from a file. */
  source?: string;
};

/** The content of one file. */
export interface KubeconfigFile {
  contexts: NamedEntry[];
  clusters: NamedEntry[];
  users: NamedEntry[];
  currentContext: string | undefined;
  /** Number of documents after the first, which are not read. */
  ignored: number;
}

/**
 * A kubeconfig's content, as kubectl understands it.
 * @throws UserError that names the file and the line, and never quotes the content.
 */
export async function parseKubeconfig({ path, bytes }: KubeconfigBytes): Promise<KubeconfigFile> {
  const text = textOf(path, bytes);
  const content = await contentOf(path, text);
  const directory = dirname(path);
  const clusters = namedEntries(content.fields, 'clusters');
  const users = namedEntries(content.fields, 'users');
  const { 'current-context': current } = content.fields;
  return {
    contexts: namedEntries(content.fields, 'contexts'),
    clusters: clusters.map((entry) => absolute(entry, 'cluster', directory, ['certificate-authority'])),
    users: users.map((entry) => ({
      ...absoluteExec(absolute(entry, 'user', directory, ['client-certificate', 'client-key', 'tokenFile']), directory),
      ...(isObject(entry.user) && isObject(entry.user['auth-provider']) && { source: path }),
    })),
    currentContext: typeof current === 'string' ? current : undefined,
    ignored: content.ignored,
  };
}

function textOf(path: string, bytes: Uint8Array): string {
  try {
    return decodeText(bytes);
  } catch {
    throw new UserError(`The kubeconfig ${path} is not text in UTF-8 or, with a byte-order mark, UTF-16.`);
  }
}

async function contentOf(path: string, text: string): Promise<KubeconfigText> {
  return readKubeconfigText(text).catch((error: unknown) => {
    throw error instanceof UserError ? new UserError(`The kubeconfig ${path} ${error.message}`) : error;
  });
}

function namedEntries(content: JsonObject, list: 'contexts' | 'clusters' | 'users'): NamedEntry[] {
  const entries = Array.isArray(content[list]) ? content[list].filter(isObject) : [];
  return entries.map(
    ({ confinement: _, tokens: __, source: ___, ...entry }): NamedEntry => ({
      ...entry,
      name: typeof entry.name === 'string' ? entry.name : '',
    }),
  );
}

function absolute(entry: NamedEntry, key: 'cluster' | 'user', directory: string, fields: string[]): NamedEntry {
  const content = entry[key];
  if (!isObject(content)) return entry;
  const changed: JsonObject = { ...content };
  for (const field of fields) {
    const path = changed[field];
    if (typeof path === 'string') changed[field] = resolve(directory, path);
  }
  return { ...entry, [key]: changed };
}

// A credential plugin given as a path is relative to the kubeconfig; a bare name is looked up on PATH.
function absoluteExec(entry: NamedEntry, directory: string): NamedEntry {
  const { user } = entry;
  if (!isObject(user) || !isObject(user.exec) || typeof user.exec.command !== 'string') return entry;
  const { command } = user.exec;
  if (isAbsolute(command) || !command.includes(sep)) return entry;
  return { ...entry, user: { ...user, exec: { ...user.exec, command: resolve(directory, command) } } };
}
