import { createHash } from 'node:crypto';
import { isObject, type JsonObject } from '../apimachinery/objects.ts';
import { execConfigOf } from './exec-config.ts';
import { withoutUserInfo } from './kubeconfig.ts';
import type { KubeconfigBytes } from './kubeconfig-bytes.ts';
import type { KubeconfigFile } from './kubeconfig-file.ts';
import { type Pin, pinsOf } from './pins.ts';

/** What trusting a kubeconfig means: which programs it runs, which files it reads, and where it connects. */
export interface KubeconfigRisk {
  /** Changes with the file's path, its bytes, and the workspace files that its programs run or name. */
  fingerprint: string;
  programs: Program[];
  /** Tokens, certificates and keys. */
  files: string[];
  /** API servers, proxies and token issuers. */
  servers: string[];
  /** The pinned files of each user's programs, by the user's name. */
  pins: ReadonlyMap<string, readonly Pin[]>;
}

/** A program with how it is run. */
export interface Program {
  command: string;
  args: string[];
  env: { name: string; value: string }[];
}

/**
 * The risk of a file's content; undefined for an empty one. Files merged with it may use what it names.
 * @param places files and folders that came with the workspace.
 */
export async function riskOf(
  { realPath, sha256 }: Pick<KubeconfigBytes, 'realPath' | 'sha256'>,
  content: KubeconfigFile,
  places: readonly string[],
): Promise<KubeconfigRisk | undefined> {
  const { contexts, clusters, users, currentContext } = content;
  if (contexts.length + clusters.length + users.length === 0 && currentContext === undefined) return undefined;
  const plugins = users.flatMap(({ name, user }) => {
    const exec = execConfigOf(user);
    return exec ? [{ name, exec }] : [];
  });
  const pins = new Map<string, Pin[]>();
  for (const { name, exec } of plugins) pins.set(name, await pinsOf(exec, places));
  return {
    fingerprint: hash(JSON.stringify([realPath, sha256, [...pins]])),
    programs: plugins.map(({ exec: { command, args, env } }) => ({ command, args, env })),
    files: distinct([
      ...clusters.flatMap(({ cluster }) => texts(cluster, ['certificate-authority'])),
      ...users.flatMap(({ user }) => texts(user, ['tokenFile', 'client-certificate', 'client-key'])),
      ...users.flatMap(({ user }) => texts(providerOf(user), ['idp-certificate-authority'])),
    ]),
    servers: distinct([
      ...clusters.flatMap(({ cluster }) => texts(cluster, ['server', 'proxy-url'])),
      ...users.flatMap(({ user }) => texts(providerOf(user), ['idp-issuer-url'])),
    ]).map(withoutUserInfo),
    pins,
  };
}

function providerOf(user: unknown): JsonObject {
  const provider = isObject(user) ? user['auth-provider'] : undefined;
  return isObject(provider) && isObject(provider.config) ? provider.config : {};
}

function texts(value: unknown, fields: readonly string[]): string[] {
  return fields.flatMap((field) => {
    const text = isObject(value) ? value[field] : undefined;
    return text === undefined || text === null || text === '' ? [] : [String(text)];
  });
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
