import * as vscode from 'vscode';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { COMMANDS } from '../common/ids.ts';
import type { ManifestPlaces } from '../documents/manifest-places.ts';
import type { Clusters } from '../targets/clusters.ts';
import type { Targets } from '../targets/targets.ts';
import { manifestState, stateIcon, stateText } from './manifest-state.ts';

/** How long a lens waits for the cluster, in milliseconds. */
const TIMEOUT_MS = 8_000;

/** What a lens is about: one object of a file, and the part of the text that is its document. */
export interface LensTarget {
  uri: vscode.Uri;
  range: vscode.Range;
}

/** A lens that says how an object is in the cluster, once that is known. */
class StateLens extends vscode.CodeLens {
  readonly object: KubernetesObject;
  readonly place: LensTarget;

  constructor(range: vscode.Range, place: LensTarget, object: KubernetesObject) {
    super(range);
    this.place = place;
    this.object = object;
  }
}

/** Above each Kubernetes object of a file: apply it, compare it, and whether the cluster has it as it is here. */
export class ManifestLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #targets: Targets;
  readonly #clusters: Clusters;
  readonly #places: ManifestPlaces;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #outdated = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];

  readonly onDidChangeCodeLenses = this.#changed.event;
  /** What was looked up no longer counts: another cluster is meant, or something was written. */
  readonly onDidOutdate = this.#outdated.event;

  constructor(targets: Targets, clusters: Clusters, places: ManifestPlaces) {
    this.#targets = targets;
    this.#clusters = clusters;
    this.#places = places;
    this.#subscriptions = [
      ...[this.#changed, this.#outdated],
      vscode.languages.registerCodeLensProvider({ language: 'yaml' }, this),
      vscode.workspace.onDidSaveTextDocument(({ languageId }) => languageId === 'yaml' && this.#changed.fire()),
      vscode.window.onDidChangeWindowState(({ focused }) => focused && this.#changed.fire()),
      targets.onDidChange(() => this.refresh()),
      places.onDidChange(() => this.#changed.fire()),
    ];
  }

  dispose(): void {
    for (const one of this.#subscriptions) one.dispose();
  }

  /** Looks again, as after a write. */
  refresh(): void {
    this.#changed.fire();
    this.#outdated.fire();
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const [{ documentSpan, isManifestFile, manifestObjects }, { kustomizationKind }] = await Promise.all([
      import('./manifest-objects.ts'),
      import('./kustomization-files.ts'),
    ]);
    if (!isManifestFile(document)) return [];
    const text = document.getText();
    if (kustomizationKind(document.uri.path, text) === 'Kustomization') return kustomizationLenses(document.uri);
    const objects = await manifestObjects(text);
    if (objects.length === 0) return [];
    const isConnected = await this.#isConnected(document.uri);
    const begun = this.#places.begunFor(document.uri);
    const apply = begun?.isCertain ? vscode.l10n.t('Apply to {0}', begun.context) : vscode.l10n.t('Apply');
    return objects.flatMap(({ object, spanOf }) => {
      const { start } = spanOf([]);
      const range = new vscode.Range(document.positionAt(start), document.positionAt(start));
      const whole = documentSpan(text, start);
      const wholeRange = new vscode.Range(document.positionAt(whole.start), document.positionAt(whole.end));
      const place: LensTarget = { uri: document.uri, range: wholeRange };
      const lens = (title: string, command: string) =>
        new vscode.CodeLens(range, { title, command, arguments: [place] });
      return [
        lens(apply, COMMANDS.applyDocument),
        lens(vscode.l10n.t('Compare with Cluster'), COMMANDS.compareManifest),
        ...(isConnected ? [new StateLens(range, place, object)] : []),
      ];
    });
  }

  async resolveCodeLens(lens: vscode.CodeLens): Promise<vscode.CodeLens> {
    if (!(lens instanceof StateLens)) return lens;
    const { place, object } = lens;
    lens.command = {
      ...(await this.#stateText(place.uri, object)),
      command: COMMANDS.compareManifest,
      arguments: [place],
    };
    return lens;
  }

  // Opening a file is no reason to sign in to a cluster, nor to ask what the workspace may do.
  async #isConnected(uri: vscode.Uri): Promise<boolean> {
    if (!this.#targets.used) return false;
    const place = await this.#places.of(uri);
    return place !== undefined && this.#clusters.isOpen(place.target, place.context);
  }

  async #stateText(uri: vscode.Uri, object: KubernetesObject): Promise<{ title: string; tooltip?: string }> {
    const place = await this.#places.of(uri);
    if (!place) return { title: '' };
    const connection = await this.#clusters.connect(place.target, place.context);
    const state = await manifestState(() => connection, object, AbortSignal.timeout(TIMEOUT_MS));
    const tooltip = 'why' in state ? state.why : vscode.l10n.t('Context {0}', connection.context.name);
    return { title: `$(${stateIcon(state)}) ${stateText(state)}`, tooltip };
  }
}

/** At the top of a kustomization. */
function kustomizationLenses(uri: vscode.Uri): vscode.CodeLens[] {
  const place = { type: 'kustomization', uri };
  const lens = (title: string, command: string) =>
    new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { title, command, arguments: [place] });
  return [
    lens(vscode.l10n.t('Apply'), COMMANDS.applyManifests),
    lens(vscode.l10n.t('Compare with Cluster'), COMMANDS.compareManifest),
  ];
}

/** Commands can be called with any argument. */
export function isLensTarget(value: unknown): value is LensTarget {
  return (
    typeof value === 'object' &&
    value !== null &&
    'uri' in value &&
    value.uri instanceof vscode.Uri &&
    'range' in value &&
    value.range instanceof vscode.Range
  );
}
