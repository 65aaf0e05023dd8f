import { parseArgs } from 'node:util';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import { type Rules, rulesOf, TOOLSETS } from '../../kubernetes/rules.ts';
import { SETTING_FLAGS, settingsOf } from '../../setting-flags.ts';
import { WRITE_SWITCHES } from '../../settings.ts';
import type { ReviewMode } from '../mcp/review.ts';
import { AUTHENTICATION_FLAGS, HTTP_FLAGS, LIMIT_FLAGS, LISTENING_FLAGS } from './http-flags.ts';
import { type HttpOptions, toHttpOptions } from './http-options.ts';
import { argumentsOf, helpOf, type Options } from './option.ts';

/** The parsed command line. */
export interface CommandLine {
  kubeconfig: string[];
  distrust: string[];
  vouched: string[];
  context: string | undefined;
  namespace: string | undefined;
  rules: Rules;
  review: ReviewMode;
  /** Where writes are recorded; undefined for the default location. */
  journal: string | undefined;
  /** The helm program; undefined for the one on PATH. */
  helm: string | undefined;
  /** Address of Prometheus; undefined to look for one in the cluster. */
  prometheus: string | undefined;
  /** How to serve over HTTP; undefined for stdio. */
  http: HttpOptions | undefined;
}

/** A command line that ends the process: help, version or an error. */
export interface Exit {
  code: number;
  text: string;
}

/** Options besides the settings. */
const OWN_FLAGS = {
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
    help: "record of every write (default: mcp-k8s/journal.jsonl in the user's state folder)",
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

/** Parses the arguments that follow the script's name. */
export function parseCommandLine(args: readonly string[], version: string): CommandLine | Exit {
  try {
    const { values } = parseArgs({
      args: args.map((arg) => (/^--enable-[a-z-]+$/.test(arg) ? `${arg}=true` : arg)),
      options: argumentsOf({ ...SETTING_FLAGS, ...OWN_FLAGS, ...HTTP_FLAGS, ...END_FLAGS }),
    });
    if (values.help) return { code: 0, text: HELP };
    if (values.version) return { code: 0, text: `${version}\n` };
    const settings = settingsOf(values);
    if (values['read-only']) for (const name of WRITE_SWITCHES) settings[name] = false;
    const { kubeconfig, context, namespace } = settings;
    const { distrust = [], vouched = [], journal } = values;
    const rules = rulesOf({ ...settings, writeContexts: values['write-context'] ?? [] });
    const unknown = rules.toolsets.find((name) => name !== '' && !TOOLSETS.some((one) => one === name));
    if (unknown !== undefined) throw new Error(`--toolsets knows ${TOOLSETS.join(', ')}, not "${unknown}".`);
    const http = toHttpOptions(values);
    if (http?.authentication.passThrough && rules.contexts.length > 0)
      throw new Error(
        '--pass-through would send the token for one cluster to another: it does not go with --allow-context.',
      );
    const review = toReviewMode(values.review);
    const helm = settings['helm.path'];
    const prometheus = settings['prometheus.url'];
    return { kubeconfig, distrust, vouched, context, namespace, rules, review, journal, helm, prometheus, http };
  } catch (error) {
    return { code: 2, text: `${messageOf(error)}\nmcp-k8s --help lists the options.\n` };
  }
}

function toReviewMode(value: string | undefined): ReviewMode {
  if (value === undefined) return 'elicit';
  if (value !== 'required' && value !== 'elicit' && value !== 'off') {
    throw new Error(`--review takes required, elicit or off, not "${value}".`);
  }
  return value;
}
