import * as vscode from 'vscode';
import { UserError } from '../../kubernetes/apimachinery/errors.ts';
import type { Clusters } from '../targets/clusters.ts';
import type { Targets } from '../targets/targets.ts';
import type { LogAddress } from './log-uri.ts';
import type { FollowedObjects } from './pod-search.ts';

/** Where the log at this address comes from. @throws UserError for a cluster that the workspace no longer has. */
export async function sourceOf(
  targets: Targets,
  clusters: Clusters,
  { target: targetName, coordinates, others }: LogAddress,
): Promise<FollowedObjects> {
  const target = await targets.named(targetName);
  if (!target) throw new UserError(vscode.l10n.t('This object is not of this workspace any more.'));
  const connection = await clusters.connect(target, coordinates.context);
  const objects = await Promise.all(
    [coordinates, ...others].map(async ({ resource: kind, namespace, name }) => ({
      resource: await connection.discovery.resolve(kind),
      namespace,
      name,
    })),
  );
  return { connection, objects };
}
