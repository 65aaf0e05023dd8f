import { UntrustedKubeconfigError } from '../../kubernetes/client/kubeconfig.ts';
import { StrangerPermit } from '../../kubernetes/client/kubeconfig-permit.ts';
import type { Agreement } from '../../protocol.ts';
import type { EditorLink } from './editor-link.ts';

const HOW =
  'in VS Code they can: “MCP for Kubernetes: Show What This Workspace Asks For” in the command palette, or a click on the status bar.';

/** What the command line says about the origin of kubeconfigs. */
export interface KubeconfigTrust {
  kubeconfig: readonly string[];
  /** Files and folders provided by a workspace. */
  distrust: readonly string[];
  /** Fingerprints that the user has already agreed to. */
  vouched: readonly string[];
}

/**
 * The check that kubeconfigs pass before use; undefined where they are the user's own. A workspace's kubeconfig needs
 * someone to vouch for it; an editor that started this server is asked about each named one, as it knows where the name
 * came from.
 */
export function permitOf(
  editor: EditorLink | undefined,
  { kubeconfig, distrust, vouched }: KubeconfigTrust,
): StrangerPermit | undefined {
  const isAsked = editor?.isStarter === true && kubeconfig.length > 0;
  if (distrust.length === 0 && !isAsked) return undefined;
  return new StrangerPermit({
    places: distrust,
    isAsked: () => isAsked,
    agreement: async (question) => {
      if (vouched.includes(question.fingerprint)) return 'agreed';
      return editor ? editor.agreement(question) : 'nobody';
    },
    refusal: (path, agreement) => new UntrustedKubeconfigError(refusalText(path, agreement), agreement === 'refused'),
  });
}

function refusalText(path: string, agreement: Exclude<Agreement, 'agreed'>): string {
  switch (agreement) {
    case 'refused':
      return `The user refused the kubeconfig that this workspace provides, ${path}: no cluster is used, and no other in its place. This is meant; report it. To change it, ${HOW} Or they name another one in the setting mcpK8s.kubeconfig.`;
    case 'waiting':
      return `The user has not yet agreed to the kubeconfig that this workspace provides, ${path}: until then no cluster is used, and no other in its place. Tell them that their answer is awaited, and call again after it; ${HOW}`;
    case 'nobody':
      return `A workspace provides the kubeconfig ${path}, or a program that it runs, and nobody vouches for what they are now: no cluster is used, and no other in its place. Report it. This server was started without the editor that could ask the user; a configuration from “MCP for Kubernetes: Copy MCP Configuration” in VS Code holds for what they agreed to until that changes.`;
  }
}
