import * as vscode from 'vscode';
import { SECTION } from '../../settings.ts';
import { contextBadge, shortContext } from '../common/context-name.ts';
import { contextInQuery } from '../common/uri-query.ts';
import { releaseAddress } from '../helm/release-uri.ts';
import { findSettings } from '../settings/settings.ts';
import type { Connectivity } from '../targets/connectivity.ts';
import { contextThemeColor } from '../targets/context-colors.ts';

/** Ours begin with this: documents, logs, descriptions, releases, reviews, the history. */
const SCHEMES = /^k8s(-|$)/;

/** Marks the tab of everything that shows a cluster with its context: a badge, a tooltip and the user's color. */
export class ContextDecorations implements vscode.FileDecorationProvider, vscode.Disposable {
  readonly #connectivity: Connectivity;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #subscriptions: vscode.Disposable[];

  readonly onDidChangeFileDecorations = this.#changed.event;

  constructor(connectivity: Connectivity) {
    this.#connectivity = connectivity;
    this.#subscriptions = [
      vscode.window.registerFileDecorationProvider(this),
      connectivity.onDidChange(() => this.#changed.fire(undefined)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SECTION)) this.#changed.fire(undefined);
      }),
    ];
  }

  dispose(): void {
    for (const one of [...this.#subscriptions, this.#changed]) one.dispose();
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    const context = SCHEMES.test(uri.scheme) ? contextOf(uri) : undefined;
    if (context === undefined) return undefined;
    const { user } = findSettings(undefined);
    const name = vscode.l10n.t('Context {0}', shortContext(context));
    const tooltip = this.#connectivity.isOffline(context) ? vscode.l10n.t('{0}, offline', name) : name;
    return new vscode.FileDecoration(contextBadge(context), tooltip, contextThemeColor(context, user));
  }
}

function contextOf(uri: vscode.Uri): string | undefined {
  return releaseAddress(uri)?.context ?? contextInQuery(uri.query);
}
