import { readFile, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { UserError } from '../apimachinery/errors.ts';
import { deepEqual, isObject, type JsonObject } from '../apimachinery/objects.ts';
import { withPlainScheme } from '../apimachinery/urls.ts';
import { homeFolder } from './home-folder.ts';
import { type KubeconfigBytes, readKubeconfigBytes } from './kubeconfig-bytes.ts';
import { type KubeconfigFile, type NamedEntry, parseKubeconfig } from './kubeconfig-file.ts';

export type { NamedEntry } from './kubeconfig-file.ts';

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const IN_CLUSTER = 'in-cluster';

/** There is no kubeconfig. */
export class NoKubeconfigError extends UserError {
  override name = 'NoKubeconfigError';
}

/** The kubeconfig may not be used, because the user has not agreed to it. */
export class UntrustedKubeconfigError extends UserError {
  override name = 'UntrustedKubeconfigError';
  /** The user said no; false if there is no answer yet. */
  readonly refused: boolean;

  constructor(message: string, refused: boolean) {
    super(message);
    this.refused = refused;
  }
}

/** Decides which content of files may be used, before any of it is. */
export interface KubeconfigPermit {
  /** Did it come with a workspace? Then it is read with care, and nothing replaces it. */
  isStrange(path: string): Promise<boolean>;
  /** The part that may be used. @throws UntrustedKubeconfigError when nothing may. */
  admit(bytes: KubeconfigBytes, content: KubeconfigFile, isStrange: boolean): Promise<KubeconfigFile>;
}

/** The lists of a kubeconfig. */
const LISTS = ['contexts', 'clusters', 'users'] as const;
type EntryList = (typeof LISTS)[number];

/** An entry hidden by a different one of the same name in a file read earlier. */
export interface ShadowedEntry {
  list: EntryList;
  name: string;
  /** The file whose entry is used, and the file whose entry is hidden. */
  used: string;
  hidden: string;
}

/** Several kubeconfig files merged; the first file that defines a name wins, as in kubectl. */
export interface Kubeconfig {
  contexts: NamedEntry[];
  clusters: NamedEntry[];
  users: NamedEntry[];
  currentContext: string | undefined;
  /** Entries that are not used. */
  shadowed: ShadowedEntry[];
  /** Files with several documents, of which only the first is read. */
  cut: string[];
}

/** A context with its cluster and user. */
export interface ContextEntry {
  name: string;
  namespace: string;
  cluster: NamedEntry;
  user: NamedEntry;
  /** Entries of the same names in other files, which the user may have meant. */
  shadowed: readonly ShadowedEntry[];
}

/** The URL of the context's API server, without any credentials in it. */
export function serverOf({ cluster }: ContextEntry): string {
  return isObject(cluster.cluster) ? withoutUserInfo(String(cluster.cluster.server)) : '';
}

/** A URL without any credentials in it. */
export function withoutUserInfo(url: string): string {
  return url.replace(/\/\/[^/\\?#]*@/, '//').replace(/[?#].*/s, '');
}

/** The files to read: the given ones, else `KUBECONFIG`, else `~/.kube/config`. */
export function kubeconfigPaths(explicit: readonly string[], env: NodeJS.ProcessEnv = process.env): string[] {
  if (explicit.length > 0) return explicit.map((path) => resolve(path));
  if (!env.KUBECONFIG) return [join(homeFolder(env), '.kube', 'config')];
  const listed = splitList(env.KUBECONFIG, delimiter).filter((path) => path !== '');
  return [...new Set(listed)].map((path) => resolve(path));
}

/** The members of a list of paths. On Windows they may be quoted, and then contain the separator. */
export function splitList(list: string, separator: string): string[] {
  if (separator !== ';') return list.split(separator);
  return [...list.matchAll(/((?:"[^"]*(?:"|$)|[^";])*)(?:;|$)/gy)]
    .map(([, member = '']) => member.replaceAll('"', ''))
    .slice(0, -1);
}

/**
 * Reads and merges the files. Missing ones are skipped as long as one exists; inside a cluster the service account
 * replaces them, unless they were chosen explicitly (`isChosen`): as with kubectl, those must exist. The permit judges
 * the bytes that were read, so a file cannot change in between.
 * @throws UserError when there is nothing to read or a file is broken; never quotes a file's content.
 */
export async function loadKubeconfig(
  paths: readonly string[],
  permit?: KubeconfigPermit,
  isChosen = false,
): Promise<Kubeconfig> {
  const merged: Kubeconfig = {
    contexts: [],
    clusters: [],
    users: [],
    currentContext: undefined,
    shadowed: [],
    cut: [],
  };
  const strange = await Promise.all(paths.map((path) => permit?.isStrange(path) ?? false));
  const files = await Promise.all(
    paths.map(async (path, index) => {
      const isStrange = strange[index] ?? true;
      const bytes = await readKubeconfigBytes(path, isStrange);
      const content = bytes && (await parseKubeconfig(bytes));
      const file = content && permit ? await permit.admit(bytes, content, isStrange) : content;
      return file && { path, file };
    }),
  );
  const origins = new Map<string, { path: string; entry: NamedEntry }>();
  for (const { path, file } of files.filter((found) => found !== undefined)) {
    merged.currentContext ||= file.currentContext;
    if (file.ignored > 0) merged.cut.push(path);
    for (const list of LISTS) {
      for (const entry of file[list]) {
        const { name } = entry;
        const first = origins.get(`${list} ${name}`);
        if (!first) {
          origins.set(`${list} ${name}`, { path, entry });
          merged[list].push(entry);
        } else if (!isSame(first.entry, entry)) merged.shadowed.push({ list, name, used: first.path, hidden: path });
      }
    }
  }
  // A context without a name cannot be selected.
  merged.contexts = merged.contexts.filter(({ name }) => name !== '');
  if (files.some((file) => file !== undefined)) return merged;
  const inCluster = isChosen || strange.includes(true) ? undefined : await inClusterConfig(process.env);
  if (inCluster) return inCluster;
  throw new NoKubeconfigError(
    paths.length > 0
      ? `No kubeconfig: ${paths.join(', ')} does not exist.`
      : 'No kubeconfig: KUBECONFIG names no file.',
  );
}

/**
 * The named context, or the current one, or the only one.
 * @throws UserError that lists the contexts when there is no such context, or when its cluster or user is missing.
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
  if (!context.cluster) throw new UserError(`Context "${name}" names no cluster: add one to it in the kubeconfig.`);
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
  return {
    name,
    namespace,
    cluster: { ...cluster, cluster: withSchemes(cluster.cluster) },
    user: user ?? { name: 'anonymous', user: {} },
    shadowed: shadowedOf(kubeconfig, entry),
  };
}

/** Hidden entries with the names that a context uses. */
export function shadowedOf({ shadowed }: Pick<Kubeconfig, 'shadowed'>, { name, context }: NamedEntry): ShadowedEntry[] {
  const { cluster, user } = isObject(context) ? context : {};
  const used = { contexts: name, clusters: cluster, users: user };
  return shadowed.filter((entry) => used[entry.list] === entry.name);
}

// As in client-go, a server may be only a host and a port, and a scheme may be in capitals.
function withSchemes(cluster: JsonObject): JsonObject {
  const server = String(cluster.server);
  const { 'proxy-url': proxy } = cluster;
  return {
    ...cluster,
    server: /^[^/]+\/?$/.test(server) ? `http://${server}` : withPlainScheme(server),
    ...(typeof proxy === 'string' && { 'proxy-url': withPlainScheme(proxy) }),
  };
}

function isSame(one: NamedEntry, other: NamedEntry): boolean {
  const plain = ({ confinement: _, source: __, ...entry }: NamedEntry) => entry;
  return deepEqual(plain(one), plain(other));
}

/** Says which file's entry is used. */
export function describeShadowed({ list, name, used, hidden }: ShadowedEntry): string {
  return `${list.slice(0, -1)} "${name}" is defined in ${used} and, differently, in ${hidden}: the first is used, as with kubectl`;
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
    shadowed: [],
    cut: [],
  };
}
