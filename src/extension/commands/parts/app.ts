import type * as vscode from 'vscode';
import type { ManifestPlaces } from '../../documents/manifest-places.ts';
import type { ObjectDocuments } from '../../documents/object-documents.ts';
import type { PortForwards } from '../../forwards/port-forwards.ts';
import type { ChartPreviews } from '../../helm/chart-previews.ts';
import type { ReleaseDocuments } from '../../helm/release-documents.ts';
import type { ValueDrafts } from '../../helm/value-drafts.ts';
import type { History } from '../../history/history.ts';
import type { LogViewers } from '../../logs/log-viewers.ts';
import type { ManifestComparisons } from '../../manifests/manifest-comparisons.ts';
import type { ManifestLenses } from '../../manifests/manifest-lenses.ts';
import type { ManifestView } from '../../manifests/manifest-view.ts';
import type { PageEditors } from '../../pages/page-editors.ts';
import type { Reviews } from '../../reviews/reviews.ts';
import type { HttpServing } from '../../servers/http-serving.ts';
import type { Clusters } from '../../targets/clusters.ts';
import type { Consents } from '../../targets/consents.ts';
import type { Targets } from '../../targets/targets.ts';
import type { ClusterView } from '../../views/cluster-view.ts';
import type { Descriptions } from '../../views/descriptions.ts';
import type { UserWrites } from '../../writing/user-writes.ts';

/** The services that commands use. */
export interface App {
  context: vscode.ExtensionContext;
  log: vscode.LogOutputChannel;
  targets: Targets;
  clusters: Clusters;
  documents: ObjectDocuments;
  consents: Consents;
  reviews: Reviews;
  history: History;
  writes: UserWrites;
  view: ClusterView;
  descriptions: Descriptions;
  logs: LogViewers;
  pages: PageEditors;
  places: ManifestPlaces;
  lenses: ManifestLenses;
  comparisons: ManifestComparisons;
  manifests: ManifestView;
  releases: ReleaseDocuments;
  drafts: ValueDrafts;
  charts: ChartPreviews;
  forwards: PortForwards;
  serving: HttpServing;
}
