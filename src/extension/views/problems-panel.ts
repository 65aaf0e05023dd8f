import * as vscode from 'vscode';
import { resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import type { ClusterFinding } from '../../kubernetes/diagnosis/cluster.ts';
import type { Finding } from '../../kubernetes/diagnosis/facts/finding.ts';
import { SOURCE } from '../common/ids.ts';
import { documentUri } from '../documents/document-uri.ts';
import type { ProblemsNode } from './nodes.ts';

const WANTED = 'problemsInPanel';
/** The context key: are they shown? */
const SHOWN = 'mcpK8s.problemsInPanel';
const START = new vscode.Range(0, 0, 0, 0);
const SEVERITIES: Record<Finding['level'], vscode.DiagnosticSeverity> = {
  cause: vscode.DiagnosticSeverity.Error,
  symptom: vscode.DiagnosticSeverity.Warning,
  risk: vscode.DiagnosticSeverity.Information,
};

/** The problems of the clusters' objects in VS Code's own panel, where the user wants that. */
export class ProblemsPanel implements vscode.Disposable {
  readonly #memento: vscode.Memento;
  #collection: vscode.DiagnosticCollection | undefined;
  #nodes: readonly ProblemsNode[] = [];

  constructor(memento: vscode.Memento) {
    this.#memento = memento;
    if (this.isWanted) this.#tell();
  }

  dispose(): void {
    this.#collection?.dispose();
  }

  get isWanted(): boolean {
    return this.#memento.get(WANTED, false);
  }

  /** Shows the problems in the panel, or no longer. */
  async want(isWanted: boolean): Promise<void> {
    await this.#memento.update(WANTED, isWanted || undefined);
    this.#tell();
    this.#show();
    if (isWanted) await vscode.commands.executeCommand('workbench.actions.view.problems');
  }

  /** What was found last. */
  update(nodes: readonly ProblemsNode[]): void {
    this.#nodes = nodes;
    this.#show();
  }

  #tell(): void {
    void vscode.commands.executeCommand('setContext', SHOWN, this.isWanted);
  }

  #show(): void {
    if (!this.isWanted) {
      this.#collection?.clear();
      return;
    }
    this.#collection ??= vscode.languages.createDiagnosticCollection(`${SOURCE} clusters`);
    const found = this.#nodes.flatMap((node) =>
      (node.found?.findings ?? []).flatMap((finding) => {
        const uri = uriOf(node, finding);
        return uri ? [{ uri, problem: diagnostic(finding) }] : [];
      }),
    );
    const byDocument = Map.groupBy(found, ({ uri }) => uri.toString());
    this.#collection.clear();
    this.#collection.set(
      [...byDocument.values()].flatMap((all) => (all[0] ? [[all[0].uri, all.map(({ problem }) => problem)]] : [])),
    );
  }
}

/** The document of the object that a finding is about; what is about no object is in the view alone. */
function uriOf({ parent: { target, name: context } }: ProblemsNode, { about }: Finding): vscode.Uri | undefined {
  if (!about) return undefined;
  const coordinates = { context, resource: resourceNameOf(about.kind), namespace: about.namespace, name: about.name };
  return vscode.Uri.parse(documentUri({ target: target.name, coordinates }), true);
}

function diagnostic({ level, text }: ClusterFinding): vscode.Diagnostic {
  const problem = new vscode.Diagnostic(START, text, SEVERITIES[level]);
  problem.source = SOURCE;
  return problem;
}
