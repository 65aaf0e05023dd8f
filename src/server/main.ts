import './jitless.ts';

import { messageOf } from '../kubernetes/errors.ts';
import { parseCommandLine } from './options.ts';
import { serveStdio } from './transports/stdio.ts';

const VERSION = process.env.MCP_K8S_VERSION ?? 'development';

/** Runs the server as the command line says. */
async function main(args: readonly string[]): Promise<void> {
  const options = parseCommandLine(args, VERSION);
  if ('code' in options) {
    (options.code === 0 ? process.stdout : process.stderr).write(options.text);
    process.exitCode = options.code;
    return;
  }
  const { http } = options;
  if (!http) {
    serveStdio(options, VERSION);
    return;
  }
  try {
    const { serveHttp } = await import('./http/serve.ts');
    await serveHttp({ ...options, http }, VERSION);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(1);
  }
}

void main(process.argv.slice(2));
