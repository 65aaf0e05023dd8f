import { delimiter, resolve } from 'node:path';
import { isObject } from '../../kubernetes/apimachinery/objects.ts';
import { isRemotePath } from '../../kubernetes/client/places.ts';
import { isWriteSwitch, SETTING_NAMES, type SettingName, type Settings, settingOf } from '../../settings.ts';

/** The effective settings. */
export interface EffectiveSettings extends Settings {
  /** The contexts the write switches were allowed for; none or absent: all. */
  writeContexts?: readonly string[];
}

/** The raw values of settings.json, of any type. */
export type SettingValues = { [Name in SettingName]?: unknown };

/** The values of variables in a path. */
export interface Surroundings {
  home: string;
  /** Absent if no folder is open. */
  folder: string | undefined;
  env: NodeJS.ProcessEnv;
}

/**
 * Turns raw values into settings. A value of the wrong type counts as unset; writing needs workspace trust.
 * @param isStrange whether the kubeconfig's value comes from a workspace.
 */
export function parseSettings(
  values: SettingValues,
  trusted: boolean,
  surroundings: Surroundings,
  isStrange = false,
): Settings {
  const parse = (name: SettingName, value: unknown) => {
    const { type, default: usual, choices = [] } = settingOf(name);
    if (type === 'text') return text(value);
    if (type === 'list') return value === undefined ? usual : texts(value);
    if (type === 'paths') return parsePaths(value, surroundings, isStrange);
    if (type === 'map') return entriesOf(value, choices);
    if (type === 'choice') return choices.find((choice) => choice === value) ?? usual;
    return typeof value === 'boolean' && (trusted || !isWriteSwitch(name)) ? value : usual;
  };
  return Object.fromEntries(SETTING_NAMES.map((name) => [name, parse(name, values[name])])) as Settings;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.flatMap((item) => text(item) ?? []) : [];
}

function entriesOf(value: unknown, choices: readonly string[]): Record<string, string> {
  const entries = isObject(value) ? Object.entries(value) : [];
  return Object.fromEntries(
    entries.flatMap(([name, one]) => (typeof one === 'string' && choices.includes(one) ? [[name, one]] : [])),
  );
}

function parsePaths(value: unknown, surroundings: Surroundings, isStrange: boolean): string[] {
  const entries = Array.isArray(value) ? value : [value];
  return entries.flatMap((entry) => {
    const path = text(entry);
    if (path === undefined) return [];
    return isStrange && isTelling(path) ? [refusedPath(path, surroundings)] : expandPaths(path, surroundings);
  });
}

// Checking a remote path reveals to its host who asks; variables in the path could leak secrets.
function isTelling(entry: string): boolean {
  return /\$\{env:/i.test(entry) || entry.split(delimiter).some((path) => isRemotePath(path));
}

// A path that does not exist: the error names it, and no other kubeconfig replaces it.
function refusedPath(entry: string, { folder, home }: Surroundings): string {
  return resolve(folder ?? home, `refused: ${encodeURIComponent(entry)}`);
}

function expandPaths(entry: string, { home, folder, env }: Surroundings): string[] {
  const variable = /\$\{(?:(workspaceFolder)|env:([^}]+))\}/g;
  let unknown = false;
  const expanded = entry.replace(variable, (whole, isFolder: string | undefined, name: string) => {
    const value = isFolder ? folder : env[name];
    if (!value) unknown = true;
    return value || whole;
  });
  // A variable without a value stays, so that the error names it instead of another cluster being used.
  const paths = unknown ? [expanded] : expanded.split(delimiter);
  return paths
    .map((path) => path.trim())
    .filter((path) => path !== '')
    .map((path) =>
      resolve(
        folder ?? home,
        path.replace(/^~(?=$|[\\/])/, () => home),
      ),
    );
}
