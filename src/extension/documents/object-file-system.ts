import * as vscode from 'vscode';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { SCHEME } from '../common/ids.ts';
import { formatError } from '../common/problems.ts';
import { isShown } from './document-tabs.ts';
import { documentAddress } from './document-uri.ts';
import { isMadeFrom, type KeptEdits } from './kept-edits.ts';
import type { ObjectText } from './object-text.ts';

/** How long a read is reused for VS Code's calls in a row: stat, stat again, read. */
const CACHE_MS = 2_000;

/** The cluster, as the file system uses it. */
export interface ObjectSource {
  read(uri: vscode.Uri): Promise<ObjectText>;
  /** Makes the object match the text; `base` is the object the user started from. Returns the result. */
  write(uri: vscode.Uri, text: string, base: KubernetesObject | undefined): Promise<ObjectText | Unwritten>;
  /** Yields the object whenever it changes; undefined when it is deleted. */
  follow(uri: vscode.Uri, signal: AbortSignal): AsyncIterable<ObjectText | undefined>;
}

/** Why nothing was written: the user knows, or did not ask for it. VS Code's own error says neither. */
export type Unwritten = 'refused' | 'auto save';

interface Version {
  bytes: Uint8Array;
  mtime: number;
  /** Absent for an explanation. */
  object?: KubernetesObject;
}

interface Entry {
  ctime: number;
  /** When it was read, by `performance.now`. */
  at: number;
  /** `explained`: never read so far, and the document says why. `gone`: deleted from the cluster while shown. */
  state: 'live' | 'explained' | 'gone';
  /** What is explained is that the cluster has no such object. */
  isMissing?: boolean;
  /** The cluster's version. */
  live: Version;
  /** The version the user edits: older than `live` if the object has changed since the document became dirty. */
  shown: Version;
  /** A text of the user's that is saved nowhere but here. */
  draft?: Version;
  /** What an edit was begun from before the window was reloaded. */
  restored?: KubernetesObject | undefined;
}

/** Live objects as files, which are read-only until the user begins to edit. An object that cannot be read becomes a document that says why. */
export class ObjectFileSystem implements vscode.FileSystemProvider {
  readonly #source: ObjectSource;
  readonly #log: vscode.LogOutputChannel;
  readonly #kept: KeptEdits;
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #behind = new vscode.EventEmitter<vscode.Uri>();
  readonly #liveChanged = new vscode.EventEmitter<vscode.Uri>();
  readonly #draftChanged = new vscode.EventEmitter<vscode.Uri>();
  readonly #editingChanged = new vscode.EventEmitter<void>();
  readonly #again = new vscode.EventEmitter<void>();
  readonly #entries = new Map<string, Entry>();
  readonly #editing = new Set<string>();
  /** Documents with a text that VS Code believes to be saved, and is not. */
  readonly #unwritten = new Set<string>();
  readonly #loading = new Map<string, Promise<Entry>>();
  readonly #subscriptions: vscode.Disposable[];

  /** A document became editable, or read-only. */
  readonly onDidChangeEditing = this.#editingChanged.event;
  /** A document has edits that auto save took, or has them no more. */
  readonly onDidChangeDraft = this.#draftChanged.event;
  readonly onDidChangeFile = this.#changed.event;
  /** The object of a dirty document has changed in the cluster. */
  readonly onDidFallBehind = this.#behind.event;
  /** The cluster has another version than was read before, whatever the document shows. */
  readonly onDidChangeLive = this.#liveChanged.event;

  constructor(source: ObjectSource, kept: KeptEdits, log: vscode.LogOutputChannel) {
    this.#source = source;
    this.#kept = kept;
    this.#log = log;
    const catchUp = (document: vscode.TextDocument) => {
      if (document.uri.scheme === SCHEME && !document.isDirty) this.#catchUp(document);
    };
    this.#subscriptions = [
      vscode.workspace.onDidCloseTextDocument((document) => {
        // A change of its language is told as closing, too.
        if (document.isClosed && document.uri.scheme === SCHEME) this.#onDocumentClosed(document);
      }),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        for (const { input } of closed) if (input instanceof vscode.TabInputText) this.#onTabClosed(input.uri);
      }),
      vscode.workspace.onDidOpenTextDocument(catchUp),
      vscode.workspace.onDidChangeTextDocument(({ document }) => catchUp(document)),
      vscode.workspace.onDidSaveTextDocument((document) => {
        if (this.#unwritten.has(document.uri.toString())) void this.#keepDirty(document);
        else catchUp(document);
      }),
    ];
  }

  dispose(): void {
    for (const disposable of [
      ...this.#subscriptions,
      this.#changed,
      this.#behind,
      this.#liveChanged,
      this.#editingChanged,
      this.#draftChanged,
      this.#again,
    ])
      disposable.dispose();
  }

  /** The object the document shows and the one in the cluster, where known. */
  objects(uri: vscode.Uri): { shown: KubernetesObject | undefined; live: KubernetesObject | undefined } {
    const key = uri.toString();
    const entry = this.#entries.get(key);
    const text = vscode.workspace.textDocuments.find((document) => document.uri.toString() === key)?.getText() ?? '';
    return { shown: baseOf(entry, text), live: entry?.live.object };
  }

  /** May the user edit the document? */
  isEditing(uri: vscode.Uri): boolean {
    return this.#editing.has(uri.toString());
  }

  /** Does the document have edits that auto save took, or that its closed tab left? */
  hasDraft(uri: vscode.Uri): boolean {
    const entry = this.#entries.get(uri.toString());
    // A tab in the background is not read before it is shown.
    return (entry ? entry.draft : this.#kept.get(uri)?.text) !== undefined;
  }

  /** Does the document have edits that look saved? */
  hasHiddenEdits(uri: vscode.Uri): boolean {
    return this.#unwritten.has(uri.toString()) || this.hasDraft(uri);
  }

  /** Lets the user edit the document. @throws what reading the object throws. */
  async edit(uri: vscode.Uri): Promise<void> {
    this.#known(uri);
    const wasEditing = this.isEditing(uri);
    this.#setEditing(uri, true);
    try {
      await this.refresh(uri);
    } catch (error) {
      if (!wasEditing) this.#setEditing(uri, false);
      throw error;
    }
    this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  /** Makes it read-only again, and drops the user's edits; at once, not after a read. */
  discard(uri: vscode.Uri): void {
    const key = uri.toString();
    const entry = this.#known(uri);
    this.#setEditing(uri, false);
    this.#unwritten.delete(key);
    if (entry) this.#entries.set(key, withoutDraft(entry));
    this.#draftChanged.fire(uri);
    this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  /** The cluster's version of the object as text. @throws what reading it throws. */
  async liveText(uri: vscode.Uri): Promise<string> {
    const known = this.#known(uri);
    const entry = known?.state === 'live' && isFresh(known) ? known : await this.#load(uri);
    return Buffer.from(entry.live.bytes).toString();
  }

  /**
   * Reloads the object and updates an open document.
   * @throws what reading it threw; a missing object marks its document as deleted.
   */
  async refresh(uri: vscode.Uri): Promise<void> {
    try {
      await this.#load(uri);
    } catch (error) {
      if (await isMissing(error)) this.#markGone(uri);
      throw error;
    }
  }

  /** Reads again what could not be read, and follows what could not be followed. */
  retry(): void {
    this.#again.fire();
    for (const [key, { state }] of this.#entries)
      if (state === 'explained') void this.refresh(vscode.Uri.parse(key, true)).catch(() => undefined);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { ctime, state, shown, draft } = await this.#entry(uri);
    const { mtime, bytes } = draft ?? shown;
    // An explanation is nothing to edit; the user's text is, also where it is all there is.
    const isEditable = this.isEditing(uri) && (state !== 'explained' || draft !== undefined || isDirty(uri));
    return {
      type: vscode.FileType.File,
      ...(isEditable ? {} : { permissions: vscode.FilePermission.Readonly }),
      ctime,
      // With a newer mtime VS Code would refuse to save without saying what is newer; saving checks that itself.
      mtime,
      size: bytes.length,
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const { live, draft } = await this.#entry(uri);
    return (draft ?? live).bytes;
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    if (!documentAddress(uri.path, uri.query)) throw vscode.FileSystemError.NoPermissions(uri);
    const key = uri.toString();
    const text = Buffer.from(content).toString();
    const saved = await this.#source.write(uri, text, baseOf(this.#known(uri), text));
    if (typeof saved === 'string') {
      if (saved === 'refused' && isShown(uri)) this.#unwritten.add(key);
      else this.#keepDraft(uri, content);
      return;
    }
    this.#setEditing(uri, false);
    const entry = withoutDraft(this.#accept(uri, saved));
    // VS Code takes what it has saved for the content.
    const { mtime, ...live } = entry.live;
    this.#entries.set(key, { ...entry, live: { ...live, mtime: mtime + 1 } });
    this.#draftChanged.fire(uri);
  }

  // VS Code calls this only while an editor shows the document.
  watch(uri: vscode.Uri): vscode.Disposable {
    const following = new AbortController();
    if (documentAddress(uri.path, uri.query)) void this.#follow(uri, following.signal);
    return new vscode.Disposable(() => following.abort());
  }

  readDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.FileNotFound(uri);
  }

  // VS Code creates the parent folder before it saves a deleted file.
  createDirectory(): void {}

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  #onDocumentClosed(document: vscode.TextDocument): void {
    const { uri } = document;
    const key = uri.toString();
    const hasDraft = this.hasDraft(uri);
    const { state, isMissing } = this.#entries.get(key) ?? {};
    const wasShown = state === 'live' || state === 'gone';
    if (hasDraft && wasShown) return;
    this.#entries.delete(key);
    const wasEditing = this.#editing.delete(key);
    // What was kept for a document that could not be shown is for the day when it can, unless the user has dropped it.
    const isOver = wasShown ? wasEditing : isMissing || !isExplanation(document.getText());
    if (isOver && !hasDraft) this.#kept.forget(uri);
  }

  // VS Code keeps the document for a while: when it is opened again, it is to be read first again.
  #onTabClosed(uri: vscode.Uri): void {
    const { state, isMissing } = this.#entries.get(uri.toString()) ?? {};
    if (state === 'explained' && !isMissing) return;
    if (!this.isEditing(uri) || isShown(uri) || isDirty(uri) || this.hasHiddenEdits(uri)) return;
    this.#setEditing(uri, false);
    this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  #setEditing(uri: vscode.Uri, editing: boolean): void {
    if (editing) this.#editing.add(uri.toString());
    else if (this.#editing.delete(uri.toString())) this.#kept.forget(uri);
    this.#editingChanged.fire();
  }

  // Until it is written or discarded, the document shows it, also when it was closed meanwhile.
  #keepDraft(uri: vscode.Uri, bytes: Uint8Array): void {
    const entry = this.#known(uri);
    const mtime = Math.max(Date.now(), ((entry?.draft ?? entry?.shown)?.mtime ?? 0) + 1);
    if (entry) this.#entries.set(uri.toString(), { ...entry, draft: { bytes, mtime } });
    const text = Buffer.from(bytes).toString();
    this.#kept.keep(uri, { base: baseOf(entry, text), text });
    this.#draftChanged.fire(uri);
  }

  // The text is not saved: the tab has to say so, and VS Code to ask before it closes it.
  async #keepDirty(document: vscode.TextDocument): Promise<void> {
    const { uri } = document;
    const end = document.lineAt(document.lineCount - 1).range.end;
    const [insertion, deletion] = [new vscode.WorkspaceEdit(), new vscode.WorkspaceEdit()];
    insertion.insert(uri, end, ' ');
    deletion.delete(uri, new vscode.Range(end, end.translate(0, 1)));
    await vscode.workspace.applyEdit(insertion);
    await vscode.workspace.applyEdit(deletion);
    this.#unwritten.delete(uri.toString());
  }

  async #follow(uri: vscode.Uri, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const text of this.#source.follow(uri, signal)) {
          if (signal.aborted) return;
          if (text) this.#accept(uri, text);
          else this.#markGone(uri);
        }
      } catch (error) {
        if (signal.aborted) return;
        this.#log.info(`${uri.path} is not followed for now: ${formatError(error)}`);
      }
      // Not after a while: trying may ask the user to sign in.
      await this.#untilAgain(signal);
    }
  }

  async #untilAgain(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    const heard = this.#again.event(wake);
    signal.addEventListener('abort', wake);
    await promise;
    signal.removeEventListener('abort', wake);
    heard.dispose();
  }

  async #entry(uri: vscode.Uri): Promise<Entry> {
    // Other extensions look for their own files beside any document.
    if (!documentAddress(uri.path, uri.query)) throw vscode.FileSystemError.FileNotFound(uri);
    const known = this.#known(uri);
    const entry = known && isFresh(known) ? known : await this.#loadOrExplain(uri);
    if (entry.state === 'gone' && !this.hasHiddenEdits(uri)) throw vscode.FileSystemError.FileNotFound(uri);
    return entry;
  }

  async #loadOrExplain(uri: vscode.Uri): Promise<Entry> {
    try {
      return await this.#load(uri);
    } catch (error) {
      const problem = formatError(error);
      this.#log.warn(`${uri.path}: ${problem}`);
      const { explanation } = await import('./object-text.ts');
      const isGone = await isMissing(error);
      // Not before now: the user may have written meanwhile.
      const known = this.#known(uri);
      // Keep what is already shown; explain only what never was.
      const entry: Entry =
        known && known.state !== 'explained'
          ? { ...known, at: performance.now(), state: isGone ? 'gone' : known.state }
          : { ...explained(known, Buffer.from(explanation(uri.path.slice(1), problem))), isMissing: isGone };
      this.#entries.set(uri.toString(), entry);
      return entry;
    }
  }

  /** What is known of a document; of one that was being edited before the window was reloaded, at first only that. */
  #known(uri: vscode.Uri): Entry | undefined {
    const key = uri.toString();
    const known = this.#entries.get(key);
    const kept = known ? undefined : this.#kept.get(uri);
    if (!kept) return known;
    // VS Code keeps dirty texts itself, and saves none over what is newer.
    const mtime = 0;
    const nothing: Version = { bytes: new Uint8Array(), mtime };
    const draft = kept.text === undefined ? {} : { draft: { bytes: Buffer.from(kept.text), mtime } };
    const own = { ...draft, restored: kept.base };
    const at = Number.NEGATIVE_INFINITY;
    const entry: Entry = { ctime: 0, at, state: 'explained', live: nothing, shown: nothing, ...own };
    this.#entries.set(key, entry);
    this.#setEditing(uri, true);
    this.#draftChanged.fire(uri);
    return entry;
  }

  #load(uri: vscode.Uri): Promise<Entry> {
    const key = uri.toString();
    const running = this.#loading.get(key);
    if (running) return running;
    const loading = this.#source
      .read(uri)
      .then((text) => this.#accept(uri, text))
      .finally(() => this.#loading.delete(key));
    this.#loading.set(key, loading);
    return loading;
  }

  /** Stores the cluster's version and notifies if something else is shown. */
  #accept(uri: vscode.Uri, { text, editable, created, modified, object }: ObjectText): Entry {
    const key = uri.toString();
    const known = this.#known(uri);
    const bytes = Buffer.from(this.#editing.has(key) ? editable : text);
    const unchanged = known?.state === 'live' && bytes.equals(known.live.bytes);
    // All that counts is that it grows.
    const mtime = known ? known.live.mtime + (unchanged ? 0 : 1) : modified;
    const live: Version = { bytes, mtime, object };
    const dirty = known !== undefined && (isDirty(uri) || this.hasHiddenEdits(uri));
    // No text was made from an explanation.
    const begun = known?.shown.object ? known.shown : { ...live, object: known?.restored ?? object };
    const shown = dirty ? begun : live;
    const at = performance.now();
    const entry: Entry = { ...known, ctime: created, at, state: 'live', isMissing: false, live, shown };
    this.#entries.set(key, entry);
    if (this.#editing.has(key) && !dirty) this.#kept.keep(uri, { base: known?.restored ?? object });
    if (known?.state === 'explained') this.#again.fire();
    if (unchanged) return entry;
    this.#liveChanged.fire(uri);
    if (!known) return entry;
    const { Changed, Created } = vscode.FileChangeType;
    this.#changed.fire([{ type: known.state === 'gone' ? Created : Changed, uri }]);
    if (dirty) this.#behind.fire(uri);
    return entry;
  }

  /** Whatever is typed from now on is made from what the document shows. */
  #catchUp(document: vscode.TextDocument): void {
    const { uri } = document;
    const key = uri.toString();
    const entry = this.#entries.get(key);
    if (!entry || this.hasHiddenEdits(uri)) return;
    const { live, shown } = entry;
    // VS Code opens a text that it brings back before it says that it is dirty; an explanation is nothing to start from.
    const isBegun = entry.restored && (!live.object || isMadeFrom(document.getText(), entry.restored));
    const restored = isBegun ? entry.restored : undefined;
    if (shown === live && restored === entry.restored) return;
    this.#entries.set(key, { ...entry, shown: live, restored });
    if (this.#editing.has(key)) this.#kept.keep(uri, { base: restored ?? live.object });
    if (shown.mtime !== live.mtime) this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  #markGone(uri: vscode.Uri): void {
    const key = uri.toString();
    const entry = this.#entries.get(key);
    if (entry?.state === 'explained') this.#entries.set(key, { ...entry, isMissing: true });
    if (entry?.state !== 'live') return;
    this.#entries.set(key, { ...entry, at: performance.now(), state: 'gone' });
    this.#changed.fire([{ type: vscode.FileChangeType.Deleted, uri }]);
  }
}

function withoutDraft({ draft: _draft, restored: _restored, ...entry }: Entry): Entry {
  return entry;
}

function isFresh({ at }: Entry): boolean {
  return performance.now() - at < CACHE_MS;
}

/** The object that a text was made from. */
function baseOf(entry: Entry | undefined, text: string): KubernetesObject | undefined {
  const { restored, shown } = entry ?? {};
  return restored && isMadeFrom(text, restored) ? restored : (shown?.object ?? restored);
}

function isDirty(uri: vscode.Uri): boolean {
  const key = uri.toString();
  return vscode.workspace.textDocuments.some((document) => document.isDirty && document.uri.toString() === key);
}

/** Is a text comments alone? A user's text that is not saved stays in its document when it is closed. */
function isExplanation(text: string): boolean {
  return !/^[^#\r\n]/m.test(text);
}

async function isMissing(error: unknown): Promise<boolean> {
  const { MissingObjectError } = await import('./object-text.ts');
  return error instanceof MissingObjectError;
}

/** Why an object cannot be shown, and what the user has of it all the same. */
function explained(known: Entry | undefined, bytes: Buffer): Entry {
  const at = performance.now();
  if (known && bytes.equals(known.live.bytes)) return { ...known, at };
  const mtime = known ? known.live.mtime + 1 : Date.now();
  const version: Version = { bytes, mtime };
  return { ctime: mtime, ...known, at, state: 'explained', live: version, shown: version };
}
