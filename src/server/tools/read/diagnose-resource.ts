import { locate } from '../../../kubernetes/client/read-object.ts';
import { digest } from '../../../kubernetes/diagnosis/digest.ts';
import { bounded } from '../../core/response.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';

/** About 1,400 tokens. */
const MAX_DIGEST = 5_000;

export const diagnoseResource = defineTool({
  name: 'diagnose_resource',
  title: 'Diagnose Resource',
  description:
    'Find the likely cause of what is wrong with an object of any kind, from its status, pods, logs, events and what it refers to. Start here when something fails; a Namespace gives an overview.',
  access: 'read',
  input: {
    kind: parameters.kind,
    name: parameters.name,
    namespace: parameters.namespace,
    apiVersion: parameters.apiVersion,
  },
  async run(named, { connection, signal }) {
    const { resource, object, shown } = await locate(connection, named, signal);
    const text = await digest(connection, resource, object, signal);
    return { text: bounded(text, 'get_pod_logs, list_events and get_resource have the rest.', MAX_DIGEST), shown };
  },
});
