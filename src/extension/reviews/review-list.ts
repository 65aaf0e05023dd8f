import * as vscode from 'vscode';
import { COMMANDS, VIEWS } from '../common/ids.ts';
import type { OpenReview, Reviews } from './reviews.ts';

const SOME = 'mcpK8s.hasReviews';

/** The view of the reviews that wait for the user. */
export class ReviewList implements vscode.TreeDataProvider<OpenReview>, vscode.Disposable {
  readonly #reviews: Reviews;
  readonly #view: vscode.TreeView<OpenReview>;
  readonly #subscription: vscode.Disposable;

  readonly onDidChangeTreeData: vscode.Event<void>;

  constructor(reviews: Reviews) {
    this.#reviews = reviews;
    this.onDidChangeTreeData = reviews.onDidChange;
    this.#view = vscode.window.createTreeView(VIEWS.reviews, { treeDataProvider: this });
    this.#subscription = reviews.onDidChange(() => this.#count());
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#view.dispose();
  }

  getChildren(review?: OpenReview): OpenReview[] {
    return review ? [] : [...this.#reviews.waiting];
  }

  getTreeItem({ id, title, byAgent }: OpenReview): vscode.TreeItem {
    const item = new vscode.TreeItem(title);
    item.id = id;
    item.description = byAgent ? vscode.l10n.t('agent') : vscode.l10n.t('you');
    item.tooltip = title;
    item.iconPath = new vscode.ThemeIcon('git-pull-request');
    item.command = { command: COMMANDS.showReview, title: vscode.l10n.t('Review'), arguments: [id] };
    return item;
  }

  #count(): void {
    const { length } = this.#reviews.waiting;
    void vscode.commands.executeCommand('setContext', SOME, length > 0);
    const tooltip = vscode.l10n.t('Changes that wait for your review');
    this.#view.badge = length === 0 ? undefined : { value: length, tooltip };
  }
}
