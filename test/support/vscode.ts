import { EventEmitter as Emitter } from 'node:events';

// The VS Code API that the extension uses without a surface, for tests outside VS Code.

/** Texts as with English as the display language. */
export const l10n = {
  t: (message: string, ...values: unknown[]) =>
    message.replace(/\{(\d+)\}/g, (placeholder, index) => String(values[Number(index)] ?? placeholder)),
};

export class EventEmitter<T> {
  readonly #emitter = new Emitter();

  readonly event = (listener: (value: T) => void) => {
    this.#emitter.on('event', listener);
    return { dispose: () => this.#emitter.off('event', listener) };
  };

  fire(value: T): void {
    this.#emitter.emit('event', value);
  }

  dispose(): void {
    this.#emitter.removeAllListeners();
  }
}

export class Disposable {
  readonly dispose: () => void;

  constructor(dispose: () => void) {
    this.dispose = dispose;
  }

  static from(...all: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const one of all) one.dispose();
    });
  }
}

/** An address, taken apart; without a host. */
export class Uri {
  readonly #text: string;
  readonly scheme: string;
  readonly path: string;
  readonly query: string;

  constructor(scheme: string, path: string, query = '', text = textOf(scheme, path, query)) {
    this.#text = text;
    this.scheme = scheme;
    this.path = path;
    this.query = query;
  }

  static parse(text: string): Uri {
    const [, scheme = '', path = '', query = ''] = /^([\w+.-]+):(?:\/\/)?([^?]*)(?:\?(.*))?$/s.exec(text) ?? [];
    return new Uri(scheme, decodeURIComponent(path), decodeURIComponent(query), text);
  }

  static from({ scheme, path, query }: Pick<Uri, 'scheme' | 'path' | 'query'>): Uri {
    return new Uri(scheme, path, query);
  }

  static file(path: string): Uri {
    return new Uri('file', path);
  }

  get fsPath(): string {
    return this.path;
  }

  with({ scheme = this.scheme, path = this.path, query = this.query }): Uri {
    const isSame = path === this.path && query === this.query;
    return new Uri(scheme, path, query, isSame ? this.#text.replace(this.scheme, scheme) : undefined);
  }

  toString(): string {
    return this.#text;
  }
}

function textOf(scheme: string, path: string, query: string): string {
  return `${scheme}:${scheme === 'file' ? '//' : ''}${path}${query && `?${query}`}`;
}

export class Range {
  readonly start: unknown;
  readonly end: unknown;

  constructor(start: unknown, end: unknown) {
    this.start = start;
    this.end = end;
  }
}

export class CodeLens {
  readonly range: Range;
  command: unknown;

  constructor(range: Range, command?: unknown) {
    this.range = range;
    this.command = command;
  }
}

/** Files below a folder. */
export class RelativePattern {
  readonly base: unknown;
  readonly pattern: string;

  constructor(base: unknown, pattern: string) {
    this.base = base;
    this.pattern = pattern;
  }
}

export class TabInputText {
  readonly uri: Uri;

  constructor(uri: Uri) {
    this.uri = uri;
  }
}

/** What tests need of a document. */
export interface TextDocument {
  uri: Uri;
  isDirty: boolean;
  isClosed: boolean;
  getText(): string;
}

/** What tests need of a group of tabs. */
interface TabGroup {
  tabs: { input: unknown }[];
  activeTab?: { input: unknown };
}

export const FileType = { File: 1, Directory: 2 };
export const FilePermission = { Readonly: 1 };
export const FileChangeType = { Changed: 1, Created: 2, Deleted: 3 };
export const TextDocumentSaveReason = { Manual: 1, AfterDelay: 2, FocusOut: 3 };
export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };
export const CodeActionKind = { QuickFix: 'quickfix' };

export class FileSystemError extends Error {
  static FileNotFound = (uri: Uri) => new FileSystemError(`FileNotFound: ${uri}`);
  static NoPermissions = (uri: Uri) => new FileSystemError(`NoPermissions: ${uri}`);
}

/** What happens in a window, for tests to say. */
export const happens = {
  openTextDocument: new EventEmitter<TextDocument>(),
  closeTextDocument: new EventEmitter<TextDocument>(),
  changeTextDocument: new EventEmitter<{ document: TextDocument }>(),
  willSaveTextDocument: new EventEmitter<{ document: TextDocument; reason: number }>(),
  saveTextDocument: new EventEmitter<TextDocument>(),
  changeTabs: new EventEmitter<{ closed: { input: unknown }[] }>(),
  changeTabGroups: new EventEmitter<unknown>(),
};

const registered = () => new Disposable(() => undefined);

// What else tests need they put in place themselves, see `inVsCode`.
export const workspace = {
  textDocuments: [] as TextDocument[],
  onDidOpenTextDocument: happens.openTextDocument.event,
  onDidCloseTextDocument: happens.closeTextDocument.event,
  onDidChangeTextDocument: happens.changeTextDocument.event,
  onWillSaveTextDocument: happens.willSaveTextDocument.event,
  onDidSaveTextDocument: happens.saveTextDocument.event,
  registerTextDocumentContentProvider: registered,
};

export const window = {
  tabGroups: {
    all: [] as TabGroup[],
    activeTabGroup: { tabs: [] } as TabGroup,
    onDidChangeTabs: happens.changeTabs.event,
    onDidChangeTabGroups: happens.changeTabGroups.event,
  },
  showTextDocument: async (): Promise<void> => undefined,
  registerFileDecorationProvider: registered,
};

export const commands = {
  executeCommand: async (_command: string, ..._arguments: unknown[]): Promise<void> => undefined,
};

export const languages = {
  createDiagnosticCollection: () => ({ delete: () => undefined, dispose: () => undefined }),
  registerCodeActionsProvider: registered,
};
