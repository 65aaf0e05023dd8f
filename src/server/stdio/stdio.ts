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
import type { StartTelemetry } from '../telemetry/telemetry.ts';
import { LineTransport } from './line-transport.ts';
import { leaveAtOnce, type OpenedStdio } from './opening.ts';
import { quietWatch } from './quiet.ts';

/** Serves one client over stdin and stdout until stdin ends; returns how a changed configuration is taken over. */
export function serveStdio(
  options: CommandLine,
  version: string,
  stdio: OpenedStdio,
  startTelemetry: StartTelemetry | undefined,
): ConfigFollower {
  const transport = new LineTransport(stdio);
  const permissions = new LivePermissions(options.permissions);
  const { policy, review } = permissions;
  const stopping = new AbortController();
  let server: Server | undefined;
  const log = createLog(() => server);
  const telemetry = startTelemetry?.(version, log);
  let isEnding = false;
  const exit = () => {
    if (!telemetry) process.exit(0);
    if (!isEnding) void telemetry.end().then(() => process.exit(0));
    isEnding = true;
  };
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
  const leaving = exitWithClient(transport, stopping, exit);
  server = createServer(
    {
      version,
      policy,
      review,
      journal: options.journal,
      audit: options.audit,
      telemetry,
      helm: localHelm(options.helm, options.distrust),
      prometheus: options.prometheus,
      editor,
      tasks: leaving.tasks,
      stopping: stopping.signal,
      logging: true,
      log,
    },
    loadContexts,
  );
  server.onerror = (error) => log(`Protocol error: ${error.message}`);
  process.on('unhandledRejection', (error) => log(`Unexpected error: ${messageOf(error)}`));
  process.off('SIGTERM', leaveAtOnce).on('SIGTERM', exit);
  process.off('SIGINT', leaveAtOnce).on('SIGINT', exit);
  process.stdout.off('error', leaveAtOnce).on('error', exit);
  void server.connect(transport);
  return { apply: (changed) => permissions.follow(changed.permissions), log };
}

/** Ends the process with stdin, once pending answers are sent and tasks have ended, or none will soon. */
function exitWithClient(transport: LineTransport, stopping: AbortController, exit: () => void): { tasks: Tasks } {
  let gone = false;
  const whenQuiet = quietWatch();
  const exitWhenIdle = () => {
    if (gone && pending.size + tasks.running === 0) exit();
  };
  const tasks = new Tasks(exitWhenIdle);
  const pending = new PendingRequests(transport, exitWhenIdle);
  const leave = () => {
    if (gone) return;
    gone = true;
    stopping.abort();
    exitWhenIdle();
    whenQuiet(exit);
  };
  process.stdin.once('end', leave);
  process.stdin.once('close', leave);
  if (process.stdin.destroyed) leave();
  return { tasks };
}
