import { messageOf } from '../kubernetes/apimachinery/errors.ts';
import { configIn, parseCommandLine } from './command-line/options.ts';
import { openStdio } from './stdio/opening.ts';

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
  if (!http) {
    const opened = await openStdio();
    await import('./jitless.ts');
    const { serveStdio } = await import('./stdio/stdio.ts');
    const follower = serveStdio(options, VERSION, opened);
    config?.follow(follower);
    return;
  }
  try {
    await import('./jitless.ts');
    const { serveHttp } = await import('./http/serve.ts');
    const follower = await serveHttp({ ...options, http }, VERSION);
    config?.follow(follower);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(1);
  }
}

void main(process.argv.slice(2));
