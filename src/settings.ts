/** Prefix of every setting's name in VS Code. */
export const SECTION = 'mcpK8s';

/**
 * - `switch`: something agents may do; off by default if it writes.
 * - `modes`: a boolean, with a server mode for each value.
 * - `paths`: a list of files.
 * - `map`: one of the choices for each name.
 */
type Type = 'switch' | 'modes' | 'text' | 'list' | 'paths' | 'choice' | 'map';

/** When a workspace's value allows more than the user's own, so that the user is asked first. */
export type Widening =
  | 'never'
  | 'turned on'
  | 'turned off'
  | 'another context'
  | 'another namespace'
  | 'more entries'
  | 'more, where none means all'
  | 'fewer entries'
  | 'another value';

interface Setting {
  type: Type;
  /** The default, as in package.json. */
  default: boolean | string | readonly string[] | Readonly<Record<string, string>>;
  /** `workspace`: a trusted workspace may set it too; `user`: only the user may. */
  setBy: 'workspace' | 'user';
  /** It names a file of one machine: VS Code does not take its value to another one, such as that of a remote window. */
  isOfMachine?: true;
  widens: Widening;
  /** The server's flag, without dashes; absent for settings of the editor alone. */
  flag?: string;
  /** The flag's argument in `--help`; a switch takes a boolean. */
  value?: string;
  /** The flag's text in `--help`. */
  help?: string;
  /** The flag's values for yes and no. */
  modes?: readonly [string, string];
  choices?: readonly string[];
}

/**
 * Every setting, in the order VS Code and the README show them. Source of the flags, `--help`, what a workspace may
 * set, and the README's table; package.json repeats it, and a test compares the two.
 */
export const SETTINGS = {
  kubeconfig: {
    type: 'paths',
    default: '',
    setBy: 'workspace',
    isOfMachine: true,
    // The user is asked about the file itself, wherever its path comes from.
    widens: 'never',
    flag: 'kubeconfig',
    value: '<path>',
    help: 'kubeconfig file; repeat it to merge several (default: KUBECONFIG, then ~/.kube/config)',
  },
  context: {
    type: 'text',
    default: '',
    setBy: 'workspace',
    widens: 'another context',
    flag: 'context',
    value: '<name>',
    help: "context to use (default: the kubeconfig's current context when it is first read; a later change is not followed)",
  },
  namespace: {
    type: 'text',
    default: '',
    setBy: 'workspace',
    widens: 'another namespace',
    flag: 'namespace',
    value: '<name>',
    help: "namespace of objects for which none is given (default: the context's)",
  },
  allowedContexts: {
    type: 'list',
    default: [],
    setBy: 'workspace',
    widens: 'more entries',
    flag: 'allow-context',
    value: '<name>',
    help: 'a further context that calls may name; repeatable, * matches anything',
  },
  allowedNamespaces: {
    type: 'list',
    default: [],
    setBy: 'workspace',
    widens: 'more, where none means all',
    flag: 'allow-namespace',
    value: '<name>',
    help: 'the only namespaces to read and write, but kinds that are in none stay readable; repeatable',
  },
  enableList: {
    type: 'switch',
    default: true,
    setBy: 'workspace',
    widens: 'turned on',
    flag: 'enable-list',
    help: 'everything that tells names which nobody gave: list_resources, events of a namespace…',
  },
  enableCreate: {
    type: 'switch',
    default: false,
    setBy: 'workspace',
    widens: 'turned on',
    flag: 'enable-create',
    help: 'create objects, also where applying a manifest, triggering a CronJob or debugging a copy of a pod does',
  },
  enableUpdate: {
    type: 'switch',
    default: false,
    setBy: 'workspace',
    widens: 'turned on',
    flag: 'enable-update',
    help: 'change objects: update, patch, scale, roll out, apply a manifest, cordon and taint nodes',
  },
  enableDelete: {
    type: 'switch',
    default: false,
    setBy: 'workspace',
    widens: 'turned on',
    flag: 'enable-delete',
    help: 'delete objects, also where draining a node, applying a manifest, debugging a copy of a pod or changing an object does',
  },
  enableExec: {
    type: 'switch',
    default: false,
    setBy: 'workspace',
    widens: 'turned on',
    flag: 'enable-exec',
    help: 'run commands in containers, debug containers too, copy files into and out of them, send HTTP requests to the pods of Services',
  },
  reviewWrites: {
    type: 'modes',
    default: true,
    setBy: 'user',
    widens: 'turned off',
    flag: 'review',
    value: '<mode>',
    modes: ['required', 'off'],
    help: 'ask a user before each write: required (refused where nobody can be asked), elicit (done where the client shows no forms) or off (default: elicit)',
  },
  protectedContexts: {
    type: 'list',
    default: [],
    setBy: 'user',
    widens: 'fewer entries',
    flag: 'protect-context',
    value: '<name>',
    help: 'nothing is written in this context; repeatable, * matches anything',
  },
  deniedKinds: {
    type: 'list',
    default: [],
    setBy: 'user',
    widens: 'fewer entries',
    flag: 'deny-kind',
    value: '<kind>',
    help: 'neither read nor written, as kubectl spells it: secret, deploy, pods/log, *.example.com; repeatable',
  },
  readOnlyKinds: {
    type: 'list',
    default: [],
    setBy: 'user',
    widens: 'fewer entries',
    flag: 'read-only-kind',
    value: '<kind>',
    help: 'read but not written; repeatable',
  },
  openResults: {
    type: 'choice',
    default: 'preview',
    choices: ['preview', 'never'],
    setBy: 'workspace',
    // Only affects what the editor opens by itself.
    widens: 'never',
  },
  contextColors: {
    type: 'map',
    default: {},
    choices: ['red', 'orange', 'yellow', 'green', 'blue', 'purple', 'none'],
    // A repository could make production look harmless.
    setBy: 'user',
    widens: 'another value',
  },
  toolsets: {
    type: 'list',
    default: ['core', 'helm'],
    setBy: 'workspace',
    widens: 'more entries',
    flag: 'toolsets',
    value: '<name>',
    help: 'the sets of tools that are on, of core, helm, node and metrics; repeatable, or with commas (default: core,helm)',
  },
  enableHelmReleaseList: {
    type: 'switch',
    default: true,
    setBy: 'workspace',
    widens: 'turned on',
    flag: 'enable-helm-release-list',
    help: 'list_helm_releases; needs --enable-list too',
  },
  enableHelmReleaseGet: {
    type: 'switch',
    default: true,
    setBy: 'workspace',
    widens: 'turned on',
    flag: 'enable-helm-release-get',
    help: 'get_helm_release, render_helm_chart',
  },
  enableHelmRepoList: {
    type: 'switch',
    default: true,
    setBy: 'workspace',
    widens: 'turned on',
    flag: 'enable-helm-repo-list',
    help: 'list_helm_repositories',
  },
  enableHelmInstall: {
    type: 'switch',
    default: false,
    setBy: 'workspace',
    widens: 'turned on',
    flag: 'enable-helm-install',
    help: 'install_helm_chart',
  },
  enableHelmUpgrade: {
    type: 'switch',
    default: false,
    setBy: 'workspace',
    widens: 'turned on',
    flag: 'enable-helm-upgrade',
    help: 'upgrade_helm_chart',
  },
  enableHelmRollback: {
    type: 'switch',
    default: false,
    setBy: 'workspace',
    widens: 'turned on',
    flag: 'enable-helm-rollback',
    help: 'rollback_helm_release',
  },
  enableHelmUninstall: {
    type: 'switch',
    default: false,
    setBy: 'workspace',
    widens: 'turned on',
    flag: 'enable-helm-uninstall',
    help: 'uninstall_helm_release',
  },
  enableHelmRepoAdd: {
    type: 'switch',
    default: false,
    setBy: 'workspace',
    widens: 'turned on',
    flag: 'enable-helm-repo-add',
    help: 'add_helm_repository',
  },
  enableHelmRepoRemove: {
    type: 'switch',
    default: false,
    setBy: 'workspace',
    widens: 'turned on',
    flag: 'enable-helm-repo-remove',
    help: 'remove_helm_repository',
  },
  'helm.path': {
    type: 'text',
    default: '',
    setBy: 'user',
    isOfMachine: true,
    widens: 'another value',
    flag: 'helm',
    value: '<path>',
    help: 'the helm program that renders, installs and upgrades (default: helm on PATH)',
  },
  'prometheus.url': {
    type: 'text',
    default: '',
    setBy: 'user',
    widens: 'another value',
    flag: 'prometheus-url',
    value: '<url>',
    help: "where the toolset metrics asks for metrics of the server's own context (default: a Service of the cluster with the usual labels)",
  },
} as const satisfies Record<string, Setting>;

type Table = typeof SETTINGS;
export type SettingName = keyof Table;

type ValueOf<Row extends Setting> = Row extends { type: 'switch' | 'modes' }
  ? boolean
  : Row extends { type: 'text' }
    ? string | undefined
    : Row extends { type: 'map'; choices: readonly (infer Choice)[] }
      ? Readonly<Record<string, Choice>>
      : Row extends { choices: readonly (infer Choice)[] }
        ? Choice
        : string[];

/** The settings of one workspace folder, validated, all paths absolute. */
export type Settings = { -readonly [Name in SettingName]: ValueOf<Table[Name]> };

/** The settings of a type. */
export type NameOf<Of extends Type> = {
  [Name in SettingName]: Table[Name] extends { type: Of } ? Name : never;
}[SettingName];

/** The settings passed to the server as a flag, unchanged. */
export type FlagName = {
  [Name in SettingName]: Table[Name] extends { flag: string; modes?: never } ? Name : never;
}[SettingName];

export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];

/** A switch's name: `create` for the setting `enableCreate`. */
export type Switch = NameOf<'switch'> extends `enable${infer Name}` ? Uncapitalize<Name> : never;

/** The switches that are on; missing ones are off. */
export type Switches = { readonly [Name in Switch]?: boolean };

/** The settings that permit changes, by agents and by the user. */
export type WriteSwitch = {
  [Name in NameOf<'switch'>]: Table[Name]['default'] extends false ? Name : never;
}[NameOf<'switch'>];

export const WRITE_SWITCHES = SETTING_NAMES.filter(isWriteSwitch);

/** A setting, typed by what all settings have in common. */
export function settingOf(name: SettingName): Setting {
  return SETTINGS[name];
}

export function isSwitch(name: SettingName): name is NameOf<'switch'> {
  return settingOf(name).type === 'switch';
}

/** Is it a switch that permits writes? */
export function isWriteSwitch(name: SettingName): name is WriteSwitch {
  return isSwitch(name) && !SETTINGS[name].default;
}

/** The setting of a switch. */
export function settingOfSwitch(name: Switch): NameOf<'switch'> {
  return `enable${name.charAt(0).toUpperCase()}${name.slice(1)}` as NameOf<'switch'>;
}

/** The switches turned on by settings. */
export function switchesOf(settings: Pick<Settings, NameOf<'switch'>>): Switches {
  const name = (setting: string) => setting.charAt('enable'.length).toLowerCase() + setting.slice('enable'.length + 1);
  return Object.fromEntries(SETTING_NAMES.filter(isSwitch).map((setting) => [name(setting), settings[setting]]));
}

/** A setting's full name in VS Code. */
export function fullName(name: SettingName): string {
  return `${SECTION}.${name}`;
}

/** Where the user sets it. */
export function settingPlace(setting: FlagName): string {
  return `the setting ${fullName(setting)} in VS Code, or the flag --${SETTINGS[setting].flag} of the server`;
}

/** How the user allows more. */
export function allowText(place: string): string {
  return `Only the user can allow more: ${place}.`;
}
