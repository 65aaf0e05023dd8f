import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { KeptEdits } from '../../../../src/extension/documents/kept-edits.ts';
import {
  ObjectFileSystem,
  type ObjectSource,
  type Unwritten,
} from '../../../../src/extension/documents/object-file-system.ts';
import { MissingObjectError, objectText } from '../../../../src/extension/documents/object-text.ts';
import { UserError } from '../../../../src/kubernetes/apimachinery/errors.ts';
import type { KubernetesObject } from '../../../../src/kubernetes/apimachinery/objects.ts';
import { memento, type TestMemento } from '../../../support/memento.ts';
import { happens, type TextDocument, workspace } from '../../../support/vscode.ts';

const uri = vscode.Uri.parse('k8s:///admin/shop/configmaps/settings.yaml?context=admin');

/** A version of the object, written in that minute. */
function version(resourceVersion: number, kind = 'ConfigMap'): KubernetesObject {
  const time = `2026-01-01T00:${String(resourceVersion).padStart(2, '0')}:00Z`;
  const metadata = { name: 'settings', namespace: 'shop', uid: 'u', resourceVersion: String(resourceVersion) };
  return {
    ...{ apiVersion: 'v1', kind, data: { a: 'MQ==' } },
    metadata: { ...metadata, creationTimestamp: '2026-01-01T00:00:00Z', managedFields: [{ manager: 'm', time }] },
  };
}

/** The user's edit of a version. */
const edited = (object: KubernetesObject) => objectText(object).editable.replace(/a: .*/, 'a: mine');

/** A cluster that cannot be reached while it has no object, unless it is said to be. */
class TestCluster implements ObjectSource {
  object: KubernetesObject | undefined;
  isReachable = false;
  answer: Unwritten = 'refused';
  /** What the last text to write was made from. */
  base: KubernetesObject | undefined;
  /** What to wait for before a read ends. */
  reading: Promise<void> | undefined;

  async read() {
    await this.reading;
    if (!this.object && this.isReachable) throw new MissingObjectError('There is no ConfigMap "settings".');
    if (!this.object) throw new UserError('There is no route to the cluster.');
    return objectText(this.object);
  }

  async write(_uri: vscode.Uri, _text: string, base: KubernetesObject | undefined) {
    this.base = base;
    return this.answer;
  }

  async *follow() {
    yield await this.read();
  }
}

describe('objects as files', () => {
  let store: TestMemento;
  let cluster: TestCluster;
  let files: ObjectFileSystem;

  /** A window with what the one before it has kept. */
  function start(object: KubernetesObject | undefined): void {
    files?.dispose();
    workspace.textDocuments = [];
    cluster = new TestCluster();
    cluster.object = object;
    const log: Pick<vscode.LogOutputChannel, 'info' | 'warn'> = { info: () => undefined, warn: () => undefined };
    files = new ObjectFileSystem(cluster, new KeptEdits(store), log as vscode.LogOutputChannel);
  }

  beforeEach(() => {
    store = memento();
    start(version(1));
  });
  afterEach(() => files.dispose());

  const kept = () => new KeptEdits(store).get(uri);
  const text = async () => Buffer.from(await files.readFile(uri)).toString();
  const isReadonly = async () => (await files.stat(uri)).permissions === vscode.FilePermission.Readonly;
  const save = (content: string) => files.writeFile(uri, Buffer.from(content));
  /** The version that the last text to write was made from. */
  const base = () => cluster.base?.metadata?.resourceVersion;
  const next = <T>(event: vscode.Event<T>) => new Promise<T>((resolve) => event(resolve));

  function show(content: string, isDirty: boolean): TextDocument {
    const document = { uri: uri as never, isDirty, isClosed: false, getText: () => content };
    workspace.textDocuments = [document];
    return document;
  }

  /** VS Code shows a text that is not saved. */
  const showDirty = (content: string) => show(content, true);

  const closeTab = () => happens.changeTabs.fire({ closed: [{ input: new vscode.TabInputText(uri) }] });

  /** VS Code closes the document, which is then not dirty, also if it has what the user does not save. */
  function close(content = ''): void {
    workspace.textDocuments = [];
    closeTab();
    happens.closeTextDocument.fire({ uri: uri as never, isDirty: false, isClosed: true, getText: () => content });
  }

  async function keptAs(resourceVersion: string): Promise<void> {
    while (kept()?.base?.metadata?.resourceVersion !== resourceVersion) await store.updated;
  }

  /** Begins an edit of the first version, and waits until it is kept. */
  async function begin(): Promise<void> {
    await files.edit(uri);
    await keptAs('1');
  }

  /** The same, and auto save takes the text. */
  async function beginDraft(): Promise<string> {
    await begin();
    const mine = edited(version(1));
    cluster.answer = 'auto save';
    await save(mine);
    while (!kept()?.base) await store.updated;
    return mine;
  }

  async function comeBack(object: KubernetesObject): Promise<void> {
    cluster.object = object;
    const told = next(files.onDidChangeFile);
    files.retry();
    await told;
  }

  it('are read-only until the user edits them', async () => {
    assert.equal(await isReadonly(), true);
    await begin();
    assert.equal(await isReadonly(), false);
    close();
    assert.equal(kept(), undefined);
    assert.equal(await isReadonly(), true);
  });

  it('stay edited when their language changes, which is told as closing', async () => {
    await begin();
    happens.closeTextDocument.fire(showDirty('mine'));
    assert.equal(files.isEditing(uri), true);
    await save('mine');
    assert.equal(base(), '1');
  });

  it('show the user’s text after a restart, also while there is no cluster, and as soon as there is', async () => {
    const mine = await beginDraft();
    start(undefined);
    assert.equal(await isReadonly(), false);
    assert.equal(await text(), mine);
    await comeBack(version(2));
    assert.equal(await text(), mine);
    assert.equal(await isReadonly(), false);
    assert.equal(kept()?.text, mine);
    await save(mine);
    assert.equal(base(), '1');
  });

  it('keep the user’s text when a document is closed that could not be shown', async () => {
    const mine = await beginDraft();
    start(undefined);
    await files.stat(uri);
    close();
    assert.equal(kept()?.text, mine);
    assert.equal(await text(), mine);
    // Before it is read, too.
    start(version(1));
    const opened = files.stat(uri);
    close();
    await opened;
    assert.equal(await text(), mine);
  });

  it('keep what the user began when the document alone could not be shown', async () => {
    await begin();
    start(undefined);
    assert.equal(await isReadonly(), true);
    const explanation = await text();
    assert.match(explanation, /cannot be shown/);
    close(explanation);
    assert.equal(kept()?.base?.metadata?.resourceVersion, '1');
  });

  it('keep nothing once an object is closed that the cluster does not have, unless the user wrote a text', async () => {
    const learns: Record<string, () => Promise<unknown>> = {
      'when it is opened': () => text(),
      'once there is a cluster': async () => {
        cluster.isReachable = false;
        await text();
        cluster.isReachable = true;
        await assert.rejects(files.refresh(uri), MissingObjectError);
      },
    };
    const closes = { tab: closeTab, document: () => close('# It cannot be shown.\n') };
    for (const [name, learn] of Object.entries(learns))
      for (const [closed, closeIt] of Object.entries(closes))
        for (const isDraft of [false, true]) {
          store = memento();
          start(version(1));
          await (isDraft ? beginDraft() : begin());
          start(undefined);
          cluster.isReachable = true;
          await learn();
          closeIt();
          assert.equal(kept() !== undefined, isDraft, `${name}, ${closed}`);
          cluster.object = version(2);
          await files.refresh(uri);
          assert.equal(await isReadonly(), !isDraft, `${name}, ${closed}`);
        }
  });

  it('keep nothing of a text that is closed without saving it, also where nothing else can be shown', async () => {
    const reads = { read: () => files.stat(uri), 'not read': async () => undefined };
    for (const [name, read] of Object.entries(reads)) {
      start(version(1));
      await begin();
      start(undefined);
      const mine = edited(version(1));
      showDirty(mine);
      await read();
      happens.changeTextDocument.fire({ document: show(mine, false) });
      close(mine);
      assert.equal(kept(), undefined, name);
    }
  });

  it('save the text that VS Code brings after a restart as what it was made from', async () => {
    await begin();
    start(undefined);
    const mine = edited(version(1));
    showDirty(mine);
    assert.equal(await isReadonly(), false, 'VS Code would refuse it without a word');
    await save(mine);
    await comeBack(version(2));
    await save(mine);
    assert.equal(base(), '1');
    // Also where the text does not say so.
    await save(mine.replace(/ *resourceVersion: .*\n/, ''));
    assert.equal(base(), '1');
  });

  it('are edited as the document shows them, whatever was begun before a restart', async () => {
    const shows: Record<string, () => Promise<void>> = {
      'at once': async () => {
        await files.stat(uri);
        happens.openTextDocument.fire(show(await text(), false));
      },
      'once there is a cluster': async () => {
        cluster.object = undefined;
        happens.openTextDocument.fire(show(await text(), false));
        assert.equal(kept()?.base?.metadata?.resourceVersion, '1');
        await comeBack(version(5));
        happens.changeTextDocument.fire({ document: show(await text(), false) });
      },
      'once the edits are reverted': async () => {
        showDirty(edited(version(1)));
        await files.refresh(uri);
        happens.changeTextDocument.fire({ document: show(await text(), false) });
      },
    };
    for (const [name, shown] of Object.entries(shows)) {
      store = memento();
      start(version(1));
      await begin();
      start(version(5));
      await shown();
      await keptAs('5');
      await files.refresh(uri);
      await keptAs('5');
      const mine = edited(version(5));
      start(version(5));
      showDirty(mine);
      await files.stat(uri);
      await save(mine);
      assert.equal(base(), '5', name);
    }
  });

  it('are edited as they were read last when edits are undone in the same window', async () => {
    await begin();
    showDirty(edited(version(1)));
    cluster.object = version(5);
    await files.refresh(uri);
    happens.changeTextDocument.fire({ document: show(await text(), false) });
    await keptAs('5');
  });

  it('keep what a text was made from that VS Code opens before it says that it is dirty', async () => {
    await begin();
    start(version(5));
    await files.stat(uri);
    const mine = edited(version(1));
    happens.openTextDocument.fire(show(mine, false));
    await files.refresh(uri);
    showDirty(mine);
    await files.refresh(uri);
    await save(mine);
    assert.equal(base(), '1');
    await keptAs('1');
  });

  it('compare a text whose object is not kept with the object that there is, never with nothing', async () => {
    start(version(1, 'Secret'));
    await files.edit(uri);
    start(undefined);
    const mine = edited(version(1, 'Secret'));
    showDirty(mine);
    await files.stat(uri);
    await save(mine);
    assert.equal(base(), undefined);
    await comeBack(version(2, 'Secret'));
    await save(mine);
    assert.equal(base(), '2');
  });

  it('are never newer than the text that VS Code brings after a restart', async () => {
    await begin();
    const { mtime } = await files.stat(uri);
    for (const object of [version(2), undefined]) {
      start(object);
      showDirty(edited(version(1)));
      assert.ok((await files.stat(uri)).mtime < mtime);
      cluster.object = version(3);
      await files.refresh(uri);
      assert.ok((await files.stat(uri)).mtime < mtime);
    }
  });

  it('are edited again after a restart whatever reads them first', async () => {
    const mine = await beginDraft();
    const firsts: Record<string, () => Promise<unknown>> = {
      stat: () => files.stat(uri),
      'a command': () => files.refresh(uri),
      'the diff': () => files.liveText(uri),
      watching: async () => {
        const read = next(files.onDidChangeFile);
        const watch = files.watch(uri);
        await read;
        watch.dispose();
      },
    };
    for (const [name, first] of Object.entries(firsts)) {
      start(version(1));
      await first();
      assert.equal(files.isEditing(uri), true, name);
      assert.equal(await isReadonly(), false, name);
      assert.equal(await text(), mine, name);
    }
  });

  it('have their badge before they are read, and when it is told', async () => {
    await beginDraft();
    start(version(1));
    assert.equal(files.hasDraft(uri), true);
    const told: boolean[] = [];
    files.onDidChangeDraft(() => told.push(files.hasDraft(uri)));
    await files.stat(uri);
    assert.deepEqual(told, [true]);
  });

  it('are as the cluster has them once the edits are discarded, at once', async () => {
    const mine = await beginDraft();
    assert.equal(await text(), mine);
    const discarded = async () => {
      files.discard(uri);
      assert.equal(files.isEditing(uri), false);
      assert.equal(files.hasHiddenEdits(uri), false);
      assert.equal(kept(), undefined);
      assert.equal(await text(), objectText(version(1)).editable);
      assert.equal(await isReadonly(), true);
    };
    await discarded();
    await beginDraft();
    // VS Code reads no document whose text it has kept.
    start(version(1));
    await discarded();
  });

  it('tell of every other version in the cluster, whose text is then read at once', async () => {
    const told: Promise<string>[] = [];
    files.onDidChangeLive(() => told.push(files.liveText(uri)));
    await files.edit(uri);
    showDirty('mine');
    const versions = [version(1), version(1), version(2)];
    for (const object of versions) {
      cluster.object = object;
      await files.refresh(uri);
    }
    // Another read would fail.
    cluster.object = undefined;
    assert.deepEqual(
      await Promise.all(told),
      [version(1), version(2)].map((object) => objectText(object).editable),
    );
  });

  it('stay edited when beginning once more fails', async () => {
    const mine = await beginDraft();
    start(undefined);
    await assert.rejects(files.edit(uri), /no route/);
    assert.equal(kept()?.text, mine);
    assert.equal(files.isEditing(uri), true);
  });

  it('keep what auto save takes while a read fails', async () => {
    await begin();
    start(undefined);
    const { promise, resolve } = Promise.withResolvers<void>();
    cluster.reading = promise;
    const read = text();
    cluster.answer = 'auto save';
    await save('mine');
    resolve();
    assert.equal(await read, 'mine');
  });
});
