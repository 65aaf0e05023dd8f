import * as z from 'zod';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { addRepository, checkedRepository } from '../../../kubernetes/helm/repositories.ts';
import { defineTool } from '../../core/tool.ts';
import { repositoryChange } from '../parts/helm-repository-change.ts';

export const addHelmRepository = defineTool({
  name: 'add_helm_repository',
  title: 'Add Helm Repository',
  description: 'Add a chart repository (https) to Helm on this machine, and fetch its index.',
  access: 'create',
  switch: 'helmRepoAdd',
  toolset: 'helm',
  input: {
    name: z.string().min(1),
    url: z.string().min(1),
    username: z.string().optional(),
    password: z.string().optional(),
  },
  async run({ name, url, username, password }, call) {
    const repository = checkedRepository(name, url);
    if ((username === undefined) !== (password === undefined))
      throw new UserError('Give both a username and a password.');
    const login = username !== undefined && password !== undefined ? { username, password } : undefined;
    const change = repositoryChange(
      'create',
      name,
      `helm repo add ${name} ${repository.url}${login ? ' with a login' : ''}`,
      call,
    );
    await call.writer.review([change]);
    await call.writer.write(change, async () =>
      addRepository(await call.helm.program(), repository, login, call.signal),
    );
    return { text: `Added chart repository ${name}; its charts are ${name}/…` };
  },
});
