import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { readWorkspaceManifest } from '../../../kubernetes/kustomize/workspace-manifest.ts';
import { oneLine } from '../../../kubernetes/text/one-line.ts';
import { redactText } from '../../../kubernetes/text/redact-text.ts';
import type { ToolContext } from '../../core/tool.ts';

/** The text of a manifest. */
export interface ManifestSource {
  text: string;
  /** Where it is from, to end a place with: `, overlays/prod, built by kustomize`; '' for a text. */
  origin: string;
}

/** The manifest of a call, given as text or as a path of the workspace. @throws UserError */
export async function manifestOf(
  { manifest, path }: { manifest: string | undefined; path: string | undefined },
  { helm, signal }: Pick<ToolContext, 'helm' | 'signal'>,
): Promise<ManifestSource> {
  if (manifest !== undefined && path !== undefined) throw new UserError('Give manifest or path, not both.');
  if (manifest !== undefined) return { text: manifest, origin: '' };
  if (path === undefined)
    throw new UserError('manifest is missing: its text, or the path of a file or folder of the workspace.');
  const { text, origin } = await readWorkspaceManifest(path, helm, signal);
  return { text, origin: `, ${redactText(oneLine(origin))}` };
}
