import * as vscode from 'vscode';
import { UntrustedKubeconfigError } from '../../kubernetes/client/kubeconfig.ts';

/** Why a kubeconfig is not used, for a user. */
export function untrustedKubeconfig(path: string, refused: boolean): UntrustedKubeconfigError {
  const name = vscode.workspace.asRelativePath(path);
  return new UntrustedKubeconfigError(
    refused
      ? vscode.l10n.t(
          'You did not allow the kubeconfig that this workspace provides, {0}. No cluster is used, and no other in its place, unless you name one in the setting {1}.',
          name,
          'mcpK8s.kubeconfig',
        )
      : vscode.l10n.t(
          'This workspace provides a kubeconfig of its own, {0}. No cluster is used before you have answered whether you allow it.',
          name,
        ),
    refused,
  );
}
