import * as vscode from 'vscode';
import { SCHEME } from '../ids.ts';
import { plainWords } from '../problems.ts';
import { documentAddress } from './document-uri.ts';
import type { ObjectText } from './object-text.ts';

/** For this long an answer serves the calls that VS Code makes in a row: stat, stat again, read. */
const FRESH = 2_000;

/** Reads the object of a `k8s:` URI. */
export type ReadObject = (uri: vscode.Uri) => Promise<ObjectText>;

interface Entry {
  bytes: Uint8Array;
  ctime: number;
  mtime: number;
  /** When it was read, on the clock of `performance.now`. */
  at: number;
  /** `gone`: deleted from the cluster while it was shown. */
  state: 'live' | 'explained' | 'gone';
}

/** Live objects as files that cannot be written. What cannot be read is a document that says why. */
export class ObjectFileSystem implements vscode.FileSystemProvider {
  readonly #read: ReadObject;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #entries = new Map<string, Entry>();
  readonly #loading = new Map<string, Promise<Entry>>();
  readonly #closing: vscode.Disposable;

  readonly onDidChangeFile = this.#changed.event;

  constructor(read: ReadObject, log: vscode.LogOutputChannel) {
    this.#read = read;
    this.#log = log;
    this.#closing = vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      if (uri.scheme === SCHEME) this.#entries.delete(uri.toString());
    });
  }

  dispose(): void {
    this.#closing.dispose();
    this.#changed.dispose();
  }

  /**
   * Reads the object anew and lets an open document follow.
   * @throws what reading it threw; an object that is gone marks its document as deleted.
   */
  async refresh(uri: vscode.Uri): Promise<void> {
    const before = this.#entries.get(uri.toString());
    try {
      const { mtime } = await this.#load(uri);
      if (!before || before.mtime === mtime) return;
      const { Changed, Created } = vscode.FileChangeType;
      this.#changed.fire([{ type: before.state === 'gone' ? Created : Changed, uri }]);
    } catch (error) {
      if (before?.state === 'live' && (await isMissing(error))) {
        this.#entries.set(uri.toString(), { ...before, at: performance.now(), state: 'gone' });
        this.#changed.fire([{ type: vscode.FileChangeType.Deleted, uri }]);
      }
      throw error;
    }
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { ctime, mtime, bytes } = await this.#entry(uri);
    return {
      type: vscode.FileType.File,
      permissions: vscode.FilePermission.Readonly,
      ctime,
      mtime,
      size: bytes.length,
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.#entry(uri)).bytes;
  }

  // Documents follow the cluster when they are refreshed.
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

  async #entry(uri: vscode.Uri): Promise<Entry> {
    // Other extensions look for files of theirs beside any document.
    if (!documentAddress(uri.path, uri.query)) throw vscode.FileSystemError.FileNotFound(uri);
    const known = this.#entries.get(uri.toString());
    const entry = known && performance.now() - known.at < FRESH ? known : await this.#loadOrExplain(uri, known);
    if (entry.state === 'gone') throw vscode.FileSystemError.FileNotFound(uri);
    return entry;
  }

  async #loadOrExplain(uri: vscode.Uri, known: Entry | undefined): Promise<Entry> {
    try {
      return await this.#load(uri);
    } catch (error) {
      const problem = plainWords(error);
      this.#log.warn(`${uri.path}: ${problem}`);
      const at = performance.now();
      // What was seen stays on the screen; only what was never seen is explained.
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
    const loading = this.#read(uri)
      .then(({ text, created, modified }) => {
        const known = this.#entries.get(key);
        const bytes = Buffer.from(text);
        const unchanged = known?.state === 'live' && bytes.equals(known.bytes);
        const mtime = unchanged ? known.mtime : Math.max(modified, known ? known.mtime + 1 : 0);
        const entry: Entry = { bytes, ctime: created, mtime, at: performance.now(), state: 'live' };
        this.#entries.set(key, entry);
        return entry;
      })
      .finally(() => this.#loading.delete(key));
    this.#loading.set(key, loading);
    return loading;
  }
}

async function isMissing(error: unknown): Promise<boolean> {
  const { MissingObjectError } = await import('./object-text.ts');
  return error instanceof MissingObjectError;
}

async function explain(uri: vscode.Uri, problem: string, known: Entry | undefined): Promise<Omit<Entry, 'at'>> {
  const { explanation } = await import('./object-text.ts');
  const bytes = Buffer.from(explanation(uri.path.slice(1), problem));
  if (known && bytes.equals(known.bytes)) return known;
  const now = Date.now();
  return { bytes, ctime: now, mtime: now, state: 'explained' };
}
