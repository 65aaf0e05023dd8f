import { diagnosisOf } from './diagnosis.ts';
import type { Prompt } from './prompt.ts';

export const diagnoseWorkload: Prompt = {
  name: 'diagnose-workload',
  title: 'Diagnose Workload',
  description: 'Find out why a workload does not work, from its status, events and logs.',
  arguments: [
    { name: 'kind', description: 'As in kubectl: Deployment, deploy, deployments.apps', required: true },
    { name: 'namespace', description: 'The namespace of the context when empty' },
    { name: 'name', description: 'Name of the object', required: true },
  ],
  lists: false,
  async run({ kind, name, namespace }, context) {
    const data = await diagnosisOf({ kind, name, ...(namespace ? { namespace } : {}) }, context);
    return {
      task: `Find out what is wrong with ${kind} ${namespace ? `${namespace}/` : ''}${name}. Name the cause and the evidence for it in two sentences, then the smallest change that mends it. If the data does not prove a cause, say what you would look at next and look at it with the read tools. Change nothing before I agree.`,
      data,
    };
  },
};
