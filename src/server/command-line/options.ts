import { parseArgs } from 'node:util';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import {
  DEFAULT_SWITCHES,
  flagOf,
  type Rules,
  type Switches,
  TOOLSETS,
  type Toolset,
} from '../../kubernetes/policy.ts';
import type { ReviewMode } from '../mcp/review.ts';
import { HTTP_ARGUMENTS, HTTP_HELP, type HttpOptions, toHttpOptions } from './http-options.ts';

/** What the command line asks for. */
export interface CommandLine {
  kubeconfig: string[];
  distrust: string[];
  vouched: string[];
  context: string | undefined;
  namespace: string | undefined;
  rules: Rules;
  review: ReviewMode;
  /** Where writes are recorded; undefined for the usual place. */
  journal: string | undefined;
  /** The helm program; undefined for the one on PATH. */
  helm: string | undefined;
  /** How it is served over HTTP; undefined for stdio. */
  http: HttpOptions | undefined;
}

/** A command line that ends the process: help, the version, or a mistake in it. */
export interface Exit {
  code: number;
  text: string;
}

export const HELP = `Usage: mcp-k8s [options]

MCP server for Kubernetes, over stdio or HTTP. It only reads unless a switch below is given.

  --kubeconfig <path>      kubeconfig file; repeat it to merge several (default: KUBECONFIG, then ~/.kube/config)
  --distrust <path>        a folder or kubeconfig that a workspace brings: a kubeconfig there is used only when the editor
                           that started this server, or --vouched, stands for it; repeatable
  --vouched <fingerprint>  a distrusted kubeconfig that the user has agreed to, as VS Code writes it down; repeatable
  --context <name>         context to use (default: the kubeconfig's current context when it is first read; a later change is not followed)
  --namespace <name>       namespace of objects for which none is given (default: the context's)
  --enable-list=<bool>     everything that tells names which nobody gave: list_resources, events of a namespace… (default: true)
  --enable-create=<bool>   create_resource (default: false)
  --enable-update=<bool>   update_resource (default: false)
  --enable-delete=<bool>   delete_resource (default: false)
  --enable-exec=<bool>     exec_in_pod (default: false)
  --enable-helm-release-list, --enable-helm-release-get, --enable-helm-repo-list=<bool>
                           what only looks at Helm's releases and repositories (default: true)
  --enable-helm-install, --enable-helm-upgrade, --enable-helm-rollback, --enable-helm-uninstall=<bool>
                           what Helm changes in the cluster, each by itself (default: false)
  --enable-helm-repo-add, --enable-helm-repo-remove=<bool>
                           which repositories charts come from (default: false)
  --toolsets <names>       the sets of tools that are on: core, helm (default: core,helm)
  --helm <path>            the helm program that installs, upgrades and renders (default: helm on PATH)
  --read-only              switches off everything that writes, whatever else is given

  --allow-context <name>   a further context that calls may name; repeatable, * matches anything
  --allow-namespace <name> the only namespaces to read and write; repeatable
  --protect-context <name> nothing is written in this context; repeatable, * matches anything
  --write-context <name>   nothing is written in other contexts than this; repeatable
  --deny-kind <kind>       neither read nor written, as kubectl spells it: secret, deploy, pods/log, *.example.com; repeatable
  --read-only-kind <kind>  read but not written; repeatable
  --review <mode>          ask a human before each write: required, elicit (where the client can) or off (default: elicit)
  --journal <path>         record of every write (default: mcp-k8s/journal.jsonl in the user's state folder)

${HTTP_HELP}
  --version                print the version
  --help                   print this text

A switch without a value, such as --enable-create, is on.
`;

const SWITCH_NAMES = Object.keys(DEFAULT_SWITCHES) as (keyof Switches)[];

/** Reads the arguments after the script's name. */
export function parseCommandLine(args: readonly string[], version: string): CommandLine | Exit {
  const text = { type: 'string' } as const;
  const texts = { type: 'string', multiple: true } as const;
  try {
    const { values } = parseArgs({
      args: args.map((arg) => (/^--enable-[a-z-]+$/.test(arg) ? `${arg}=true` : arg)),
      options: {
        kubeconfig: texts,
        distrust: texts,
        vouched: texts,
        context: text,
        namespace: text,
        ...switchArguments(),
        toolsets: text,
        helm: text,
        'read-only': { type: 'boolean' },
        'allow-context': texts,
        'allow-namespace': texts,
        'protect-context': texts,
        'write-context': texts,
        'deny-kind': texts,
        'read-only-kind': texts,
        review: text,
        journal: text,
        ...HTTP_ARGUMENTS,
        version: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) return { code: 0, text: HELP };
    if (values.version) return { code: 0, text: `${version}\n` };
    const switches: Switches = { ...DEFAULT_SWITCHES };
    for (const name of SWITCH_NAMES) {
      const flag = flagOf(name);
      const given = (values as Record<string, unknown>)[flag.slice('--'.length)];
      const value = toBoolean(flag, typeof given === 'string' ? given : undefined) ?? switches[name];
      // What is on by itself only reads.
      switches[name] = value && (DEFAULT_SWITCHES[name] || !values['read-only']);
    }
    const rules: Rules = {
      switches,
      contexts: values['allow-context'] ?? [],
      namespaces: values['allow-namespace'] ?? [],
      protectedContexts: values['protect-context'] ?? [],
      writeContexts: values['write-context'] ?? [],
      deniedKinds: values['deny-kind'] ?? [],
      readOnlyKinds: values['read-only-kind'] ?? [],
      toolsets: toToolsets(values.toolsets),
    };
    const { kubeconfig = [], distrust = [], vouched = [], context, namespace, journal } = values;
    const http = toHttpOptions(values);
    if (http?.authentication.passThrough && rules.contexts.length > 0)
      throw new Error(
        '--pass-through would send the token for one cluster to another: it does not go with --allow-context.',
      );
    const review = toReviewMode(values.review);
    return { kubeconfig, distrust, vouched, context, namespace, rules, review, journal, helm: values.helm, http };
  } catch (error) {
    return { code: 2, text: `${messageOf(error)}\nmcp-k8s --help lists the options.\n` };
  }
}

function switchArguments(): Record<string, { type: 'string' }> {
  return Object.fromEntries(SWITCH_NAMES.map((name) => [flagOf(name).slice('--'.length), { type: 'string' }]));
}

function toToolsets(value: string | undefined): readonly Toolset[] {
  if (value === undefined) return TOOLSETS;
  const names = value.split(',').flatMap((name) => name.trim() || []);
  const known = (name: string): name is Toolset => TOOLSETS.some((one) => one === name);
  const unknown = names.find((name) => !known(name));
  if (unknown !== undefined) throw new Error(`--toolsets knows ${TOOLSETS.join(' and ')}, not "${unknown}".`);
  return names.filter(known);
}

function toBoolean(option: string, value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (value !== 'true' && value !== 'false') throw new Error(`${option} takes true or false, not "${value}".`);
  return value === 'true';
}

function toReviewMode(value: string | undefined): ReviewMode {
  if (value === undefined) return 'elicit';
  if (value !== 'required' && value !== 'elicit' && value !== 'off') {
    throw new Error(`--review takes required, elicit or off, not "${value}".`);
  }
  return value;
}
