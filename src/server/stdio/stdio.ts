import { Writable } from 'node:stream';
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import type { ConfigFollower } from '../command-line/followed-config.ts';
import type { CommandLine } from '../command-line/options.ts';
import type { Contexts } from '../core/contexts.ts';
import { editorLink } from '../core/editor-link.ts';
import { localHelm } from '../core/helm-access.ts';
import { createLog } from '../core/log.ts';
import { permitOf } from '../core/trusted-kubeconfig.ts';
import { PendingRequests } from '../mcp/pending-requests.ts';
import { LivePermissions } from '../mcp/permissions.ts';
import { createServer } from '../mcp/server.ts';
import { Tasks } from '../mcp/tasks.ts';
import { LineTransport } from './line-transport.ts';
import { quietWatch } from './quiet.ts';

/** Serves one client over stdin and stdout until stdin ends; returns how a changed configuration is taken over. */
export function serveStdio(options: CommandLine, version: string): ConfigFollower {
  const transport = new LineTransport(process.stdin, takeStdout());
  const permissions = new LivePermissions(options.permissions);
  const { policy, review } = permissions;
  const stopping = new AbortController();
  let server: Server | undefined;
  const log = createLog(() => server);
  const editor = editorLink(process.env, log);
  const permit = permitOf(editor, options);
  let contexts: Promise<Contexts> | undefined;
  const loadContexts = () => {
    contexts ??= Promise.all([
      import('../core/contexts.ts'),
      import('../core/own-context.ts'),
      import('../core/login-desk.ts'),
    ]).then(
      ([{ Contexts }, { OwnContext }, { LoginDesk }]) =>
        new Contexts({
          ...options,
          own: new OwnContext(options.context),
          permit,
          policy,
          onKubeconfigProblem: (error) => log(`The changed kubeconfig is not used: ${messageOf(error)}`),
          onLogin: new LoginDesk({ editor, isUsersOwn: true, log }).onLogin,
          warn: log,
        }),
    );
    return contexts;
  };
  const leaving = exitWithClient(transport, stopping);
  server = createServer(
    {
      version,
      policy,
      review,
      journal: options.journal,
      audit: options.audit,
      helm: localHelm(options.helm, options.distrust),
      prometheus: options.prometheus,
      editor,
      tasks: leaving.tasks,
      stopping: stopping.signal,
      log,
    },
    loadContexts,
  );
  server.onerror = (error) => log(`Protocol error: ${error.message}`);
  process.on('unhandledRejection', (error) => log(`Unexpected error: ${messageOf(error)}`));
  process.on('SIGTERM', () => process.exit(0));
  process.on('SIGINT', () => process.exit(0));
  void server.connect(transport);
  return { apply: (changed) => permissions.follow(changed.permissions), log };
}

/** Ends the process with stdin, once pending answers are sent and tasks have ended, or none will soon. */
function exitWithClient(transport: LineTransport, stopping: AbortController): { tasks: Tasks } {
  let gone = false;
  const whenQuiet = quietWatch();
  const exitWhenIdle = () => {
    if (gone && pending.size + tasks.running === 0) process.exit(0);
  };
  const tasks = new Tasks(exitWhenIdle);
  const pending = new PendingRequests(transport, exitWhenIdle);
  const leave = () => {
    if (gone) return;
    gone = true;
    stopping.abort();
    exitWhenIdle();
    whenQuiet(() => process.exit(0));
  };
  process.stdin.once('end', leave);
  process.stdin.once('close', leave);
  return { tasks };
}

/** Reserves stdout for the protocol: other output, from a library or a stray console.log, goes to stderr. */
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
