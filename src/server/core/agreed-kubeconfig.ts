import { type KubeconfigPermit, NotAgreedError } from '../../kubernetes/client/kubeconfig.ts';
import { riskOf } from '../../kubernetes/client/kubeconfig-risk.ts';
import type { EditorLink } from './editor-link.ts';

const HOW =
  'in VS Code they can: “Kubernetes MCP: Answer What This Workspace Asks For” in the command palette, or a click on the status bar.';

/** What these kubeconfigs need before they are used; undefined without an editor, and for what is found without being named. */
export function permitOf(editor: EditorLink | undefined, kubeconfig: readonly string[]): KubeconfigPermit | undefined {
  return editor && kubeconfig.length > 0 ? agreedInEditor(editor) : undefined;
}

/** Lets a kubeconfig be used only as the human has agreed to it in the editor, which is asked with each reading. */
function agreedInEditor(editor: EditorLink): KubeconfigPermit {
  return async (path, content) => {
    const risk = riskOf(content);
    if (!risk) return;
    const agreement = await editor.agreement({ path, fingerprint: risk.fingerprint });
    if (agreement === 'agreed') return;
    const refused = agreement === 'refused';
    throw new NotAgreedError(
      refused
        ? `The human refused the kubeconfig that this workspace brings, ${path}: no cluster is used, and no other in its place. This is meant; report it. To change it, ${HOW} Or they name another one in the setting mcpK8s.kubeconfig.`
        : `The human has not yet agreed to the kubeconfig that this workspace brings, ${path}: until then no cluster is used, and no other in its place. Tell them that their answer is awaited, and call again after it; ${HOW}`,
      refused,
    );
  };
}
