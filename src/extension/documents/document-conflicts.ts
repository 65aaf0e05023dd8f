import * as vscode from 'vscode';
import { RejectedError } from '../../kubernetes/apimachinery/errors.ts';
import { COMMANDS, LIVE_SCHEME, SCHEME } from '../common/ids.ts';
import { formatError } from '../common/problems.ts';
import { reportError } from '../writing/report.ts';
import type { ClusterObjects, SaveListener } from './cluster-objects.ts';
import { CONFLICT, DocumentProblems, openDocument } from './document-problems.ts';
import { bringToFront } from './document-tabs.ts';
import type { ObjectFileSystem } from './object-file-system.ts';
import type { TextProblem } from './text-problems.ts';

/** How long a quiet note stays, in milliseconds. */
const NOTE_MS = 5_000;

/** Conflicts between a document and the cluster: marks the fields and does what the user chooses. */
export class DocumentConflicts implements SaveListener, vscode.Disposable {
  readonly #log: vscode.LogOutputChannel;
  /** The problems of documents, `k8s:` or other. */
  readonly problems = new DocumentProblems();
  readonly #decorated = new vscode.EventEmitter<vscode.Uri>();
  /** Documents of live objects that are to be read again. */
  readonly #liveChanged = new vscode.EventEmitter<vscode.Uri>();
  readonly #behind = new Set<string>();
  #registrations: vscode.Disposable[] = [];
  #files: ObjectFileSystem | undefined;
  #objects: ClusterObjects | undefined;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
  }

  /** Registers the badge, the code actions and the diff for these documents. */
  register(files: ObjectFileSystem, objects: ClusterObjects): void {
    this.#files = files;
    this.#objects = objects;
    this.#registrations = [
      files.onDidChangeDraft((uri) => this.#decorated.fire(uri)),
      files.onDidChangeLive((uri) => this.#liveChanged.fire(liveUri(uri))),
      files.onDidFallBehind((uri) => {
        // Nobody asked for it: the log is enough.
        this.#compare(uri).catch((error: unknown) =>
          this.#log.info(`${uri.path} is not compared: ${formatError(error)}`),
        );
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        const { uri, isDirty } = document;
        if (uri.scheme === SCHEME && !isDirty && !files.hasHiddenEdits(uri)) this.#settle(uri);
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri, isClosed }) => {
        // A change of its language is told as closing, too.
        if (isClosed) this.#settle(uri);
      }),
      vscode.window.registerFileDecorationProvider({
        onDidChangeFileDecorations: this.#decorated.event,
        provideFileDecoration: (uri) =>
          this.#behind.has(uri.toString())
            ? behindDecoration()
            : uri.scheme === SCHEME && files.hasDraft(uri)
              ? draftDecoration()
              : undefined,
      }),
      vscode.workspace.registerTextDocumentContentProvider(LIVE_SCHEME, {
        onDidChange: this.#liveChanged.event,
        provideTextDocumentContent: (uri) => files.liveText(uri.with({ scheme: SCHEME })),
      }),
      vscode.languages.registerCodeActionsProvider(
        { scheme: SCHEME },
        { provideCodeActions: ({ uri }, _range, { diagnostics }) => choices(uri, diagnostics) },
        { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
      ),
    ];
  }

  dispose(): void {
    for (const one of [...this.#registrations, this.problems, this.#decorated, this.#liveChanged]) one.dispose();
  }

  onSaved(uri: vscode.Uri, written: boolean): void {
    this.#settle(uri);
    const words = written
      ? vscode.l10n.t('$(check) Written to the cluster')
      : vscode.l10n.t('$(check) Nothing to change');
    vscode.window.setStatusBarMessage(words, NOTE_MS);
  }

  async onFailed(uri: vscode.Uri, error: unknown): Promise<void> {
    const document = openDocument(uri);
    const [{ ConflictError }, { TextError }] = await Promise.all([
      import('./object-saving.ts'),
      import('./text-problems.ts'),
    ]);
    if (document && error instanceof ConflictError) {
      this.problems.show(document, [], error.placed);
      this.#report(this.#offer(document));
    } else if (document && error instanceof TextError) {
      this.problems.show(document, error.problems, []);
      this.#report(this.#explain(document, error.problems));
    } else if (error instanceof RejectedError) {
      vscode.window.setStatusBarMessage(vscode.l10n.t('$(circle-slash) Nothing was written'), NOTE_MS);
    } else {
      void reportError(this.#log, error);
    }
  }

  /** Saves the document over others' changes. */
  async overwrite(uri: vscode.Uri): Promise<void> {
    await this.#objects?.saveByForce(uri);
  }

  /** Shows the live object beside the document, in the diff editor. */
  async showLive(uri: vscode.Uri): Promise<void> {
    const live = liveUri(uri);
    await this.#files?.refresh(uri);
    // A diff that is already open comes to the front as it is.
    this.#liveChanged.fire(live);
    const title = vscode.l10n.t('{0} (cluster ↔ yours)', nameOf(uri));
    await vscode.commands.executeCommand('vscode.diff', live, uri, title);
  }

  /** Discards the user's edits and shows the live object. */
  async reload(uri: vscode.Uri): Promise<void> {
    await bringToFront(uri);
    // Nothing that takes time comes between: the editor that is active by then is reverted without a question.
    this.#files?.discard(uri);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    this.#settle(uri);
    // An object that is gone cannot be read again.
    await this.#files?.refresh(uri).catch(() => undefined);
  }

  async #offer({ uri }: vscode.TextDocument): Promise<void> {
    const overwrite = vscode.l10n.t('Apply Anyway');
    const showLive = vscode.l10n.t('Compare with Cluster');
    const reload = vscode.l10n.t('Discard Edits');
    const words = vscode.l10n.t('{0} was not written: others have set the marked fields.', nameOf(uri));
    const answer = await vscode.window.showWarningMessage(words, overwrite, showLive, reload);
    if (answer === overwrite) await this.overwrite(uri);
    if (answer === showLive) await this.showLive(uri);
    if (answer === reload) await this.reload(uri);
  }

  async #explain({ uri }: vscode.TextDocument, problems: readonly TextProblem[]): Promise<void> {
    const show = vscode.l10n.t('Show Problems');
    const [{ message = '' } = {}] = problems;
    const words = vscode.l10n.t('{0} was not written: {1}', nameOf(uri), message);
    if ((await vscode.window.showWarningMessage(words, show)) === show)
      await vscode.commands.executeCommand('workbench.actions.view.problems');
  }

  // A dirty document is not updated; mark what changed in the cluster.
  async #compare(uri: vscode.Uri): Promise<void> {
    const key = uri.toString();
    const document = openDocument(uri);
    const { shown, live } = this.#files?.objects(uri) ?? {};
    if (!document || !(document.isDirty || this.#files?.hasHiddenEdits(uri)) || !shown || !live) return;
    const { conflictsIn } = await import('./object-saving.ts');
    const { connection, coordinates } = (await this.#objects?.connect(uri)) ?? {};
    if (!connection || !coordinates) return;
    const resource = await connection.discovery.resolve(coordinates.resource);
    const conflicts = await conflictsIn(document.getText(), resource, shown, live);
    if (conflicts.length === 0) return;
    this.problems.show(document, [], conflicts);
    this.#behind.add(key);
    this.#decorated.fire(uri);
  }

  // What the user chose, after the save has ended.
  #report(work: Promise<void>): void {
    work.catch((error: unknown) => reportError(this.#log, error));
  }

  #settle(uri: vscode.Uri): void {
    this.problems.clear(uri);
    if (this.#behind.delete(uri.toString())) this.#decorated.fire(uri);
  }
}

function draftDecoration(): vscode.FileDecoration {
  const tooltip = vscode.l10n.t('Edited, and not written to the cluster');
  return new vscode.FileDecoration('✎', tooltip, new vscode.ThemeColor('gitDecoration.modifiedResourceForeground'));
}

function liveUri(uri: vscode.Uri): vscode.Uri {
  return uri.with({ scheme: LIVE_SCHEME });
}

function nameOf({ path }: vscode.Uri): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.yaml$/, '');
}

function behindDecoration(): vscode.FileDecoration {
  const tooltip = vscode.l10n.t('Changed in the cluster since you began to edit');
  return new vscode.FileDecoration('↯', tooltip, new vscode.ThemeColor('list.warningForeground'));
}

function choices(uri: vscode.Uri, diagnostics: readonly vscode.Diagnostic[]): vscode.CodeAction[] {
  const conflicts = diagnostics.filter(({ code }) => code === CONFLICT);
  if (conflicts.length === 0) return [];
  const commands: [string, string][] = [
    [vscode.l10n.t('Compare with Cluster'), COMMANDS.showLive],
    [vscode.l10n.t('Apply Anyway'), COMMANDS.overwriteLive],
    [vscode.l10n.t('Discard Edits'), COMMANDS.reloadDocument],
  ];
  return commands.map(([title, command]) => {
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.diagnostics = conflicts;
    action.command = { title, command, arguments: [uri] };
    return action;
  });
}
