import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { messageOf, UserError } from '../apimachinery/errors.ts';
import { LIMITS } from '../apimachinery/limits.ts';
import { isObject, type JsonObject } from '../apimachinery/objects.ts';
import { readTextFile } from '../text/files.ts';
import { readKubeconfigText } from '../text/reading.ts';

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const IN_CLUSTER = 'in-cluster';

/** There is no kubeconfig at all. */
export class NoKubeconfigError extends UserError {
  override name = 'NoKubeconfigError';
}

/** What a kubeconfig says may not be used, because a human has to agree first and has not. */
export class NotAgreedError extends UserError {
  override name = 'NotAgreedError';
  /** They said no; otherwise they have not answered yet. */
  readonly refused: boolean;

  constructor(message: string, refused: boolean) {
    super(message);
    this.refused = refused;
  }
}

/** Decides about what a file says before anything of it is used. @throws NotAgreedError when it may not be. */
export type KubeconfigPermit = (path: string, content: Kubeconfig) => Promise<void>;

/** A named entry of a kubeconfig, its paths already absolute. */
export type NamedEntry = JsonObject & { name: string };

/** What several kubeconfig files say together; the first file that names something wins, as in kubectl. */
export interface Kubeconfig {
  contexts: NamedEntry[];
  clusters: NamedEntry[];
  users: NamedEntry[];
  currentContext: string | undefined;
}

/** A context with what it points to. */
export interface ContextEntry {
  name: string;
  namespace: string;
  cluster: NamedEntry;
  user: NamedEntry;
}

/** The URL of the API server that a context points to, without credentials that may be part of it. */
export function serverOf({ cluster }: ContextEntry): string {
  return isObject(cluster.cluster) ? String(cluster.cluster.server).replace(/\/\/[^/@]*@/, '//') : '';
}

/** The files to read: those given, else `KUBECONFIG`, else `~/.kube/config`. */
export function kubeconfigPaths(explicit: readonly string[], env: NodeJS.ProcessEnv = process.env): string[] {
  if (explicit.length > 0) return explicit.map((path) => resolve(path));
  const fromEnv = (env.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  return fromEnv.length > 0 ? fromEnv.map((path) => resolve(path)) : [join(homedir(), '.kube', 'config')];
}

/** Changes whenever one of the files does: edits, replacements and swapped symbolic links alike. */
export async function kubeconfigFingerprint(paths: readonly string[]): Promise<string> {
  const stats = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ mtimeMs, size, ino }) => `${mtimeMs}/${size}/${ino}`,
        () => 'absent',
      ),
    ),
  );
  return stats.join(' ');
}

/**
 * Reads and merges the files. Missing ones are passed over as long as one exists; inside a cluster the service account
 * stands in for them. What is permitted is what was read, so that a file that changes in between slips nothing in.
 * @throws UserError when there is nothing to read or a file is broken; never quotes a file's content.
 */
export async function loadKubeconfig(paths: readonly string[], permit?: KubeconfigPermit): Promise<Kubeconfig> {
  const merged: Kubeconfig = { contexts: [], clusters: [], users: [], currentContext: undefined };
  const files = await Promise.all(
    paths.map(async (path) => {
      const file = await readKubeconfig(path);
      if (file) await permit?.(path, file);
      return file;
    }),
  );
  for (const file of files) {
    if (!file) continue;
    merged.currentContext ||= file.currentContext;
    for (const list of ['contexts', 'clusters', 'users'] as const) {
      const known = new Set(merged[list].map(({ name }) => name));
      merged[list].push(...file[list].filter(({ name }) => !known.has(name)));
    }
  }
  if (files.some((file) => file !== undefined)) return merged;
  const inCluster = await inClusterConfig(process.env);
  if (inCluster) return inCluster;
  throw new NoKubeconfigError(`No kubeconfig: ${paths.join(', ')} does not exist.`);
}

/**
 * The named context, or the current one, or the only one.
 * @throws UserError that lists the contexts when there is no such context, or when it points to nothing.
 */
export function findContext(kubeconfig: Kubeconfig, wanted: string | undefined): ContextEntry {
  const names = kubeconfig.contexts.map(({ name }) => name);
  const only = names.length === 1 ? names[0] : undefined;
  const name = wanted || kubeconfig.currentContext || only;
  const list = names.length > 0 ? `It has: ${names.slice(0, 20).join(', ')}.` : 'It has no contexts at all.';
  if (!name) throw new UserError(`The kubeconfig sets no current context, so one must be named. ${list}`);
  const entry = kubeconfig.contexts.find((context) => context.name === name);
  if (!entry) throw new UserError(`The kubeconfig has no context "${name}". ${list}`);
  const context = isObject(entry.context) ? entry.context : {};
  const cluster = kubeconfig.clusters.find((candidate) => candidate.name === context.cluster);
  if (!cluster || !isObject(cluster.cluster) || typeof cluster.cluster.server !== 'string') {
    throw new UserError(
      `Context "${name}" names the cluster "${String(context.cluster)}", which the kubeconfig does not define with a server.`,
    );
  }
  const user = kubeconfig.users.find((candidate) => candidate.name === context.user);
  if (!user && context.user) {
    throw new UserError(
      `Context "${name}" names the user "${String(context.user)}", which the kubeconfig does not define.`,
    );
  }
  const namespace = typeof context.namespace === 'string' && context.namespace !== '' ? context.namespace : 'default';
  return { name, namespace, cluster, user: user ?? { name: 'anonymous', user: {} } };
}

async function readKubeconfig(path: string): Promise<Kubeconfig | undefined> {
  let text: string;
  try {
    text = await readTextFile(path, LIMITS.manifest.bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UserError(`The kubeconfig ${path} cannot be read: ${messageOf(error)}`);
  }
  const content = await readKubeconfigText(text).catch((error: unknown) => {
    throw new UserError(`The kubeconfig ${path} ${messageOf(error)}`);
  });
  if (!isObject(content))
    throw new UserError(`The kubeconfig ${path} is not a kubeconfig: its top level is not a mapping.`);
  const current = content['current-context'];
  const directory = dirname(path);
  return {
    contexts: namedEntries(content.contexts),
    clusters: namedEntries(content.clusters).map((entry) =>
      absolute(entry, 'cluster', directory, ['certificate-authority']),
    ),
    users: namedEntries(content.users).map((entry) =>
      absoluteExec(absolute(entry, 'user', directory, ['client-certificate', 'client-key', 'tokenFile']), directory),
    ),
    currentContext: typeof current === 'string' && current !== '' ? current : undefined,
  };
}

function namedEntries(value: unknown): NamedEntry[] {
  if (!Array.isArray(value)) return [];
  return value.filter((entry): entry is NamedEntry => isObject(entry) && typeof entry.name === 'string');
}

function absolute(entry: NamedEntry, key: 'cluster' | 'user', directory: string, fields: string[]): NamedEntry {
  const content = entry[key];
  if (!isObject(content)) return entry;
  const changed: JsonObject = { ...content };
  for (const field of fields) {
    const path = changed[field];
    if (typeof path === 'string' && path !== '') changed[field] = resolve(directory, path);
  }
  return { ...entry, [key]: changed };
}

// A credential plugin named with a path is looked up beside the kubeconfig; a bare name is looked up on PATH.
function absoluteExec(entry: NamedEntry, directory: string): NamedEntry {
  const { user } = entry;
  if (!isObject(user) || !isObject(user.exec) || typeof user.exec.command !== 'string') return entry;
  const { command } = user.exec;
  if (isAbsolute(command) || !/[\\/]/.test(command)) return entry;
  return { ...entry, user: { ...user, exec: { ...user.exec, command: resolve(directory, command) } } };
}

async function inClusterConfig(env: NodeJS.ProcessEnv): Promise<Kubeconfig | undefined> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  const tokenFile = `${SERVICE_ACCOUNT}/token`;
  if (!host || !port || !(await stat(tokenFile).catch(() => undefined))) return undefined;
  const namespace = await readFile(`${SERVICE_ACCOUNT}/namespace`, 'utf8').catch(() => 'default');
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    contexts: [{ name: IN_CLUSTER, context: { cluster: IN_CLUSTER, user: IN_CLUSTER, namespace: namespace.trim() } }],
    clusters: [{ name: IN_CLUSTER, cluster: { server, 'certificate-authority': `${SERVICE_ACCOUNT}/ca.crt` } }],
    users: [{ name: IN_CLUSTER, user: { tokenFile } }],
    currentContext: IN_CLUSTER,
  };
}
