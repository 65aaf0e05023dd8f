import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import { PROVIDER_ID } from '../common/ids.ts';
import { type ServerDefinition, serverDefinition, serverLabel } from '../settings/server-definition.ts';
import type { Target, Targets } from '../targets/targets.ts';
import type { EditorChannel } from './editor-channel.ts';

const SERVER_STARTED = 'mcpK8s.serverStarted';
const NOTICE_SHOWN = 'missingApiNoticeShown';

/** Offers VS Code one server for each target; VS Code starts them when they are needed. */
export function registerServerProvider(
  context: vscode.ExtensionContext,
  targets: Targets,
  channel: EditorChannel,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  // Forks of VS Code may lack what the type declarations promise.
  const register: typeof vscode.lm.registerMcpServerDefinitionProvider | undefined =
    vscode.lm?.registerMcpServerDefinitionProvider;
  if (!register) {
    explainMissingApi(context, log);
    return new vscode.Disposable(() => undefined);
  }
  const define = (target: Target): vscode.McpStdioServerDefinition => {
    const { label, command, args, env, cwd, version } = definitionOf(context, target);
    const definition = new vscode.McpStdioServerDefinition(label, command, args, env, version);
    definition.cwd = target.folder?.uri ?? vscode.Uri.file(cwd);
    return definition;
  };
  return register(PROVIDER_ID, {
    onDidChangeMcpServerDefinitions: targets.onDidChange,
    provideMcpServerDefinitions: async () => (await targets.current()).map(define),
    resolveMcpServerDefinition: async (server) => {
      if (!(server instanceof vscode.McpStdioServerDefinition)) return server;
      // An agent is about to use it. The server does not wait for the answer: a yes changes the definitions.
      void targets.all();
      const target = (await targets.current()).find(({ name }) => serverLabel(name) === server.label);
      if (!target) return undefined;
      // The walkthrough's second step is done.
      void vscode.commands.executeCommand('setContext', SERVER_STARTED, true);
      // Only now: what is provided earlier is kept on disk, and the token must not be.
      server.env = { ...server.env, ...(await editorEnvironment(target, channel, log)) };
      return server;
    },
  });
}

/** What VS Code, or whoever else wants the same server, has to start for a target. */
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
  });
}

/** What the server of a target has in its environment to reach the editor: reviews come that way, and questions about the kubeconfig. */
export async function editorEnvironment(
  { name, permit }: Target,
  channel: EditorChannel,
  log: vscode.LogOutputChannel,
): Promise<Record<string, string>> {
  try {
    return await channel.environment(name);
  } catch (error) {
    // It could not ask whether the user has agreed to what it reads.
    if (permit) throw error;
    log.error(`The server starts without a connection to the editor: ${messageOf(error)}`);
    return {};
  }
}

/** The id under which VS Code's own commands know the server of a target. */
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
