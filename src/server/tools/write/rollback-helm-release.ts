import * as z from 'zod';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { findRelease, revisionIn } from '../../../kubernetes/helm/find-release.ts';
import { summaryText } from '../../../kubernetes/helm/release-operation.ts';
import { ReleaseStorage } from '../../../kubernetes/helm/release-storage.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { changeRelease } from '../parts/helm-change.ts';

export const rollbackHelmRelease = defineTool({
  name: 'rollback_helm_release',
  title: 'Roll Back Helm Release',
  description: 'Roll a Helm release back to an earlier revision. get_helm_release section=diff shows what differs.',
  access: 'update',
  switch: 'helmRollback',
  toolset: 'helm',
  input: {
    name: parameters.name,
    namespace: parameters.namespace,
    revision: z.int().min(1).optional().describe('The last that worked by default'),
    wait: parameters.wait,
    timeoutSeconds: parameters.waitSeconds,
    dryRun: parameters.dryRun,
  },
  async run({ name, namespace, revision, wait, timeoutSeconds, dryRun }, call) {
    const { connection, signal } = call;
    const storage = new ReleaseStorage(connection.client, 'helmRollback', signal);
    const found = await findRelease(connection, storage, name, namespace || undefined);
    const worked = found.revisions.slice(1).find(({ status }) => status === 'superseded' || status === 'deployed');
    const target = revision === undefined ? worked : revisionIn(found, revision);
    if (!target)
      throw new UserError(
        `Release "${name}" has no earlier revision that worked; get_helm_release section=history lists all.`,
      );
    const { chart } = await storage.read(target);
    const place = { name, namespace: found.namespace };
    return changeRelease(call, {
      intent: {
        operation: 'helmRollback',
        place,
        args: ['rollback', name, String(target.revision)],
        summary: summaryText(
          [`helm rollback ${name} ${target.revision}`, `chart: ${chart.name}-${chart.version}`],
          undefined,
        ),
        wait: wait ? timeoutSeconds : undefined,
        renders: false,
        isTrusted: false,
      },
      submitted: undefined,
      done: (release) =>
        `Rolled back to revision ${target.revision}, which is now revision ${release?.revision ?? '?'}`,
      advice: 'get_helm_release section=history lists the revisions to go to.',
      dryRun,
    });
  },
});
