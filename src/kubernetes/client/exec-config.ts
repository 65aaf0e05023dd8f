import { isObject } from '../apimachinery/objects.ts';

/** How a kubeconfig says to run a credential plugin. */
export interface ExecConfig {
  apiVersion: string;
  /** A name looked up on PATH, or an absolute path. */
  command: string;
  args: string[];
  env: { name: string; value: string }[];
  interactiveMode: string | undefined;
  installHint: string | undefined;
  provideClusterInfo: boolean;
}

/** The credential plugin of a kubeconfig's user; undefined if there is none. */
export function execConfigOf(user: unknown): ExecConfig | undefined {
  if (!isObject(user) || !isObject(user.exec)) return undefined;
  const { apiVersion, command, args, env, interactiveMode, installHint, provideClusterInfo } = user.exec;
  return {
    apiVersion: text(apiVersion),
    command: text(command),
    args: Array.isArray(args) ? args.map(text) : [],
    env: Array.isArray(env)
      ? env.filter(isObject).map(({ name, value }) => ({ name: text(name), value: text(value) }))
      : [],
    interactiveMode: text(interactiveMode) || undefined,
    installHint: text(installHint).trim() || undefined,
    provideClusterInfo: provideClusterInfo === true,
  };
}

function text(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}
