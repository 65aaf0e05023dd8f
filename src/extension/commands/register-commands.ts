import * as vscode from 'vscode';
import { COMMANDS, type CommandId } from '../common/ids.ts';
import { reportError } from '../writing/report.ts';
import { answerWorkspace } from './answer-workspace.ts';
import type { App } from './app.ts';
import { applyDocument } from './apply-document.ts';
import { browseResources } from './browse-resources.ts';
import { revertChange, showChangeHistory } from './change-history.ts';
import { compareChart, previewChart } from './chart.ts';
import { copyMcpConfiguration } from './copy-mcp-configuration.ts';
import { applyReview, rejectReview, rejectReviewWithReason, showReview } from './decide-review.ts';
import { describeResource } from './describe-resource.ts';
import { overwriteLive, reloadDocument, showLive } from './document-conflict.ts';
import { forwardPort, openForwarded, stopPortForward } from './forward-port.ts';
import { compareReleaseRevisions, rollbackRelease, showReleaseManifest, showReleaseValues } from './helm-release.ts';
import { copyValue, revealValue } from './hidden-value.ts';
import { openObject } from './open-object.ts';
import { openResource } from './open-resource.ts';
import { openSettings } from './open-settings.ts';
import { openTerminal } from './open-terminal.ts';
import { refreshDocument } from './refresh-document.ts';
import { restartServer } from './restart-server.ts';
import { runDiagnostics } from './run-diagnostics.ts';
import { serveOverHttp } from './serve-over-http.ts';
import { showLogs } from './show-logs.ts';
import { showSelectedPods } from './show-selected-pods.ts';
import { showServerLog } from './show-server-log.ts';
import { showStatus } from './show-status.ts';
import { switchContext } from './switch-context.ts';
import { switchNamespace } from './switch-namespace.ts';
import { LOST } from './the-object.ts';
import { clearFilter, filterView, refreshView, showMore } from './view-commands.ts';
import { deleteResource, restartWorkload, scaleWorkload } from './write-object.ts';

type Command = (app: App, argument?: unknown) => Promise<void>;

/** Registers every command; what one of them throws is shown in plain words. */
export function registerCommands(app: App): vscode.Disposable {
  const commands: Record<CommandId, Command> = {
    [COMMANDS.browseResources]: browseResources,
    [COMMANDS.openResource]: openResource,
    [COMMANDS.switchContext]: switchContext,
    [COMMANDS.openObject]: openObject,
    [COMMANDS.showLogs]: showLogs,
    [COMMANDS.openTerminal]: openTerminal,
    [COMMANDS.forwardPort]: forwardPort,
    [COMMANDS.stopPortForward]: stopPortForward,
    [COMMANDS.openForwarded]: openForwarded,
    [COMMANDS.describeResource]: describeResource,
    [COMMANDS.restartWorkload]: restartWorkload,
    [COMMANDS.scaleWorkload]: scaleWorkload,
    [COMMANDS.deleteResource]: deleteResource,
    [COMMANDS.filterView]: filterView,
    [COMMANDS.clearFilter]: clearFilter,
    [COMMANDS.refreshView]: refreshView,
    [COMMANDS.showMore]: showMore,
    [COMMANDS.refreshDocument]: refreshDocument,
    [COMMANDS.applyDocument]: applyDocument,
    [COMMANDS.reloadDocument]: reloadDocument,
    [COMMANDS.showLive]: showLive,
    [COMMANDS.overwriteLive]: overwriteLive,
    [COMMANDS.revealValue]: revealValue,
    [COMMANDS.copyValue]: copyValue,
    [COMMANDS.showSelectedPods]: showSelectedPods,
    [COMMANDS.showServerLog]: showServerLog,
    [COMMANDS.restartServer]: restartServer,
    [COMMANDS.openSettings]: openSettings,
    [COMMANDS.runDiagnostics]: runDiagnostics,
    [COMMANDS.copyMcpConfiguration]: copyMcpConfiguration,
    [COMMANDS.applyReview]: applyReview,
    [COMMANDS.rejectReview]: rejectReview,
    [COMMANDS.rejectReviewWithReason]: rejectReviewWithReason,
    [COMMANDS.showReview]: showReview,
    [COMMANDS.showChangeHistory]: showChangeHistory,
    [COMMANDS.revertChange]: revertChange,
    [COMMANDS.showStatus]: showStatus,
    [COMMANDS.serveOverHttp]: serveOverHttp,
    [COMMANDS.answerWorkspace]: answerWorkspace,
    [COMMANDS.switchNamespace]: switchNamespace,
    [COMMANDS.showReleaseValues]: showReleaseValues,
    [COMMANDS.showReleaseManifest]: showReleaseManifest,
    [COMMANDS.compareReleaseRevisions]: compareReleaseRevisions,
    [COMMANDS.rollbackRelease]: rollbackRelease,
    [COMMANDS.previewChart]: previewChart,
    [COMMANDS.compareChart]: compareChart,
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([id, command]) =>
      vscode.commands.registerCommand(id, async (...given: unknown[]) => {
        try {
          // While the view is updated, VS Code may not know any more what its menu was opened on.
          await command(app, given.length > 0 ? (given[0] ?? LOST) : undefined);
        } catch (error) {
          // Not awaited: a command is over before its message is dismissed.
          void reportError(app.log, error);
        }
      }),
    ),
  );
}
