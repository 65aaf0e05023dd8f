import { messageOf } from '../kubernetes/apimachinery/errors.ts';
import { configIn, parseCommandLine } from './command-line/options.ts';
import { openStdio } from './stdio/opening.ts';
import { assertNoStdout } from './stdio/protocol-stdout.ts';
import { telemetryWanted } from './telemetry/wanted.ts';

const VERSION = process.env.MCP_K8S_VERSION ?? 'development';
/** The oldest supported Node release. */
const OLDEST_NODE = [22, 19] as const;

/** Runs the server as the command line asks. */
async function main(args: readonly string[]): Promise<void> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    process.stderr.write(`mcp-k8s needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.\n`);
    process.exitCode = 1;
    return;
  }
  // Most servers have none.
  const path = configIn(args);
  const config =
    path === undefined
      ? undefined
      : await (await import('./command-line/followed-config.ts')).openConfig(path, args, VERSION);
  const options = config?.options ?? parseCommandLine(args, VERSION);
  if ('code' in options) {
    (options.code === 0 ? process.stdout : process.stderr).write(options.text);
    process.exitCode = options.code;
    return;
  }
  const { http } = options;
  try {
    if (!http) assertNoStdout({ '--journal': options.journal, '--audit-log': options.audit });
    const opened = http ? undefined : await openStdio();
    const startTelemetry = await telemetryWanted(process.env);
    await import('./jitless.ts');
    const follower = opened
      ? (await import('./stdio/stdio.ts')).serveStdio(options, VERSION, opened, startTelemetry)
      : http && (await (await import('./http/serve.ts')).serveHttp({ ...options, http }, VERSION, startTelemetry));
    if (follower) config?.follow(follower);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(1);
  }
}

void main(process.argv.slice(2));
