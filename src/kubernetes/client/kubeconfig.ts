import { readFile, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { UserError } from '../apimachinery/errors.ts';
import { deepEqual, isObject } from '../apimachinery/objects.ts';
import { homeFolder } from './home-folder.ts';
import { type KubeconfigBytes, readKubeconfigBytes } from './kubeconfig-bytes.ts';
import { type KubeconfigFile, type NamedEntry, parseKubeconfig } from './kubeconfig-file.ts';

export type { NamedEntry } from './kubeconfig-file.ts';

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const IN_CLUSTER = 'in-cluster';

/** There is no kubeconfig at all. */
export class NoKubeconfigError extends UserError {
  override name = 'NoKubeconfigError';
}

/** What a kubeconfig says may not be used, because a user has to agree first and has not. */
export class UntrustedKubeconfigError extends UserError {
  override name = 'UntrustedKubeconfigError';
  /** They said no; otherwise they have not answered yet. */
  readonly refused: boolean;

  constructor(message: string, refused: boolean) {
    super(message);
    this.refused = refused;
  }
}

/** Decides about what files say before anything of it is used. */
export interface KubeconfigPermit {
  /** Did it come with a workspace? Then it is read with care, and nothing takes its place. */
  isStrange(path: string): Promise<boolean>;
  /** What may be used of it. @throws UntrustedKubeconfigError when nothing may. */
  admit(bytes: KubeconfigBytes, content: KubeconfigFile, isStrange: boolean): Promise<KubeconfigFile>;
}

/** The lists of a kubeconfig. */
const LISTS = ['contexts', 'clusters', 'users'] as const;
type EntryList = (typeof LISTS)[number];

/** An entry that another file hides, because it is read first and has one of the same name that says something else. */
export interface ShadowedEntry {
  list: EntryList;
  name: string;
  /** The file whose entry is used, and the one whose entry is not. */
  used: string;
  hidden: string;
}

/** What several kubeconfig files say together; the first file that names something wins, as in kubectl. */
export interface Kubeconfig {
  contexts: NamedEntry[];
  clusters: NamedEntry[];
  users: NamedEntry[];
  currentContext: string | undefined;
  /** What is in the files and not used. */
  shadowed: ShadowedEntry[];
  /** Files of several documents, of which the first alone is read. */
  cut: string[];
}

/** A context with what it points to. */
export interface ContextEntry {
  name: string;
  namespace: string;
  cluster: NamedEntry;
  user: NamedEntry;
  /** Entries of the same names in other files, which may be what the user means. */
  shadowed: readonly ShadowedEntry[];
}

/** The URL of the API server that a context points to, without credentials that may be part of it. */
export function serverOf({ cluster }: ContextEntry): string {
  return isObject(cluster.cluster) ? withoutUserInfo(String(cluster.cluster.server)) : '';
}

/** A URL without the credentials that may be part of it. */
export function withoutUserInfo(url: string): string {
  return url.replace(/\/\/[^/]*@/, '//').replace(/[?#].*$/s, '');
}

/** The files to read: those given, else `KUBECONFIG`, else `~/.kube/config`. */
export function kubeconfigPaths(explicit: readonly string[], env: NodeJS.ProcessEnv = process.env): string[] {
  if (explicit.length > 0) return explicit.map((path) => resolve(path));
  if (!env.KUBECONFIG) return [join(homeFolder(env), '.kube', 'config')];
  const listed = splitList(env.KUBECONFIG, delimiter).filter((path) => path !== '');
  return [...new Set(listed)].map((path) => resolve(path));
}

/** The members of a list of paths. On Windows they may be quoted, and then hold what separates them. */
export function splitList(list: string, separator: string): string[] {
  if (separator !== ';') return list.split(separator);
  return [...list.matchAll(/((?:"[^"]*(?:"|$)|[^";])*)(?:;|$)/g)]
    .map(([, member = '']) => member.replaceAll('"', ''))
    .slice(0, -1);
}

/**
 * Reads and merges the files. Missing ones are passed over as long as one exists; inside a cluster the service account
 * stands in for them, unless somebody has chosen them (`isChosen`): as with kubectl, those have to be there. What is permitted is what was read, so that a file that changes in between slips nothing in.
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
  // A context without a name cannot be chosen.
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
    cluster: { ...cluster, cluster: { ...cluster.cluster, server: withScheme(cluster.cluster.server) } },
    user: user ?? { name: 'anonymous', user: {} },
    shadowed: shadowedOf(kubeconfig, entry),
  };
}

/** The entries of the same names as those that a context uses, in other files. */
export function shadowedOf({ shadowed }: Pick<Kubeconfig, 'shadowed'>, { name, context }: NamedEntry): ShadowedEntry[] {
  const { cluster, user } = isObject(context) ? context : {};
  const used = { contexts: name, clusters: cluster, users: user };
  return shadowed.filter((entry) => used[entry.list] === entry.name);
}

// As client-go takes a server that is only a host.
function withScheme(server: string): string {
  return server.includes('://') ? server : `http://${server}`;
}

function isSame({ confinement: _, ...one }: NamedEntry, { confinement: __, ...other }: NamedEntry): boolean {
  return deepEqual(one, other);
}

/** In words, which file's entry is used. */
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
