import * as z from 'zod';
import { removeRepository } from '../../../kubernetes/helm/repositories.ts';
import { defineTool } from '../../core/tool.ts';
import { repositoryChange } from '../parts/helm-repository-change.ts';

export const removeHelmRepository = defineTool({
  name: 'remove_helm_repository',
  title: 'Remove Helm Repository',
  description: 'Remove a chart repository from Helm on this machine.',
  access: 'delete',
  switch: 'helmRepoRemove',
  toolset: 'helm',
  input: { name: z.string().min(1) },
  async run({ name }, call) {
    const change = repositoryChange('delete', name, `helm repo remove ${name}`, call);
    await call.writer.review([change]);
    await call.writer.write(change, async () => removeRepository(await call.helm.program(), name, call.signal));
    return { text: `Removed chart repository ${name}.` };
  },
});
