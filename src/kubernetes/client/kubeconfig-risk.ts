import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { isObject, type JsonObject } from '../apimachinery/objects.ts';
import { type Kubeconfig, loadKubeconfig, type NamedEntry } from './kubeconfig.ts';

/** What trusting a kubeconfig means: whom it connects to, which files it reads, and which programs it runs. */
export interface KubeconfigRisk {
  /** Changes with any of that, and with nothing else: neither with a renewed token nor with the current context. */
  fingerprint: string;
  /** The programs that it runs to get credentials, with their arguments. */
  commands: string[];
}

/** Credentials in the file itself, which are renewed and tell nothing to anybody but their own cluster. */
const CREDENTIALS = ['token', 'username', 'password', 'client-certificate-data', 'client-key-data'];
/** What auth providers renew. */
const RENEWED = ['access-token', 'id-token', 'refresh-token', 'expiry', 'expires-in', 'expires-on'];

/** The risk of one file; undefined for one that is not there or broken, and for one without any. */
export async function kubeconfigRisk(path: string): Promise<KubeconfigRisk | undefined> {
  try {
    // Inside a cluster, its service account would stand in for a file that is missing.
    await access(path);
    return riskOf(await loadKubeconfig([path]));
  } catch {
    return undefined;
  }
}

/** The risk of what a file says; undefined when it says nothing. Other files that it is merged with may use what it names. */
export function riskOf(content: Kubeconfig): KubeconfigRisk | undefined {
  if (content.contexts.length + content.clusters.length + content.users.length === 0) return undefined;
  const users = content.users.map(riskOfUser);
  const contexts = content.contexts.map(({ name, context }) => {
    const { cluster, user } = isObject(context) ? context : {};
    return { name, cluster, user };
  });
  const clusters = content.clusters.map(({ name, cluster }) => ({ name, cluster: without(cluster, ['extensions']) }));
  return { fingerprint: hash(canonical({ contexts, clusters, users })), commands: content.users.flatMap(commandsOf) };
}

function riskOfUser({ name, user }: NamedEntry): JsonObject {
  const kept = without(user, [...CREDENTIALS, 'extensions']);
  const provider = kept['auth-provider'];
  if (!isObject(provider)) return { name, user: kept };
  return { name, user: { ...kept, 'auth-provider': { ...provider, config: without(provider.config, RENEWED) } } };
}

function commandsOf({ user }: NamedEntry): string[] {
  if (!isObject(user)) return [];
  const { exec, 'auth-provider': provider } = user;
  const config = isObject(provider) && isObject(provider.config) ? provider.config : {};
  const ofExec = isObject(exec) ? [exec.command, ...(Array.isArray(exec.args) ? exec.args : [])] : [];
  return [ofExec, [config['cmd-path'], config['cmd-args']]].flatMap((words) => {
    const command = words.filter((word) => word !== undefined).join(' ');
    return command === '' ? [] : [command];
  });
}

function without(value: unknown, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(isObject(value) ? value : {}).filter(([name]) => !names.includes(name)));
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
