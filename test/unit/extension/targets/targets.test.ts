import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Consents } from '../../../../src/extension/targets/consents.ts';
import type { KubernetesExtension } from '../../../../src/extension/targets/kubernetes-extension.ts';
import { Targets } from '../../../../src/extension/targets/targets.ts';
import { inVsCode, Memento } from '../../../support/in-vscode.ts';

describe('the targets of a workspace of several folders', () => {
  const { event } = new vscode.EventEmitter<never>();
  const changed = new vscode.EventEmitter<void>();
  /** The contexts that folders ask for, by their paths. */
  let contexts: Record<string, string>;
  let folders: Pick<vscode.WorkspaceFolder, 'name' | 'uri'>[];
  let targets: Targets;

  inVsCode({
    workspace: {
      ...{ isTrusted: true, workspaceFile: undefined },
      ...{ onDidChangeConfiguration: event, onDidGrantWorkspaceTrust: event },
      onDidChangeWorkspaceFolders: changed.event,
      createFileSystemWatcher: () => ({
        dispose: () => undefined,
        onDidCreate: () => undefined,
        onDidDelete: () => undefined,
      }),
      get workspaceFolders() {
        return folders;
      },
      getConfiguration: (_section: string, { uri }: vscode.WorkspaceFolder) => ({
        inspect: (name: string) => (name === 'context' ? { workspaceFolderValue: contexts[uri.path] } : undefined),
      }),
    },
  });

  const folder = (name: string, path = `/${name}`) => ({ name, uri: vscode.Uri.file(path) });
  const set = (all: typeof folders, now: Record<string, string>) => {
    [folders, contexts] = [all, now];
    changed.fire();
  };
  /** Where what has this name in its address leads to. */
  const contextAt = async (name: string | undefined) => (await targets.named(name))?.settings.context;

  beforeEach(() => {
    const consents: Partial<Consents> = { onDidChange: event, ask: async () => undefined, allows: () => true };
    const extension: Partial<KubernetesExtension> = { onDidChange: event, kubeconfig: async () => [] };
    [folders, contexts] = [[folder('api'), folder('web')], { '/api': 'dev', '/web': 'prod' }];
    targets = new Targets(extension as KubernetesExtension, consents as Consents, new Memento());
  });
  afterEach(() => targets.dispose());

  it('are found by the names of their folders', async () => {
    assert.deepEqual(await Promise.all(['api', 'web', 'other', undefined].map(contextAt)), [
      'dev',
      'prod',
      undefined,
      'dev',
    ]);
  });

  it('are found by them when folders no longer differ', async () => {
    await targets.all();
    set(folders, { '/api': 'dev', '/web': 'dev' });
    assert.deepEqual(
      (await targets.all()).map(({ name }) => name),
      [undefined],
    );
    assert.deepEqual(await Promise.all(['api', 'web', 'other'].map(contextAt)), ['dev', 'dev', undefined]);
  });

  it('are found by them when one folder is left, and that of the other is not', async () => {
    await targets.all();
    set([folder('api')], { '/api': 'dev' });
    assert.deepEqual(await Promise.all(['api', 'web'].map(contextAt)), ['dev', undefined]);
  });

  it('are those of the same folders when one of two of a name goes', async () => {
    const [first, second, web] = [folder('deploy', '/a/deploy'), folder('deploy', '/b/deploy'), folder('web')];
    const all = { '/a/deploy': 'one', '/b/deploy': 'two', '/web': 'three' };
    set([first, second, web], all);
    assert.deepEqual(await Promise.all(['deploy', 'deploy-2', 'web'].map(contextAt)), ['one', 'two', 'three']);
    set([second, web], all);
    assert.deepEqual(await Promise.all(['deploy', 'deploy-2', 'web'].map(contextAt)), [undefined, 'two', 'three']);
    set([web, first, second], all);
    assert.deepEqual(await Promise.all(['deploy', 'deploy-2', 'web'].map(contextAt)), ['one', 'two', 'three']);
  });
});
