import { listRepositories } from '../../../kubernetes/helm/repositories.ts';
import { renderRows } from '../../../kubernetes/text/table.ts';
import { bounded } from '../../core/response.ts';
import { defineTool } from '../../core/tool.ts';

export const listHelmRepositories = defineTool({
  name: 'list_helm_repositories',
  title: 'List Helm Repositories',
  description: 'List the chart repositories that Helm knows.',
  access: 'read',
  switch: 'helmRepoList',
  toolset: 'helm',
  input: {},
  async run(_, { helm, signal }) {
    const all = await listRepositories(await helm.program(), signal);
    if (all.length === 0) return { text: 'Helm knows no chart repositories here.' };
    const rows = renderRows(all.map(({ name, url }) => [name, url]));
    return { text: bounded(['NAME\tURL', ...rows].join('\n'), '', 9_000) };
  },
});
