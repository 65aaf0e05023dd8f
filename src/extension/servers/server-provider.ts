import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import { PROVIDER_ID } from '../common/ids.ts';
import { type ServerDefinition, serverDefinition, serverLabel } from '../settings/server-definition.ts';
import type { Target, Targets } from '../targets/targets.ts';
import type { EditorChannel } from './editor-channel.ts';

const SERVER_STARTED = 'mcpK8s.serverStarted';
const NOTICE_SHOWN = 'missingApiNoticeShown';

/** Offers VS Code one server per target; VS Code starts them on demand. */
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
      // Completes the walkthrough's second step.
      void vscode.commands.executeCommand('setContext', SERVER_STARTED, true);
      // Only now: VS Code keeps earlier values on disk, where the token must not be.
      server.env = { ...server.env, ...(await editorEnvironment(target, channel, log)) };
      return server;
    },
  });
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
  });
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
