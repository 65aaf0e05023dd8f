import * as vscode from 'vscode';
import { formatError } from '../common/problems.ts';
import type { Clusters } from '../targets/clusters.ts';
import type { Targets } from '../targets/targets.ts';
import { LogBuffer } from './log-buffer.ts';
import type { FollowedLine } from './log-follower.ts';
import { sourceOf } from './log-source.ts';
import { LOG_SCHEME, type LogAddress, logAddress, logUri } from './log-uri.ts';

/** A log that is being followed. */
interface Followed {
  buffer: LogBuffer;
  controller: AbortController;
  mtime: number;
}

/** How many of the newest lines to begin with. */
const LINES = 2_000;

/** Logs as read-only documents that grow. Each is followed while it is open. */
export class LogDocuments implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #targets: Targets;
  readonly #clusters: Clusters;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #followed = new Map<string, Followed>();
  /** The lines that editors show. */
  readonly #shown = new WeakMap<vscode.TextEditor, vscode.Range>();
  readonly #subscriptions: vscode.Disposable[];

  readonly onDidChangeFile = this.#changed.event;

  constructor(targets: Targets, clusters: Clusters, log: vscode.LogOutputChannel) {
    this.#targets = targets;
    this.#clusters = clusters;
    this.#log = log;
    this.#subscriptions = [
      this.#changed,
      vscode.workspace.registerFileSystemProvider(LOG_SCHEME, this, { isCaseSensitive: true, isReadonly: true }),
      // With another language, a document is closed and opened without being closed.
      vscode.workspace.onDidCloseTextDocument(({ uri, isClosed }) => isClosed && this.#stop(uri)),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => this.#stopClosed(closed)),
      vscode.workspace.onDidChangeTextDocument(showEnd),
      vscode.window.onDidChangeTextEditorVisibleRanges((event) => this.#stayAtEnd(event)),
    ];
  }

  dispose(): void {
    for (const { controller } of this.#followed.values()) controller.abort();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** Opens a log as text at its end, and follows it. */
  async show(address: LogAddress): Promise<void> {
    const uri = vscode.Uri.parse(logUri(address), true);
    const editor = await vscode.window.showTextDocument(uri, { preview: false });
    revealEnd(editor);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    // VS Code asks for every editor, also for the viewer, which reads the log by itself.
    const { mtime = 0, buffer } = this.#followed.get(uri.toString()) ?? {};
    return { type: vscode.FileType.File, ctime: 0, mtime, size: buffer?.length ?? 0 };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return Buffer.from(this.#follow(uri).buffer.text);
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.FileNotFound(uri);
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  #follow(uri: vscode.Uri): Followed {
    const address = logAddress(uri.path, uri.query);
    if (!address) throw vscode.FileSystemError.FileNotFound(uri);
    const known = this.#followed.get(uri.toString());
    if (known) return known;
    const followed: Followed = { buffer: new LogBuffer(), controller: new AbortController(), mtime: Date.now() };
    this.#followed.set(uri.toString(), followed);
    void this.#read(uri, address, followed);
    return followed;
  }

  async #read(uri: vscode.Uri, address: LogAddress, followed: Followed): Promise<void> {
    const { signal } = followed.controller;
    const onLines = (lines: readonly FollowedLine[]) => {
      if (signal.aborted) return;
      followed.buffer.add(lines.map(textOf));
      followed.mtime = Math.max(Date.now(), followed.mtime + 1);
      this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    };
    try {
      const source = () => sourceOf(this.#targets, this.#clusters, address);
      const { follow } = await import('./log-follower.ts');
      const { container, previous } = address;
      await follow({ source, container, previous, lines: LINES, onLines, signal });
    } catch (error) {
      if (signal.aborted) return;
      const problem = formatError(error);
      this.#log.warn(`${uri.path}: ${problem}`);
      onLines([{ time: undefined, text: problem, source: undefined, isNote: true }]);
    }
  }

  // VS Code keeps documents in memory for minutes after their tabs close.
  #stopClosed(closed: readonly vscode.Tab[]): void {
    const open = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(uriOfTab));
    for (const tab of closed) {
      const uri = uriOfTab(tab);
      if (uri?.scheme === LOG_SCHEME && !open.some((other) => other?.toString() === uri.toString())) this.#stop(uri);
    }
  }

  // An editor that becomes lower keeps its first line; one that is scrolled does not.
  #stayAtEnd({ textEditor: editor, visibleRanges }: vscode.TextEditorVisibleRangesChangeEvent): void {
    const [now] = visibleRanges;
    if (editor.document.uri.scheme !== LOG_SCHEME || !now) return;
    const before = this.#shown.get(editor);
    this.#shown.set(editor, now);
    const end = editor.document.lineCount - 2;
    if (before && before.end.line >= end && now.end.line < end && now.start.line === before.start.line)
      revealEnd(editor);
  }

  #stop(uri: vscode.Uri): void {
    this.#followed.get(uri.toString())?.controller.abort();
    this.#followed.delete(uri.toString());
  }
}

function textOf({ source, text, isNote }: FollowedLine): string {
  return `${source?.prefix ?? ''}${isNote ? '# ' : ''}${text}`;
}

function uriOfTab({ input }: vscode.Tab): vscode.Uri | undefined {
  return input instanceof vscode.TabInputText ? input.uri : undefined;
}

// Editors at the end of a log stay at the end; scrolled-up editors stay where they are.
function showEnd({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
  if (document.uri.scheme !== LOG_SCHEME || contentChanges.length === 0) return;
  const added = contentChanges.reduce(
    (sum, { range, text }) => sum + text.split('\n').length - 1 - (range.end.line - range.start.line),
    0,
  );
  for (const editor of vscode.window.visibleTextEditors) {
    const last = editor.visibleRanges.at(-1)?.end.line ?? 0;
    if (editor.document === document && last >= document.lineCount - added - 2) revealEnd(editor);
  }
}

function revealEnd(editor: vscode.TextEditor): void {
  const end = new vscode.Position(editor.document.lineCount - 1, 0);
  editor.revealRange(new vscode.Range(end, end));
}
