import { delimiter, resolve } from 'node:path';
import {
  HELM_OPERATIONS,
  HELM_READS,
  HELM_REPOSITORY_WRITES,
  HELM_WRITES,
  type HelmOperation,
  isHelmRead,
} from '../../kubernetes/apimachinery/helm-operations.ts';
import { isRemotePath } from '../../kubernetes/client/places.ts';
import { TOOLSETS, type Toolset } from '../../kubernetes/policy.ts';

/** The switch of an operation of Helm. */
export type HelmSwitch = `enable${Capitalize<HelmOperation>}`;

/** The `mcpK8s.*` settings of one workspace folder, checked and with every path absolute. */
export interface Settings extends Record<HelmSwitch, boolean> {
  /** Empty: found elsewhere, see `findKubeconfig`. */
  kubeconfig: string[];
  context: string | undefined;
  namespace: string | undefined;
  enableList: boolean;
  enableCreate: boolean;
  enableUpdate: boolean;
  enableDelete: boolean;
  enableExec: boolean;
  /** Patterns of contexts that may be used besides the one in use. */
  allowedContexts: string[];
  /** Empty: all. */
  allowedNamespaces: string[];
  protectedContexts: string[];
  deniedKinds: string[];
  readOnlyKinds: string[];
  reviewWrites: boolean;
  openResults: 'preview' | 'never';
  /** The sets of tools that are on. */
  toolsets: Toolset[];
  /** The helm program; undefined: the one on PATH. */
  'helm.path': string | undefined;
}

/** The settings as far as they count. */
export interface AgreedSettings extends Settings {
  /** The contexts that the write switches were given for; none or absent: all. */
  writeContexts?: readonly string[];
}

/** The settings that let agents, and the human, change something. */
export const WRITE_SWITCHES = [
  ...(['enableCreate', 'enableUpdate', 'enableDelete', 'enableExec'] as const),
  ...[...HELM_WRITES, ...HELM_REPOSITORY_WRITES].map(helmSwitch),
] as const;
export type WriteSwitch = (typeof WRITE_SWITCHES)[number];

/** Is the setting one of them? */
export function isWriteSwitch(name: keyof Settings): name is WriteSwitch {
  return WRITE_SWITCHES.some((one) => one === name);
}

/** What stands in settings.json, which may be anything. */
export type SettingValues = { [Name in keyof Settings]: unknown };

/** What the variables in a path stand for. */
export interface Surroundings {
  home: string;
  /** Absent when no folder is open. */
  folder: string | undefined;
  env: NodeJS.ProcessEnv;
}

/** The settings by their names. */
export const SETTING_NAMES = [
  ...(['kubeconfig', 'context', 'namespace', 'enableList', ...WRITE_SWITCHES] as const),
  ...(['allowedContexts', 'allowedNamespaces', 'protectedContexts', 'deniedKinds', 'readOnlyKinds'] as const),
  ...(['reviewWrites', 'openResults', 'toolsets', 'helm.path'] as const),
  ...HELM_READS.map(helmSwitch),
] satisfies (keyof Settings)[];

/**
 * Turns the raw values into settings. A value of the wrong type counts as not set; without trust nothing may write.
 * @param isStrange does the kubeconfig's value come from a workspace?
 */
export function parseSettings(
  values: SettingValues,
  trusted: boolean,
  surroundings: Surroundings,
  isStrange = false,
): Settings {
  return {
    kubeconfig: parseKubeconfig(values.kubeconfig, surroundings, isStrange),
    context: text(values.context),
    namespace: text(values.namespace),
    enableList: values.enableList !== false,
    enableCreate: trusted && values.enableCreate === true,
    enableUpdate: trusted && values.enableUpdate === true,
    enableDelete: trusted && values.enableDelete === true,
    enableExec: trusted && values.enableExec === true,
    allowedContexts: texts(values.allowedContexts),
    allowedNamespaces: texts(values.allowedNamespaces),
    protectedContexts: texts(values.protectedContexts),
    deniedKinds: texts(values.deniedKinds),
    readOnlyKinds: texts(values.readOnlyKinds),
    reviewWrites: values.reviewWrites !== false,
    openResults: values.openResults === 'never' ? 'never' : 'preview',
    toolsets: Array.isArray(values.toolsets)
      ? TOOLSETS.filter((name) => (values.toolsets as unknown[]).includes(name))
      : [...TOOLSETS],
    'helm.path': text(values['helm.path']),
    ...helmSwitches(values, trusted),
  };
}

/** The setting that switches an operation of Helm. */
export function helmSwitch<Operation extends HelmOperation>(operation: Operation): `enable${Capitalize<Operation>}` {
  return `enable${operation.charAt(0).toUpperCase()}${operation.slice(1)}` as `enable${Capitalize<Operation>}`;
}

function helmSwitches(values: SettingValues, trusted: boolean): Record<HelmSwitch, boolean> {
  const entries = HELM_OPERATIONS.map((operation) => {
    const name = helmSwitch(operation);
    return [name, isHelmRead(operation) ? values[name] !== false : trusted && values[name] === true] as const;
  });
  return Object.fromEntries(entries) as Record<HelmSwitch, boolean>;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.flatMap((item) => text(item) ?? []) : [];
}

function parseKubeconfig(value: unknown, surroundings: Surroundings, isStrange: boolean): string[] {
  const entries = Array.isArray(value) ? value : [value];
  return entries.flatMap((entry) => {
    const path = text(entry);
    if (path === undefined) return [];
    return isStrange && isTelling(path) ? [refusedPath(path, surroundings)] : expandPaths(path, surroundings);
  });
}

// To look whether a file of another machine is there tells that machine who asks, and variables what it must not know.
function isTelling(entry: string): boolean {
  return /\$\{env:/i.test(entry) || entry.split(delimiter).some((path) => isRemotePath(path));
}

// No such file: the error names it, and no other kubeconfig takes its place.
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
