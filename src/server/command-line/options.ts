import { parseArgs } from 'node:util';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import { type ClusterRules, REVIEW_MODES, type ReviewMode, rulesOf, TOOLSETS } from '../../kubernetes/rules.ts';
import { SETTING_FLAGS, settingsOf } from '../../setting-flags.ts';
import { isSwitch, SETTING_NAMES, SETTINGS, WRITE_SWITCHES } from '../../settings.ts';
import type { Permissions } from '../mcp/permissions.ts';
import type { CallerEntry, ClusterEntry, Config, GivenValues } from './config.ts';
import { AUTHENTICATION_FLAGS, HTTP_FLAGS, LIMIT_FLAGS, LISTENING_FLAGS } from './http-flags.ts';
import { type HttpOptions, isAuthenticated, toHttpOptions } from './http-options.ts';
import { argumentsOf, helpOf, type Options, type Values } from './option.ts';

/** The parsed command line. */
export interface CommandLine {
  kubeconfig: string[];
  distrust: string[];
  vouched: string[];
  context: string | undefined;
  namespace: string | undefined;
  /** What every caller may do who is not among `callers`. */
  permissions: Permissions;
  /** What some callers may do; the first entry that names a caller counts. */
  callers: readonly CallerPermissions[];
  /** Where writes are recorded; undefined for the default location. */
  journal: string | undefined;
  /** Where each call is recorded; undefined for nowhere. */
  audit: string | undefined;
  /** The helm program; undefined for the one on PATH. */
  helm: string | undefined;
  /** Address of Prometheus; undefined to look for one in the cluster. */
  prometheus: string | undefined;
  /** How to serve over HTTP; undefined for stdio. */
  http: HttpOptions | undefined;
}

/** The permissions of the named users, and of the members of the named groups. */
export interface CallerPermissions extends Permissions, Pick<CallerEntry, 'users' | 'groups'> {}

/** A command line that ends the process: help, version or an error. */
export interface Exit {
  code: number;
  text: string;
}

/** Options besides the settings. */
const OWN_FLAGS = {
  config: {
    type: 'text',
    value: '<path>',
    help: 'YAML file with these options as keys, and "callers" and "clusters" with what holds for some users or groups, and in some clusters; then the files in <path>.d; the command line counts over them; what callers may do is read again when it changes',
  },
  distrust: {
    type: 'list',
    value: '<path>',
    help: 'a folder or kubeconfig that a workspace provides: a kubeconfig there is used only when the editor that started this server, or --vouched, stands for it; repeatable',
  },
  vouched: {
    type: 'list',
    value: '<fingerprint>',
    help: 'a distrusted kubeconfig that the user has agreed to, as VS Code writes it down; repeatable',
  },
  'write-context': {
    type: 'list',
    value: '<name>',
    help: 'nothing is written in other contexts than this; repeatable',
  },
  'read-only': { type: 'flag', help: 'switches off everything that writes, whatever else is given' },
  journal: {
    type: 'text',
    value: '<path>',
    help: "record of every write, the newest in three files of 5 MB (default: mcp-k8s/journal.jsonl in the user's state folder)",
  },
  'audit-log': {
    type: 'text',
    value: '<path>',
    help: 'record of every call, a line of JSON each: time, caller, tool, what it was about, and how it ended, the newest in three files of 5 MB; - for stdout, over HTTP',
  },
} as const satisfies Options;

const END_FLAGS = {
  version: { type: 'flag', help: 'print the version' },
  help: { type: 'flag', help: 'print this text' },
} as const satisfies Options;

export const HELP = `Usage: mcp-k8s [options]

MCP server for Kubernetes, over stdio or HTTP. It only reads unless a switch below is given.

${[SETTING_FLAGS, OWN_FLAGS, LISTENING_FLAGS, AUTHENTICATION_FLAGS, LIMIT_FLAGS, END_FLAGS].map(helpOf).join('\n')}
A switch without a value, such as --enable-create, is on.
`;

const ALL_FLAGS = { ...SETTING_FLAGS, ...OWN_FLAGS, ...HTTP_FLAGS };
type AllValues = Values<typeof ALL_FLAGS>;

/** What is the same for all callers. */
const COMMON = [
  'kubeconfig',
  'context',
  'namespace',
  'helm',
  'prometheus-url',
  'config',
  'distrust',
  'vouched',
  'journal',
  'audit-log',
];

/** What names contexts, and so cannot depend on the context. */
const BY_CONTEXT = ['allow-context', 'protect-context', 'write-context'];

/** What a configuration file may set: everything but another file. */
export const { config: _, ...CONFIG_OPTIONS }: Options = ALL_FLAGS;
/** What it may set for some callers. */
export const CALLER_OPTIONS: Options = Object.fromEntries(
  Object.entries({ ...SETTING_FLAGS, ...OWN_FLAGS }).filter(([name]) => !COMMON.includes(name)),
);
/** What it may set for some clusters. */
export const CLUSTER_OPTIONS: Options = Object.fromEntries(
  Object.entries(CALLER_OPTIONS).filter(([name]) => !BY_CONTEXT.includes(name)),
);

/** The configuration file that the arguments name. */
export function configIn(args: readonly string[]): string | undefined {
  const { values } = parseArgs({ args: [...args], options: { config: { type: 'string' } }, strict: false });
  return typeof values.config === 'string' ? values.config : undefined;
}

/** Parses the arguments that follow the script's name; they count over the configuration. */
export function parseCommandLine(args: readonly string[], version: string, config?: Config): CommandLine | Exit {
  try {
    const { values: given } = parseArgs({
      args: args.map((arg) => (/^--enable-[a-z-]+$/.test(arg) ? `${arg}=true` : arg)),
      options: argumentsOf({ ...ALL_FLAGS, ...END_FLAGS }),
    });
    if (given.help) return { code: 0, text: HELP };
    if (given.version) return { code: 0, text: `${version}\n` };
    const values = { ...config?.values, ...given } as AllValues;
    const { kubeconfig, context, namespace, 'helm.path': helm, 'prometheus.url': prometheus } = settingsOf(values);
    const { distrust = [], vouched = [], journal, 'audit-log': audit } = values;
    const clusters = config?.clusters ?? [];
    const permissions = permissionsOf(values, clusters);
    const callers = (config?.callers ?? []).map(({ users, groups, values: own, clusters: more = [] }) => ({
      ...{ users, groups },
      ...permissionsOf({ ...config?.values, ...own, ...given } as AllValues, [...clusters, ...more]),
    }));
    const http = toHttpOptions(values);
    if (callers.length > 0 && !(http && isAuthenticated(http.authentication)))
      throw new Error('callers in the configuration are those of an HTTP server with authentication.');
    const { passThrough, tokenExchange } = http?.authentication ?? {};
    const sends = passThrough ? '--pass-through' : tokenExchange && '--token-exchange-audience';
    if (sends && [permissions, ...callers].some(({ rules }) => rules.contexts.length > 0))
      throw new Error(`${sends} would send the token for one cluster to another: it does not go with --allow-context.`);
    return {
      ...{
        kubeconfig,
        distrust,
        vouched,
        context,
        namespace,
        permissions,
        callers,
        journal,
        audit,
        helm,
        prometheus,
        http,
      },
    };
  } catch (error) {
    return { code: 2, text: `${messageOf(error)}\nmcp-k8s --help lists the options.\n` };
  }
}

function permissionsOf(values: AllValues, clusters: readonly ClusterEntry[] = []): Permissions {
  const settings = settingsOf(values);
  if (values['read-only']) for (const name of WRITE_SWITCHES) settings[name] = false;
  const rules = rulesOf({ ...settings, writeContexts: values['write-context'] ?? [] });
  const unknown = rules.toolsets.find((name) => name !== '' && !TOOLSETS.some((one) => one === name));
  if (unknown !== undefined) throw new Error(`--toolsets knows ${TOOLSETS.join(', ')}, not "${unknown}".`);
  return {
    rules: clusters.length > 0 ? { ...rules, clusters: clusters.map(clusterRulesOf) } : rules,
    review: toReviewMode(values.review),
  };
}

function clusterRulesOf({ contexts, servers, values, place }: ClusterEntry): ClusterRules {
  // What the entry leaves out stays as it is otherwise, so here it is on.
  const on: GivenValues = Object.fromEntries(
    SETTING_NAMES.filter(isSwitch).map((name) => [SETTINGS[name].flag, 'true']),
  );
  const given = { toolsets: [...TOOLSETS], review: 'off', ...on, ...values } as AllValues;
  return { ...permissionsOf(given), contexts, servers, isReadOnly: values['read-only'] === true, place };
}

function toReviewMode(value: string | undefined): ReviewMode {
  if (value === undefined) return 'elicit';
  const mode = REVIEW_MODES.find((one) => one === value);
  if (mode === undefined) throw new Error(`--review takes required, elicit or off, not "${value}".`);
  return mode;
}
