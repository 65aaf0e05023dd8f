import * as vscode from 'vscode';
import type { ClusterView } from '../views/cluster-view.ts';
import type { PageEditors } from './page-editors.ts';

const SHOWN = 'dashboardWasShown';

/**
 * The dashboard as the welcome page of the view: opens by itself the first time that the view has looked at a cluster
 * in this workspace, if nothing else is open and the user wants welcome pages at all. Takes no focus.
 */
export class WelcomePage implements vscode.Disposable {
  readonly #subscription: vscode.Disposable;

  constructor(view: ClusterView, pages: PageEditors, memento: vscode.Memento) {
    this.#subscription = view.onDidFindProblems((nodes) => {
      const node = nodes.find(({ found }) => found !== undefined);
      if (!node) return;
      // Later it would be in the way.
      this.#subscription.dispose();
      const isWanted = vscode.workspace.getConfiguration('workbench').get('startupEditor') !== 'none';
      const isFree = vscode.window.tabGroups.all.every(({ tabs }) => tabs.length === 0);
      if (!isWanted || !isFree || memento.get(SHOWN)) return;
      void memento.update(SHOWN, true);
      const { target, name: context } = node.parent;
      void pages.show({ target: target.name, context }, { preserveFocus: true });
    });
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}
