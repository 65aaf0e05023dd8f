import { parseArgs } from 'node:util';
import { messageOf } from '../kubernetes/errors.ts';
import type { Switches } from './policy.ts';

/** What the command line asks for. */
export interface CommandLine {
  kubeconfig: string[];
  context: string | undefined;
  namespace: string | undefined;
  switches: Switches;
}

/** A command line that ends the process: help, the version, or a mistake in it. */
export interface Exit {
  code: number;
  text: string;
}

export const HELP = `Usage: mcp-k8s [options]

MCP server for Kubernetes over stdio. It only reads unless a switch below is given.

  --kubeconfig <path>      kubeconfig file; repeat it to merge several (default: KUBECONFIG, then ~/.kube/config)
  --context <name>         context to use (default: the kubeconfig's current context)
  --namespace <name>       namespace of objects for which none is given (default: the context's)
  --enable-list=<bool>     list_resources (default: true)
  --enable-create=<bool>   create_resource (default: false)
  --enable-update=<bool>   update_resource (default: false)
  --enable-delete=<bool>   delete_resource (default: false)
  --enable-exec=<bool>     exec_in_pod (default: false)
  --version                print the version
  --help                   print this text

A switch without a value, such as --enable-create, is on.
`;

const SWITCHES = ['list', 'create', 'update', 'delete', 'exec'] as const;

/** Reads the arguments after the script's name. */
export function parseCommandLine(args: readonly string[], version: string): CommandLine | Exit {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: args.map((arg) => (/^--enable-[a-z-]+$/.test(arg) ? `${arg}=true` : arg)),
      options: {
        kubeconfig: { type: 'string', multiple: true },
        context: text,
        namespace: text,
        'enable-list': text,
        'enable-create': text,
        'enable-update': text,
        'enable-delete': text,
        'enable-exec': text,
        version: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) return { code: 0, text: HELP };
    if (values.version) return { code: 0, text: `${version}\n` };
    const switches = { list: true, create: false, update: false, delete: false, exec: false };
    for (const name of SWITCHES)
      switches[name] = toBoolean(`--enable-${name}`, values[`enable-${name}`]) ?? switches[name];
    return { kubeconfig: values.kubeconfig ?? [], context: values.context, namespace: values.namespace, switches };
  } catch (error) {
    return { code: 2, text: `${messageOf(error)}\nmcp-k8s --help lists the options.\n` };
  }
}

function toBoolean(option: string, value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (value !== 'true' && value !== 'false') throw new Error(`${option} takes true or false, not "${value}".`);
  return value === 'true';
}
