import type { Change } from '../../../kubernetes/writes/change.ts';
import type { ToolContext } from '../../core/tool.ts';

/** A change to helm's configuration on this machine, for review and journal. */
export function repositoryChange(
  access: 'create' | 'delete',
  name: string,
  summary: string,
  { connection }: ToolContext,
): Change {
  const { name: context } = connection.context;
  return { access, context, apiVersion: 'helm.sh/v1', kind: 'HelmRepository', namespace: undefined, name, summary };
}
