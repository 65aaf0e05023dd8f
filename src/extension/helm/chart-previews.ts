import { dirname, join, relative } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../kubernetes/apimachinery/errors.ts';
import { isBelow } from '../../kubernetes/client/places.ts';
import type { ReleasePlace } from '../../kubernetes/helm/release-record.ts';
import { SOURCE } from '../common/ids.ts';
import { formatError } from '../common/problems.ts';
import type { Targets } from '../targets/targets.ts';
import { workspacePaths } from '../targets/workspace-places.ts';
import { chartAsEdited } from './unsaved-chart.ts';

const SCHEME = 'k8s-chart';
/** Release name and namespace for a chart rendered on its own. */
const OWN_PLACE: ReleasePlace = { name: 'release', namespace: 'default' };
/** Idle time after an edit before a chart is rendered again, in milliseconds. */
const DELAY_MS = 400;

/** What to render. */
interface Preview {
  folder: string;
  /** Values files besides the chart's own. */
  values: string[];
  place: ReleasePlace;
}

/** Rendered workspace charts as documents that follow edits of the chart's files, saved or not. */
export class ChartPreviews implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #targets: Targets;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #problems = vscode.languages.createDiagnosticCollection('mcp-k8s-charts');
  readonly #subscriptions: vscode.Disposable[];
  readonly #stale = new Set<vscode.Uri>();
  #timer: NodeJS.Timeout | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(targets: Targets) {
    this.#targets = targets;
    this.#subscriptions = [
      this.#changed,
      this.#problems,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#edited(document.uri)),
      vscode.workspace.onDidSaveTextDocument(({ uri }) => this.#edited(uri)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        for (const uri of shownPreviews()) this.#changed.fire(uri);
      }),
    ];
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** The document of a chart folder rendered with these values files. */
  uri(folder: string, values: readonly string[], place: ReleasePlace = OWN_PLACE): vscode.Uri {
    const query = JSON.stringify({ folder, values, place });
    return vscode.Uri.from({ scheme: SCHEME, path: `/${folder.replace(/^.*[\\/]/, '')}/rendered.yaml`, query });
  }

  async show(folder: string, values: readonly string[]): Promise<void> {
    const options = { preview: false, viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    await vscode.window.showTextDocument(this.uri(folder, values), options);
  }

  async provideTextDocumentContent({ query }: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const { folder, values, place } = JSON.parse(query) as Preview;
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    const { TemplateError } = await import('../../kubernetes/helm/render.ts');
    this.#forget(folder);
    try {
      return await this.#render({ folder, values, place }, controller.signal);
    } catch (error) {
      if (error instanceof TemplateError && error.file !== undefined)
        this.#report(folder, error.file, error.line, error.message);
      return `# ${formatError(error).replaceAll('\n', '\n# ')}\n`;
    }
  }

  async #render({ folder, values, place }: Preview, signal: AbortSignal): Promise<string> {
    if (!vscode.workspace.isTrusted) throw new UserError(vscode.l10n.t('Charts are not rendered in Restricted Mode.'));
    // A program is looked for, not a cluster: outside of folders that differ, that of the first will do.
    const target = (await this.#targets.ofFile(vscode.Uri.file(folder))) ?? (await this.#targets.named(undefined));
    const [{ findHelm }, { render }, { assertContained }, { redactedText }, { workFolder }] = await Promise.all([
      import('../../kubernetes/helm/helm-program.ts'),
      import('../../kubernetes/helm/render.ts'),
      import('../../kubernetes/helm/chart.ts'),
      import('../../kubernetes/helm/release-objects.ts'),
      import('../../kubernetes/helm/work-folder.ts'),
    ]);
    await assertContained(folder);
    const program = await findHelm(target?.settings['helm.path'], workspacePaths());
    await using scratch = await workFolder();
    const chart = await chartAsEdited(folder, scratch.path);
    const files = values.map((file) => (isBelow(file, folder) ? join(chart, relative(folder, file)) : file));
    const rendering = { chart, place, values: undefined, files };
    return redactedText(await render(program, rendering, signal));
  }

  #edited({ scheme, fsPath }: vscode.Uri): void {
    if (scheme !== 'file') return;
    const touched = shownPreviews().filter(({ query }) => {
      const { folder } = JSON.parse(query) as Preview;
      return isBelow(fsPath, folder);
    });
    if (touched.length === 0) return;
    for (const uri of touched) this.#stale.add(uri);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      for (const uri of this.#stale) this.#changed.fire(uri);
      this.#stale.clear();
    }, DELAY_MS);
  }

  // Helm prefixes file names with the chart's name, which may differ from the folder's.
  #report(folder: string, file: string, line = 1, message: string): void {
    const path = join(folder, file.replace(/^[^/]+\//, ''));
    const range = new vscode.Range(Math.max(0, line - 1), 0, Math.max(0, line - 1), Number.MAX_SAFE_INTEGER);
    const problem = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Error);
    problem.source = SOURCE;
    this.#problems.set(vscode.Uri.file(path), [problem]);
  }

  #forget(folder: string): void {
    this.#problems.forEach((uri) => {
      if (isBelow(uri.fsPath, folder)) this.#problems.delete(uri);
    });
  }
}

function shownPreviews(): vscode.Uri[] {
  return vscode.workspace.textDocuments.map(({ uri }) => uri).filter(({ scheme }) => scheme === SCHEME);
}

/** The chart folder of a file: the nearest ancestor with a Chart.yaml. */
export async function chartFolderOf(file: vscode.Uri): Promise<string | undefined> {
  const root = vscode.workspace.getWorkspaceFolder(file)?.uri.fsPath;
  if (root === undefined) return undefined;
  for (let folder = file.fsPath; !relative(root, folder).startsWith('..'); folder = dirname(folder)) {
    const found = await Promise.resolve(vscode.workspace.fs.stat(vscode.Uri.file(join(folder, 'Chart.yaml')))).catch(
      () => undefined,
    );
    if (found) return folder;
    if (dirname(folder) === folder) return undefined;
  }
  return undefined;
}
