import * as vscode from 'vscode';
import { registerCommands } from './commands/register-commands.ts';
import { StickyNotifications } from './common/sticky-notifications.ts';
import { trackManifests } from './documents/manifest-context.ts';
import { registerManifestHelp } from './documents/manifest-help.ts';
import { ManifestPlaces } from './documents/manifest-places.ts';
import { ObjectDocuments } from './documents/object-documents.ts';
import { PortForwards } from './forwards/port-forwards.ts';
import { ChartPreviews } from './helm/chart-previews.ts';
import { ReleaseDocuments } from './helm/release-documents.ts';
import { ValueDrafts } from './helm/value-drafts.ts';
import { History } from './history/history.ts';
import { ContextDecorations } from './identity/context-decorations.ts';
import { Logins } from './logins/logins.ts';
import { LogDocuments } from './logs/log-documents.ts';
import { LogViewers } from './logs/log-viewers.ts';
import { ManifestComparisons } from './manifests/manifest-comparisons.ts';
import { ManifestLenses } from './manifests/manifest-lenses.ts';
import { ManifestView } from './manifests/manifest-view.ts';
import { PageEditors } from './pages/page-editors.ts';
import { WelcomePage } from './pages/welcome-page.ts';
import { ReviewList } from './reviews/review-list.ts';
import { Reviews } from './reviews/reviews.ts';
import { EditorChannel } from './servers/editor-channel.ts';
import { HttpServing } from './servers/http-serving.ts';
import { registerServerProvider } from './servers/server-provider.ts';
import { StatusBar } from './status/status-bar.ts';
import { Clusters } from './targets/clusters.ts';
import { Consents } from './targets/consents.ts';
import { KubernetesExtension } from './targets/kubernetes-extension.ts';
import { Targets } from './targets/targets.ts';
import { ClusterView } from './views/cluster-view.ts';
import { Descriptions } from './views/descriptions.ts';
import { UserWrites } from './writing/user-writes.ts';

/** Called when the first of our features is needed. Does not wait and sends no request to a cluster. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('MCP for Kubernetes', { log: true });
  const kubernetesExtension = new KubernetesExtension(log);
  const notifications = new StickyNotifications();
  const consents = new Consents(context.globalState);
  const targets = new Targets(kubernetesExtension, consents, context.workspaceState);
  const logins = new Logins(notifications, log);
  const clusters = new Clusters(targets, log, (login, context) => logins.hear(login, context));
  const reviews = new Reviews(notifications);
  const writes = new UserWrites(clusters, log);
  const history = new History({ targets, clusters, writes, reviews });
  const view = new ClusterView(targets, clusters, context.globalState, log);
  const descriptions = new Descriptions(targets, clusters);
  const documents = new ObjectDocuments({ targets, clusters, writes, reviews }, context.workspaceState, log);
  const releases = new ReleaseDocuments(targets, clusters);
  const drafts = new ValueDrafts();
  const charts = new ChartPreviews(targets);
  const logTexts = new LogDocuments(targets, clusters, log);
  const logs = new LogViewers({ targets, clusters, documents: logTexts, log }, context.extensionUri);
  const pages = new PageEditors({ targets, clusters, log }, context.extensionUri);
  const places = new ManifestPlaces(targets, context.workspaceState);
  const lenses = new ManifestLenses(targets, clusters, places);
  const comparisons = new ManifestComparisons();
  const manifests = new ManifestView(clusters, places, lenses, log);
  const forwards = new PortForwards(log);
  const channel = new EditorChannel({
    onShown: (target, shown) => documents.show(target, shown),
    onKubeconfig: (kubeconfig) => targets.agreement(kubeconfig),
    onReview: (review, signal) => reviews.ask(review, signal),
    onLogin: (login, signal) => logins.show(login, signal),
    log: (message) => log.warn(message),
  });
  const serving = new HttpServing(context, targets, channel, log);
  const status = new StatusBar(targets, clusters.connectivity, serving, log);
  const features = {
    documents,
    reviews,
    history,
    view,
    descriptions,
    logs,
    pages,
    places,
    lenses,
    comparisons,
    manifests,
    releases,
    drafts,
    charts,
    forwards,
    serving,
  };
  context.subscriptions.push(
    ...[log, kubernetesExtension, notifications, consents, targets, clusters, logTexts, channel, status],
    ...Object.values(features),
    new ReviewList(reviews),
    new WelcomePage(view, pages, context.workspaceState),
    new ContextDecorations(clusters.connectivity),
    trackManifests(),
    registerManifestHelp(documents, places, targets, clusters, log),
    registerServerProvider(context, targets, channel, log),
    registerCommands({ context, log, targets, clusters, consents, writes, ...features }),
  );
}
