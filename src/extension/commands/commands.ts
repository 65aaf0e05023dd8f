import { COMMANDS, type CommandId } from '../common/ids.ts';
import { applyDocument } from './documents/apply-document.ts';
import { applyManifests, refreshManifests } from './documents/apply-manifests.ts';
import { overwriteLive, reloadDocument, showLive } from './documents/document-conflict.ts';
import { editDocument, saveDocument } from './documents/edit-document.ts';
import { compareManifest, deleteManifest } from './documents/manifest.ts';
import { newResource } from './documents/new-resource.ts';
import { copyValue, revealValue } from './documents/redacted-value.ts';
import { refreshDocument } from './documents/refresh-document.ts';
import { compareChart, previewChart } from './helm/chart.ts';
import {
  compareReleaseRevisions,
  describeRelease,
  rollbackRelease,
  showReleaseManifest,
  showReleaseValues,
} from './helm/helm-release.ts';
import { editReleaseValues, upgradeRelease } from './helm/release-upgrade.ts';
import { askWhy } from './objects/ask-why.ts';
import { browseResources } from './objects/browse-resources.ts';
import { changeImage, changeMemoryLimit } from './objects/change-container.ts';
import { addFavorite, hideKind, removeFavorite, showHiddenKinds } from './objects/choose-kinds.ts';
import { copyKubectlCommand, copyName, copyYaml } from './objects/copy-object.ts';
import { describeResource, showEvents } from './objects/describe-resource.ts';
import { drainNode } from './objects/drain-node.ts';
import { forwardPort, openForwarded, stopPortForward } from './objects/forward-port.ts';
import { openObject } from './objects/open-object.ts';
import { openResource } from './objects/open-resource.ts';
import { openTerminal } from './objects/open-terminal.ts';
import { hideProblemsFromPanel, showProblemsInPanel } from './objects/problems-panel.ts';
import { showRolloutHistory } from './objects/rollout-history.ts';
import { runNow } from './objects/run-now.ts';
import { showLogs } from './objects/show-logs.ts';
import { showOverview } from './objects/show-overview.ts';
import { showSelectedPods } from './objects/show-selected-pods.ts';
import { cordonNode, resumeWorkload, suspendWorkload, uncordonNode } from './objects/switch-spec.ts';
import { deleteResource, restartWorkload, scaleWorkload } from './objects/write-object.ts';
import type { App } from './parts/app.ts';
import { revertChange, showChangeHistory } from './reviews/change-history.ts';
import { applyReview, rejectReview, rejectReviewWithReason, showReview } from './reviews/decide-review.ts';
import { copyMcpConfiguration } from './servers/copy-mcp-configuration.ts';
import { restartServer } from './servers/restart-server.ts';
import { runDiagnostics } from './servers/run-diagnostics.ts';
import { serveOverHttp } from './servers/serve-over-http.ts';
import { showServerLog } from './servers/show-server-log.ts';
import { answerWorkspace } from './targets/answer-workspace.ts';
import { openSettings } from './targets/open-settings.ts';
import { showDashboard } from './targets/show-dashboard.ts';
import { showStatus } from './targets/show-status.ts';
import { switchContext } from './targets/switch-context.ts';
import { switchNamespace } from './targets/switch-namespace.ts';
import { useContext, useNamespace } from './targets/use-place.ts';
import { clearFilter, filterView, refreshView, showMore } from './view-commands.ts';

/** A command, called on something, of which more may be selected. */
type Command = (app: App, argument?: unknown, selected?: readonly unknown[]) => Promise<void>;

/** Every command. Loaded with the first one, to keep activation fast. */
export const commands: Record<CommandId, Command> = {
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
  [COMMANDS.showEvents]: showEvents,
  [COMMANDS.showOverview]: showOverview,
  [COMMANDS.showDashboard]: showDashboard,
  [COMMANDS.askWhy]: askWhy,
  [COMMANDS.copyName]: copyName,
  [COMMANDS.copyYaml]: copyYaml,
  [COMMANDS.copyKubectlCommand]: copyKubectlCommand,
  [COMMANDS.showRolloutHistory]: showRolloutHistory,
  [COMMANDS.cordonNode]: cordonNode,
  [COMMANDS.uncordonNode]: uncordonNode,
  [COMMANDS.drainNode]: drainNode,
  [COMMANDS.runNow]: runNow,
  [COMMANDS.suspendWorkload]: suspendWorkload,
  [COMMANDS.resumeWorkload]: resumeWorkload,
  [COMMANDS.useContext]: useContext,
  [COMMANDS.useNamespace]: useNamespace,
  [COMMANDS.addFavorite]: addFavorite,
  [COMMANDS.removeFavorite]: removeFavorite,
  [COMMANDS.hideKind]: hideKind,
  [COMMANDS.showHiddenKinds]: showHiddenKinds,
  [COMMANDS.restartWorkload]: restartWorkload,
  [COMMANDS.scaleWorkload]: scaleWorkload,
  [COMMANDS.changeImage]: changeImage,
  [COMMANDS.changeMemoryLimit]: changeMemoryLimit,
  [COMMANDS.deleteResource]: deleteResource,
  [COMMANDS.showProblemsInPanel]: showProblemsInPanel,
  [COMMANDS.hideProblemsFromPanel]: hideProblemsFromPanel,
  [COMMANDS.filterView]: filterView,
  [COMMANDS.clearFilter]: clearFilter,
  [COMMANDS.refreshView]: refreshView,
  [COMMANDS.showMore]: showMore,
  [COMMANDS.refreshDocument]: refreshDocument,
  [COMMANDS.applyDocument]: applyDocument,
  [COMMANDS.compareManifest]: compareManifest,
  [COMMANDS.deleteManifest]: deleteManifest,
  [COMMANDS.applyManifests]: applyManifests,
  [COMMANDS.refreshManifests]: refreshManifests,
  [COMMANDS.newResource]: newResource,
  [COMMANDS.editDocument]: editDocument,
  [COMMANDS.saveDocument]: saveDocument,
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
  [COMMANDS.deleteReview]: applyReview,
  [COMMANDS.runReview]: applyReview,
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
  [COMMANDS.describeRelease]: describeRelease,
  [COMMANDS.editReleaseValues]: editReleaseValues,
  [COMMANDS.upgradeRelease]: upgradeRelease,
  [COMMANDS.previewChart]: previewChart,
  [COMMANDS.compareChart]: compareChart,
};
