/** Names that package.json and the code must agree on. */
export const SCHEME = 'k8s';
/** The live object of a document, for comparison. */
export const LIVE_SCHEME = 'k8s-live';
export const REVIEW_SCHEME = 'k8s-review';
export const HISTORY_SCHEME = 'k8s-history';
/** The source of diagnostics. */
export const SOURCE = 'MCP for Kubernetes';
export const PROVIDER_ID = 'mcp-k8s.servers';
export const SERVER_LABEL = 'mcp-k8s';

/** The viewer of logs. */
export const LOG_EDITOR = 'mcpK8s.log';
/** The pages of objects and clusters. */
export const PAGE_EDITOR = 'mcpK8s.overview';

export const VIEWS = {
  clusters: 'mcpK8s.clusters',
  reviews: 'mcpK8s.reviews',
  portForwards: 'mcpK8s.portForwards',
  manifests: 'mcpK8s.manifests',
} as const;

export const COMMANDS = {
  browseResources: 'mcpK8s.browseResources',
  openResource: 'mcpK8s.openResource',
  switchContext: 'mcpK8s.switchContext',
  openObject: 'mcpK8s.openObject',
  showLogs: 'mcpK8s.showLogs',
  openTerminal: 'mcpK8s.openTerminal',
  forwardPort: 'mcpK8s.forwardPort',
  stopPortForward: 'mcpK8s.stopPortForward',
  openForwarded: 'mcpK8s.openForwarded',
  describeResource: 'mcpK8s.describeResource',
  showEvents: 'mcpK8s.showEvents',
  showOverview: 'mcpK8s.showOverview',
  showDashboard: 'mcpK8s.showDashboard',
  askWhy: 'mcpK8s.askWhy',
  copyName: 'mcpK8s.copyName',
  copyYaml: 'mcpK8s.copyYaml',
  copyKubectlCommand: 'mcpK8s.copyKubectlCommand',
  showRolloutHistory: 'mcpK8s.showRolloutHistory',
  cordonNode: 'mcpK8s.cordonNode',
  uncordonNode: 'mcpK8s.uncordonNode',
  drainNode: 'mcpK8s.drainNode',
  runNow: 'mcpK8s.runNow',
  suspendWorkload: 'mcpK8s.suspendWorkload',
  resumeWorkload: 'mcpK8s.resumeWorkload',
  useContext: 'mcpK8s.useContext',
  useNamespace: 'mcpK8s.useNamespace',
  addFavorite: 'mcpK8s.addFavorite',
  removeFavorite: 'mcpK8s.removeFavorite',
  hideKind: 'mcpK8s.hideKind',
  showHiddenKinds: 'mcpK8s.showHiddenKinds',
  restartWorkload: 'mcpK8s.restartWorkload',
  scaleWorkload: 'mcpK8s.scaleWorkload',
  changeImage: 'mcpK8s.changeImage',
  changeMemoryLimit: 'mcpK8s.changeMemoryLimit',
  deleteResource: 'mcpK8s.deleteResource',
  showProblemsInPanel: 'mcpK8s.showProblemsInPanel',
  hideProblemsFromPanel: 'mcpK8s.hideProblemsFromPanel',
  filterView: 'mcpK8s.filterView',
  clearFilter: 'mcpK8s.clearFilter',
  refreshView: 'mcpK8s.refreshView',
  showMore: 'mcpK8s.showMore',
  refreshDocument: 'mcpK8s.refreshDocument',
  applyDocument: 'mcpK8s.applyDocument',
  compareManifest: 'mcpK8s.compareManifest',
  deleteManifest: 'mcpK8s.deleteManifest',
  applyManifests: 'mcpK8s.applyManifests',
  refreshManifests: 'mcpK8s.refreshManifests',
  newResource: 'mcpK8s.newResource',
  editDocument: 'mcpK8s.editDocument',
  saveDocument: 'mcpK8s.saveDocument',
  reloadDocument: 'mcpK8s.reloadDocument',
  showLive: 'mcpK8s.showLive',
  overwriteLive: 'mcpK8s.overwriteLive',
  revealValue: 'mcpK8s.revealValue',
  copyValue: 'mcpK8s.copyValue',
  showSelectedPods: 'mcpK8s.showSelectedPods',
  showServerLog: 'mcpK8s.showServerLog',
  restartServer: 'mcpK8s.restartServer',
  openSettings: 'mcpK8s.openSettings',
  runDiagnostics: 'mcpK8s.runDiagnostics',
  copyMcpConfiguration: 'mcpK8s.copyMcpConfiguration',
  applyReview: 'mcpK8s.applyReview',
  deleteReview: 'mcpK8s.deleteReview',
  runReview: 'mcpK8s.runReview',
  rejectReview: 'mcpK8s.rejectReview',
  rejectReviewWithReason: 'mcpK8s.rejectReviewWithReason',
  showReview: 'mcpK8s.showReview',
  showChangeHistory: 'mcpK8s.showChangeHistory',
  revertChange: 'mcpK8s.revertChange',
  showStatus: 'mcpK8s.showStatus',
  serveOverHttp: 'mcpK8s.serveOverHttp',
  answerWorkspace: 'mcpK8s.answerWorkspace',
  switchNamespace: 'mcpK8s.switchNamespace',
  showReleaseValues: 'mcpK8s.showReleaseValues',
  showReleaseManifest: 'mcpK8s.showReleaseManifest',
  compareReleaseRevisions: 'mcpK8s.compareReleaseRevisions',
  rollbackRelease: 'mcpK8s.rollbackRelease',
  describeRelease: 'mcpK8s.describeRelease',
  editReleaseValues: 'mcpK8s.editReleaseValues',
  upgradeRelease: 'mcpK8s.upgradeRelease',
  previewChart: 'mcpK8s.previewChart',
  compareChart: 'mcpK8s.compareChart',
} as const;

export type CommandId = (typeof COMMANDS)[keyof typeof COMMANDS];
