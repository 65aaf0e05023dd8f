import * as z from 'zod';
import { findRelease } from '../../../kubernetes/helm/find-release.ts';
import { summaryText } from '../../../kubernetes/helm/release-operation.ts';
import { ReleaseStorage } from '../../../kubernetes/helm/release-storage.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { changeRelease } from '../parts/helm-change.ts';

export const uninstallHelmRelease = defineTool({
  name: 'uninstall_helm_release',
  title: 'Uninstall Helm Release',
  description: 'Uninstall a Helm release with all its objects. dryRun lists them.',
  access: 'delete',
  switch: 'helmUninstall',
  toolset: 'helm',
  input: {
    name: parameters.name,
    namespace: parameters.namespace,
    keepHistory: z.boolean().default(false),
    dryRun: parameters.dryRun,
  },
  async run({ name, namespace, keepHistory, dryRun }, call) {
    const { connection, signal } = call;
    const storage = new ReleaseStorage(connection.client, 'helmUninstall', signal);
    const found = await findRelease(connection, storage, name, namespace || undefined);
    const { hooks } = await storage.read(found.revisions[0]);
    const place = { name, namespace: found.namespace };
    return changeRelease(call, {
      intent: {
        operation: 'helmUninstall',
        place,
        args: ['uninstall', name, ...(keepHistory ? ['--keep-history'] : [])],
        summary: summaryText([`helm uninstall ${name}`, `history: ${keepHistory ? 'kept' : 'deleted'}`], undefined),
        wait: undefined,
        renders: false,
        isTrusted: false,
      },
      submitted: undefined,
      done: () => `Uninstalled${keepHistory ? ', its history kept' : ''}`,
      advice: 'What is left is in get_helm_release; call again to go on.',
      hooks,
      dryRun,
    });
  },
});
