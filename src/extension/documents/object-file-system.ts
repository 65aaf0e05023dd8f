import * as vscode from 'vscode';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { SCHEME } from '../common/ids.ts';
import { formatError } from '../common/problems.ts';
import { documentAddress } from './document-uri.ts';
import type { ObjectText } from './object-text.ts';

/** How long a read is reused for VS Code's calls in a row: stat, stat again, read. */
const CACHE_MS = 2_000;

/** The cluster, as the file system uses it. */
export interface ObjectSource {
  read(uri: vscode.Uri): Promise<ObjectText>;
  /** Makes the object match the text; `base` is the object the user started from. Returns the result. */
  write(uri: vscode.Uri, text: string, base: KubernetesObject | undefined): Promise<ObjectText>;
  /** Yields the object whenever it changes; undefined when it is deleted. */
  follow(uri: vscode.Uri, signal: AbortSignal): AsyncIterable<ObjectText | undefined>;
}

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
  /** `gone`: deleted from the cluster while shown. */
  state: 'live' | 'explained' | 'gone';
  /** The cluster's version. */
  live: Version;
  /** The version the user edits: older than `live` if the object has changed since the document became dirty. */
  shown: Version;
}

/** Live objects as files. An object that cannot be read becomes a document that says why. */
export class ObjectFileSystem implements vscode.FileSystemProvider {
  readonly #source: ObjectSource;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #behind = new vscode.EventEmitter<vscode.Uri>();
  readonly #entries = new Map<string, Entry>();
  readonly #loading = new Map<string, Promise<Entry>>();
  readonly #subscriptions: vscode.Disposable[];

  readonly onDidChangeFile = this.#changed.event;
  /** The object of a dirty document has changed in the cluster. */
  readonly onDidFallBehind = this.#behind.event;

  constructor(source: ObjectSource, log: vscode.LogOutputChannel) {
    this.#source = source;
    this.#log = log;
    const catchUp = (document: vscode.TextDocument) => {
      if (document.uri.scheme === SCHEME && !document.isDirty) this.#catchUp(document.uri);
    };
    this.#subscriptions = [
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === SCHEME) this.#entries.delete(uri.toString());
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => catchUp(document)),
      vscode.workspace.onDidSaveTextDocument(catchUp),
    ];
  }

  dispose(): void {
    for (const disposable of [...this.#subscriptions, this.#changed, this.#behind]) disposable.dispose();
  }

  /** The object the document shows and the one in the cluster, where known. */
  objects(uri: vscode.Uri): { shown: KubernetesObject | undefined; live: KubernetesObject | undefined } {
    const entry = this.#entries.get(uri.toString());
    return { shown: entry?.shown.object, live: entry?.live.object };
  }

  /** The cluster's version of the object as text. @throws what reading it throws. */
  async liveText(uri: vscode.Uri): Promise<string> {
    return Buffer.from((await this.#load(uri)).live.bytes).toString();
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

  /** Reads again what could not be read. */
  retry(): void {
    for (const [key, { state }] of this.#entries)
      if (state === 'explained') void this.refresh(vscode.Uri.parse(key, true)).catch(() => undefined);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { ctime, state, shown } = await this.#entry(uri);
    return {
      type: vscode.FileType.File,
      ...(state === 'explained' ? { permissions: vscode.FilePermission.Readonly } : {}),
      ctime,
      // With a newer mtime VS Code would refuse to save without saying what is newer; saving checks that itself.
      mtime: shown.mtime,
      size: shown.bytes.length,
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.#entry(uri)).live.bytes;
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    if (!documentAddress(uri.path, uri.query)) throw vscode.FileSystemError.NoPermissions(uri);
    const base = this.#entries.get(uri.toString())?.shown.object;
    this.#accept(uri, await this.#source.write(uri, Buffer.from(content).toString(), base));
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

  async #follow(uri: vscode.Uri, signal: AbortSignal): Promise<void> {
    try {
      for await (const text of this.#source.follow(uri, signal)) {
        if (signal.aborted) return;
        if (text) this.#accept(uri, text);
        else this.#markGone(uri);
      }
    } catch (error) {
      if (!signal.aborted) this.#log.info(`${uri.path} is not followed: ${formatError(error)}`);
    }
  }

  async #entry(uri: vscode.Uri): Promise<Entry> {
    // Other extensions look for their own files beside any document.
    if (!documentAddress(uri.path, uri.query)) throw vscode.FileSystemError.FileNotFound(uri);
    const known = this.#entries.get(uri.toString());
    const entry = known && performance.now() - known.at < CACHE_MS ? known : await this.#loadOrExplain(uri, known);
    if (entry.state === 'gone') throw vscode.FileSystemError.FileNotFound(uri);
    return entry;
  }

  async #loadOrExplain(uri: vscode.Uri, known: Entry | undefined): Promise<Entry> {
    try {
      return await this.#load(uri);
    } catch (error) {
      const problem = formatError(error);
      this.#log.warn(`${uri.path}: ${problem}`);
      const at = performance.now();
      // Keep what is already shown; explain only what never was.
      const entry: Entry =
        known && known.state !== 'explained'
          ? { ...known, at, state: (await isMissing(error)) ? 'gone' : known.state }
          : { ...(await explain(uri, problem, known)), at };
      this.#entries.set(uri.toString(), entry);
      return entry;
    }
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
  #accept(uri: vscode.Uri, { text, created, modified, object }: ObjectText): Entry {
    const key = uri.toString();
    const known = this.#entries.get(key);
    const bytes = Buffer.from(text);
    const unchanged = known?.state === 'live' && bytes.equals(known.live.bytes);
    const mtime = unchanged ? known.live.mtime : Math.max(modified, known ? known.live.mtime + 1 : 0);
    const live: Version = { bytes, mtime, object };
    const dirty = known !== undefined && isDirty(uri);
    const shown = dirty ? known.shown : live;
    const entry: Entry = { ctime: created, at: performance.now(), state: 'live', live, shown };
    this.#entries.set(key, entry);
    if (!known || unchanged) return entry;
    const { Changed, Created } = vscode.FileChangeType;
    this.#changed.fire([{ type: known.state === 'gone' ? Created : Changed, uri }]);
    if (dirty) this.#behind.fire(uri);
    return entry;
  }

  #catchUp(uri: vscode.Uri): void {
    const entry = this.#entries.get(uri.toString());
    if (!entry || entry.shown === entry.live) return;
    const behind = entry.shown.mtime !== entry.live.mtime;
    this.#entries.set(uri.toString(), { ...entry, shown: entry.live });
    if (behind) this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  #markGone(uri: vscode.Uri): void {
    const entry = this.#entries.get(uri.toString());
    if (entry?.state !== 'live') return;
    this.#entries.set(uri.toString(), { ...entry, at: performance.now(), state: 'gone' });
    this.#changed.fire([{ type: vscode.FileChangeType.Deleted, uri }]);
  }
}

function isDirty(uri: vscode.Uri): boolean {
  const key = uri.toString();
  return vscode.workspace.textDocuments.some((document) => document.isDirty && document.uri.toString() === key);
}

async function isMissing(error: unknown): Promise<boolean> {
  const { MissingObjectError } = await import('./object-text.ts');
  return error instanceof MissingObjectError;
}

async function explain(uri: vscode.Uri, problem: string, known: Entry | undefined): Promise<Omit<Entry, 'at'>> {
  const { explanation } = await import('./object-text.ts');
  const bytes = Buffer.from(explanation(uri.path.slice(1), problem));
  if (known && bytes.equals(known.live.bytes)) return known;
  const now = Date.now();
  const version: Version = { bytes, mtime: now };
  return { ctime: now, state: 'explained', live: version, shown: version };
}
