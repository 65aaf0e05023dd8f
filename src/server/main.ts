import { Writable } from 'node:stream';
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { RequestId } from '@modelcontextprotocol/sdk/types.js';
import { messageOf } from '../kubernetes/errors.ts';
import { Policy } from '../kubernetes/policy.ts';
import type { Contexts } from './contexts.ts';
import { editorLink } from './editor-link.ts';
import { createLog } from './log.ts';
import { parseCommandLine } from './options.ts';
import { createServer } from './server.ts';
import { LineTransport } from './transports/line-transport.ts';

const VERSION = process.env.MCP_K8S_VERSION ?? 'development';
/** How long answers under way may take after the client has gone, in milliseconds. */
const LAST_ANSWERS = 500;

/** Runs the server over stdin and stdout until stdin ends. */
function main(args: readonly string[]): void {
  const options = parseCommandLine(args, VERSION);
  if ('code' in options) {
    (options.code === 0 ? process.stdout : process.stderr).write(options.text);
    process.exitCode = options.code;
    return;
  }
  const transport = new LineTransport(process.stdin, takeStdout());
  const policy = new Policy(options.rules);
  let server: Server | undefined;
  const log = createLog(() => server);
  let contexts: Promise<Contexts> | undefined;
  const loadContexts = () => {
    contexts ??= import('./contexts.ts').then(
      (module) =>
        new module.Contexts({
          ...options,
          policy,
          onKubeconfigProblem: (error) => log(`The changed kubeconfig is not used: ${messageOf(error)}`),
        }),
    );
    return contexts;
  };
  server = createServer(
    {
      version: VERSION,
      policy,
      review: options.review,
      journal: options.journal,
      editor: editorLink(process.env, log),
      log,
    },
    loadContexts,
  );
  server.onerror = (error) => log(`Protocol error: ${error.message}`);
  process.on('unhandledRejection', (error) => log(`Unexpected error: ${messageOf(error)}`));
  exitWithClient(transport);
  process.on('SIGTERM', () => process.exit(0));
  process.on('SIGINT', () => process.exit(0));
  void server.connect(transport);
}

/** Ends the process when stdin does, once the answers under way are out or `LAST_ANSWERS` have passed. */
function exitWithClient(transport: LineTransport): void {
  const waiting = new Set<RequestId>();
  let gone = false;
  transport.onmessage = (message) => {
    if ('method' in message && 'id' in message) waiting.add(message.id);
  };
  const send = transport.send.bind(transport);
  transport.send = async (message) => {
    await send(message);
    if (!('method' in message) && message.id !== undefined) waiting.delete(message.id);
    if (gone && waiting.size === 0) process.exit(0);
  };
  const leave = () => {
    gone = true;
    if (waiting.size === 0) process.exit(0);
    setTimeout(() => process.exit(0), LAST_ANSWERS);
  };
  process.stdin.once('end', leave);
  process.stdin.once('close', leave);
}

/** Keeps stdout for the protocol: whatever else writes to it, a library or a stray console.log, reaches stderr. */
function takeStdout(): Writable {
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  stdout.on('error', () => process.exit(0));
  stdout.write = stderr.write.bind(stderr) as typeof stdout.write;
  return new Writable({
    decodeStrings: false,
    write: (chunk: string, encoding, callback) => {
      write(chunk, encoding, callback);
    },
  });
}

main(process.argv.slice(2));
