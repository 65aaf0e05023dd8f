import { realpath } from 'node:fs/promises';
import { hostname } from 'node:os';
import { relative, resolve, sep } from 'node:path';
import type { WriteSwitch } from '../settings/setting-values.ts';

/** What a workspace brings along, and what counts only once the human has agreed to it. */
export type Brought =
  | {
      /** Stands for it and its exact value, on this machine. */
      key: string;
      setting: WriteSwitch;
    }
  | { key: string; path: string; commands: string[] };

/** What the human has not agreed to: refused, or not answered yet. */
export type Withheld = Brought & { refused: boolean };

/** A write switch that the settings at `place` turn on. */
export function broughtSwitch(setting: WriteSwitch, place: string): Brought {
  return { key: JSON.stringify([hostname(), place, setting, true]), setting };
}

/** Stands for what a kubeconfig says. */
export function kubeconfigKey(path: string, fingerprint: string): string {
  return JSON.stringify([hostname(), resolve(path), fingerprint]);
}

/** A kubeconfig inside the workspace; undefined while the file is missing or broken. */
export async function broughtKubeconfig(path: string): Promise<Brought | undefined> {
  const { kubeconfigRisk } = await import('../../kubernetes/client/kubeconfig-risk.ts');
  const risk = await kubeconfigRisk(path);
  return risk && { key: kubeconfigKey(path, risk.fingerprint), path, commands: risk.commands };
}

/** Is a file inside one of the folders, by its own path or by where links lead to? */
export async function isInside(path: string, folders: readonly string[]): Promise<boolean> {
  const real = (one: string) => realpath(one).catch(() => one);
  const [file, ...roots] = await Promise.all([path, ...folders].map(real));
  return (
    folders.some((folder) => isBelow(path, folder)) || roots.some((root) => file !== undefined && isBelow(file, root))
  );
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !/^([A-Za-z]:)?[\\/]/.test(way);
}
