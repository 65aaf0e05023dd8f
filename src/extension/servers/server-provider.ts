import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import { PROVIDER_ID } from '../common/ids.ts';
import { type ServerDefinition, serverDefinition, serverLabel } from '../settings/server-definition.ts';
import type { Target, Targets } from '../targets/targets.ts';
import { type CursorMcp, CursorServers, cursorMcp } from './cursor-servers.ts';
import type { EditorChannel } from './editor-channel.ts';
import { EditorPlaces } from './editor-places.ts';

const SERVER_STARTED = 'mcpK8s.serverStarted';
const NOTICE_SHOWN = 'missingApiNoticeShown';

/** Offers the editor one server per target: VS Code asks and starts them on demand, Cursor is told. */
export function registerServerProvider(
  context: vscode.ExtensionContext,
  targets: Targets,
  channel: EditorChannel,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const places = new EditorPlaces(editorsFolder(context), channel, (message) => log.warn(message));
  const focused = vscode.window.onDidChangeWindowState(({ focused }) => {
    if (focused) void places.renew();
  });
  const findable = vscode.Disposable.from(focused, places);
  // Forks of VS Code may lack what the type declarations promise.
  const register: typeof vscode.lm.registerMcpServerDefinitionProvider | undefined =
    vscode.lm?.registerMcpServerDefinitionProvider;
  if (!register) {
    const cursor = cursorMcp(vscode);
    if (cursor) return vscode.Disposable.from(findable, registerInCursor(cursor, places, context, targets, log));
    explainMissingApi(context, log);
    return findable;
  }
  const define = (target: Target, { label, command, args, env, cwd, version }: ServerDefinition) => {
    const definition = new vscode.McpStdioServerDefinition(label, command, args, env, version);
    definition.cwd = target.folder?.uri ?? vscode.Uri.file(cwd);
    return definition;
  };
  const provider = register(PROVIDER_ID, {
    onDidChangeMcpServerDefinitions: targets.onDidChange,
    provideMcpServerDefinitions: async () => {
      const offered = (await targets.current()).map((target) => ({
        target,
        definition: definitionOf(context, target),
      }));
      void places.offer(offered.map(({ definition }) => definition));
      return offered.map(({ target, definition }) => define(target, definition));
    },
    resolveMcpServerDefinition: async (server) => {
      if (!(server instanceof vscode.McpStdioServerDefinition)) return server;
      // An agent is about to use it. The server does not wait for the answer: a yes changes the definitions.
      void targets.all();
      const target = (await targets.current()).find(({ name }) => serverLabel(name) === server.label);
      if (!target) return undefined;
      // Completes the walkthrough's second step.
      void vscode.commands.executeCommand('setContext', SERVER_STARTED, true);
      // Only now: VS Code keeps earlier values on disk, where the token must not be.
      server.env = { ...server.env, ...(await editorEnvironment(target, channel, log)) };
      return server;
    },
  });
  return vscode.Disposable.from(findable, provider);
}

function registerInCursor(
  cursor: CursorMcp,
  places: EditorPlaces,
  context: vscode.ExtensionContext,
  targets: Targets,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const servers = new CursorServers(cursor);
  const define = async () =>
    Promise.all((await targets.current()).map((target) => standaloneDefinition(context, target)));
  // One after the other, so that the newest counts.
  let last = Promise.resolve();
  const update = () => {
    last = last
      .then(define)
      .then((definitions) => {
        void places.offer(definitions);
        servers.set(definitions);
      })
      .catch((error: unknown) => log.error(`The servers cannot be registered: ${messageOf(error)}`));
  };
  update();
  return vscode.Disposable.from(targets.onDidChange(update), servers);
}

/**
 * The definition of a server that starts without this editor. There is nobody to ask, so it gets the user's consents,
 * which hold for exactly what they agreed to; what they did not agree to it refuses.
 */
export async function standaloneDefinition(
  context: vscode.ExtensionContext,
  target: Target,
): Promise<ServerDefinition> {
  const { kubeconfigPaths } = await import('../../kubernetes/client/kubeconfig.ts');
  // The client's environment may differ from ours, so defaults are written out.
  const paths = kubeconfigPaths(target.kubeconfig.paths).filter((path) => existsSync(path));
  const definition = definitionOf(context, { ...target, kubeconfig: { ...target.kubeconfig, paths } });
  const args = [...definition.args, ...target.vouched.map((fingerprint) => `--vouched=${fingerprint}`)];
  return { ...definition, args };
}

/** The definition of a target's server, for VS Code or another client. */
export function definitionOf(context: vscode.ExtensionContext, target: Target): ServerDefinition {
  return serverDefinition({
    settings: target.settings,
    kubeconfig: target.kubeconfig.paths,
    places: target.places,
    name: target.name,
    cwd: target.folder?.uri.fsPath ?? homedir(),
    script: context.asAbsolutePath('dist/server.cjs'),
    execPath: process.execPath,
    version: String(context.extension.packageJSON.version),
    compileCache: vscode.Uri.joinPath(context.globalStorageUri, 'compile-cache').fsPath,
    editors: editorsFolder(context),
  });
}

function editorsFolder(context: vscode.ExtensionContext): string {
  return vscode.Uri.joinPath(context.globalStorageUri, 'editors').fsPath;
}

/** The environment for a target's server to reach the editor, for reviews and questions about the kubeconfig. */
export async function editorEnvironment(
  { name, permit }: Target,
  channel: EditorChannel,
  log: vscode.LogOutputChannel,
): Promise<Record<string, string>> {
  try {
    return await channel.environment(name);
  } catch (error) {
    // Without it the server cannot ask whether the user has agreed to the kubeconfig.
    if (permit) throw error;
    log.error(`The server starts without a connection to the editor: ${messageOf(error)}`);
    return {};
  }
}

/** The id of a target's server in VS Code's own commands. */
export function serverId(context: vscode.ExtensionContext, { name }: Target): string {
  return `${context.extension.id.toLowerCase()}/${serverLabel(name)}`;
}

function explainMissingApi(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): void {
  const message = vscode.l10n.t(
    'This editor cannot take MCP servers from extensions, so its agents do not get the Kubernetes tools. Update VS Code, or add the server to the editor’s own MCP configuration. Browsing works all the same.',
  );
  log.warn(message);
  if (context.globalState.get(NOTICE_SHOWN)) return;
  void context.globalState.update(NOTICE_SHOWN, true);
  void vscode.window.showWarningMessage(message);
}
