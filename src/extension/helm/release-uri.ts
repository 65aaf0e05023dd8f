import * as vscode from 'vscode';
import { contextSegment } from '../common/context-name.ts';

/** The scheme of release documents. */
export const RELEASE_SCHEME = 'k8s-release';

/** What a release document shows; the digest says what is wrong with the release now. */
const PARTS = ['values', 'manifest', 'digest'] as const;
export type ReleasePart = (typeof PARTS)[number];

/** A revision of a release and the part to show. */
export interface ReleaseAddress {
  /** The target's name, if folders differ. */
  target: string | undefined;
  context: string;
  namespace: string;
  name: string;
  revision: number;
  part: ReleasePart;
}

/** The same address opens the same tab. */
export function releaseUri({ target, context, namespace, name, revision, part }: ReleaseAddress): vscode.Uri {
  const query = JSON.stringify({ target, context, namespace, name, revision, part });
  const folder = `/${contextSegment(context)}/${namespace}`;
  const path = part === 'digest' ? `${folder}/${name}.txt` : `${folder}/${name}/r${revision}-${part}.yaml`;
  return vscode.Uri.from({ scheme: RELEASE_SCHEME, path, query });
}

/** The release a document URI refers to; undefined for other URIs. */
export function releaseAddress({ scheme, query }: vscode.Uri): ReleaseAddress | undefined {
  if (scheme !== RELEASE_SCHEME) return undefined;
  try {
    const value = JSON.parse(query) as Partial<ReleaseAddress>;
    const { target, context, namespace, name, revision, part } = value;
    const isWhole = [context, namespace, name].every((one) => typeof one === 'string') && typeof revision === 'number';
    return isWhole && PARTS.some((one) => one === part)
      ? ({ target, context, namespace, name, revision, part } as ReleaseAddress)
      : undefined;
  } catch {
    return undefined;
  }
}
