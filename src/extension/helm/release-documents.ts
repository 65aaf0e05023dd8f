import * as vscode from 'vscode';
import { UserError } from '../../kubernetes/apimachinery/errors.ts';
import { formatError } from '../common/problems.ts';
import type { Clusters } from '../targets/clusters.ts';
import type { Targets } from '../targets/targets.ts';
import { RELEASE_SCHEME, type ReleaseAddress, releaseAddress, releaseUri } from './release-uri.ts';

/**
 * Values and manifests of releases as read-only documents: a revision never changes. What is wrong with a release does:
 * it is looked at whenever it is shown. Secret values are redacted.
 */
export class ReleaseDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #targets: Targets;
  readonly #clusters: Clusters;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration: vscode.Disposable;

  readonly onDidChange = this.#changed.event;

  constructor(targets: Targets, clusters: Clusters) {
    this.#targets = targets;
    this.#clusters = clusters;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(RELEASE_SCHEME, this);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  async show(address: ReleaseAddress): Promise<void> {
    const uri = releaseUri(address);
    if (address.part === 'digest') this.#changed.fire(uri);
    await vscode.window.showTextDocument(uri, { preview: true });
  }

  /** Shows the difference between two revisions. */
  async compare(from: ReleaseAddress, to: ReleaseAddress): Promise<void> {
    const title = vscode.l10n.t('{0}: revision {1} ↔ {2}', to.name, from.revision, to.revision);
    await vscode.commands.executeCommand('vscode.diff', releaseUri(from), releaseUri(to), title);
  }

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    try {
      return await this.#text(releaseAddress(uri), controller.signal);
    } catch (error) {
      return `# ${formatError(error)}\n`;
    }
  }

  async #text(address: ReleaseAddress | undefined, signal: AbortSignal): Promise<string> {
    const target = address && (await this.#targets.named(address.target));
    if (!target) throw new UserError(vscode.l10n.t('This release is not of this workspace any more.'));
    const connection = await this.#clusters.connect(target, address.context);
    const [{ ReleaseStorage }, { findRelease, revisionIn }, { redactedManifest }, { shownValues }] = await Promise.all([
      import('../../kubernetes/helm/release-storage.ts'),
      import('../../kubernetes/helm/find-release.ts'),
      import('../../kubernetes/helm/release-objects.ts'),
      import('../../kubernetes/helm/values.ts'),
    ]);
    const storage = new ReleaseStorage(connection.client, 'helmReleaseGet', signal);
    const found = await findRelease(connection, storage, address.name, address.namespace);
    if (address.part === 'digest') {
      const { releaseDigest } = await import('../../kubernetes/diagnosis/release.ts');
      return `${await releaseDigest(connection, found, storage, signal)}\n`;
    }
    const release = await storage.read(revisionIn(found, address.revision));
    return address.part === 'values' ? shownValues(release.config) : redactedManifest(release);
  }
}
