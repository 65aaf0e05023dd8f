import { WRITE_ACCESSES } from '../../../kubernetes/apimachinery/access.ts';
import { cellText, renderRows } from '../../../kubernetes/text/table.ts';
import type { ContextSummary } from '../../core/contexts.ts';
import { bounded } from '../../core/response.ts';
import { defineTool } from '../../core/tool.ts';

/** A kubeconfig merged from two copies has as many notes as entries. */
const MAX_NOTES = 20;

export const listContexts = defineTool({
  name: 'list_contexts',
  title: 'List Contexts',
  description: 'List the contexts of the kubeconfig: where each leads, and what is allowed there. No cluster is asked.',
  access: 'read',
  inContext: false,
  input: {},
  async run(_, { contexts, policy }) {
    const writable = (context: ContextSummary) =>
      WRITE_ACCESSES.filter((access) => policy.in(context).permits(access)).join(',') || 'no';
    const list = await contexts.list();
    const rows = list.map((context) => [
      `${cellText(context.name)}${context.isDefault ? ' (default)' : ''}`,
      cellText(context.cluster),
      cellText(context.server || '-'),
      cellText(context.namespace || '-'),
      context.allowed ? 'yes' : 'no',
      !context.allowed ? '-' : context.protected ? 'protected' : writable(context),
    ]);
    const lines = renderRows([['NAME', 'CLUSTER', 'SERVER', 'NAMESPACE', 'ALLOWED', 'WRITABLE'], ...rows]);
    const limits = policy.namespaces.length > 0 ? [`Allowed namespaces: ${policy.namespaces.join(', ')}`] : [];
    for (const context of list) {
      const { namespaces } = policy.in(context);
      if (context.allowed && namespaces.join() !== policy.namespaces.join())
        limits.push(`Allowed namespaces in ${cellText(context.name)}: ${namespaces.join(', ') || 'none'}`);
    }
    const shadowed = [...new Set(list.flatMap((context) => context.notes))].slice(0, MAX_NOTES);
    const notes = [...limits, ...(contexts.change ? [contexts.change] : []), ...shadowed];
    return { text: bounded([...lines, ...notes].join('\n'), 'The kubeconfig has more contexts than fit here.') };
  },
});
