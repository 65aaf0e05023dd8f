import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { DiffDocuments } from '../reviews/diff-documents.ts';

/** What the cluster has, beside what a file says. */
export const MANIFEST_SCHEME = 'k8s-manifest';

/** Shows objects of files beside what the cluster has of them. */
export class ManifestComparisons implements vscode.Disposable {
  readonly #texts = new DiffDocuments(MANIFEST_SCHEME);
  readonly #subscription: vscode.Disposable;

  constructor() {
    this.#subscription = vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
      for (const tab of closed) {
        const id = this.#texts.idOfTab(tab);
        if (id !== undefined && this.#texts.tabs(id).length === 0) this.#texts.release(id);
      }
    });
    // Left over from a closed window, and empty now.
    void vscode.window.tabGroups.close(this.#texts.tabs(), true);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#texts.dispose();
  }

  /** Shows what the cluster has of these objects on the left, and the objects on the right; both redacted. */
  async show(fileName: string, objects: readonly KubernetesObject[], connection: Connection): Promise<void> {
    const [{ liveStateOf }, { namedPart }, { redact }, { toYaml }, { comparable }] = await Promise.all([
      import('./live-state.ts'),
      import('../../kubernetes/changes/named-part.ts'),
      import('../../kubernetes/text/redact.ts'),
      import('../../kubernetes/text/yaml.ts'),
      import('../../kubernetes/text/diff.ts'),
    ]);
    const { signal } = new AbortController();
    const yaml = (object: KubernetesObject) => toYaml(redact(comparable(object)));
    const pairs = await Promise.all(
      objects.map(async (object) => {
        const { target, live } = await liveStateOf(connection, object, signal);
        const own = target?.object ?? object;
        const named = live && namedPart(own, { apiVersion: own.apiVersion, kind: own.kind, ...live });
        return { before: named ? yaml(named) : '', after: yaml(own) };
      }),
    );
    const texts = {
      before: pairs.map(({ before }) => before).join('---\n'),
      after: pairs.map(({ after }) => after).join('---\n'),
    };
    // A file without a name yet is YAML, too.
    const shownName = /\.ya?ml$/.test(fileName) ? fileName : `${fileName}.yaml`;
    const { before, after } = this.#texts.hold(randomUUID(), shownName, connection.context.name, texts);
    const title = vscode.l10n.t('{0}: context {1} ↔ file', fileName, connection.context.name);
    await vscode.commands.executeCommand('vscode.diff', before, after, title, { preview: true });
  }
}
