import { diagnosisOf } from './diagnosis.ts';
import type { Prompt } from './prompt.ts';

export const clusterHealth: Prompt = {
  name: 'cluster-health',
  title: 'Cluster Health',
  description: 'Judge the health of the cluster: nodes, pods, workloads, volume claims and warning events.',
  arguments: [],
  lists: true,
  async run(_, context) {
    return {
      task: 'Judge the health of this Kubernetes cluster. Say in one sentence whether something needs action now. Then list the problems, the worst first, each with its evidence, likely cause and next step; what has one cause is one problem. Use diagnose_resource where the cause is not plain from the data. Change nothing.',
      data: await diagnosisOf({ kind: 'cluster' }, context),
    };
  },
};
