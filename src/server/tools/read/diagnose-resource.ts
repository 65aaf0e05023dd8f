import * as z from 'zod';
import { apiVersionOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import type { Connection } from '../../../kubernetes/client/cluster.ts';
import { UnknownKindError } from '../../../kubernetes/client/kind-resolution.ts';
import { locate, type Named } from '../../../kubernetes/client/read-object.ts';
import { clusterDigest } from '../../../kubernetes/diagnosis/cluster.ts';
import { digest } from '../../../kubernetes/diagnosis/digest.ts';
import { errorWords } from '../../core/error-words.ts';
import { bounded } from '../../core/response.ts';
import { defineTool } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';

/** About 1,400 tokens. */
const MAX_DIGEST = 5_000;

export const diagnoseResource = defineTool({
  name: 'diagnose_resource',
  title: 'Diagnose Resource',
  description:
    'Find the likely cause of what is wrong with an object of any kind, from its status, pods, logs, events and what it refers to. Start here when something fails; kind=cluster without a name finds the worst of the whole cluster, a Namespace gives an overview.',
  access: 'read',
  input: {
    kind: parameters.kind,
    name: z.string().min(1).optional().describe('Required unless kind=cluster'),
    namespace: parameters.namespace,
    apiVersion: parameters.apiVersion,
  },
  async run({ name, ...named }, { connection, signal }) {
    if (name === undefined) {
      await assertWholeCluster(named, connection);
      const text = await clusterDigest(connection, signal);
      return { text: bounded(text, 'diagnose_resource kind=Namespace has the rest of each.', MAX_DIGEST) };
    }
    const { resource, object, shown } = await locateNamed({ ...named, name }, connection, signal);
    const text = await digest(connection, resource, object, signal);
    return { text: bounded(text, 'get_pod_logs, list_events and get_resource have the rest.', MAX_DIGEST), shown };
  },
});

/** @throws UserError unless the whole cluster is meant: a kind named Cluster, as operators define, has the first right to its name. */
async function assertWholeCluster(
  { kind, namespace, apiVersion }: Omit<Named, 'name'>,
  { discovery }: Connection,
): Promise<void> {
  if (!isCluster(kind)) throw new UserError(`name is missing: only kind=cluster, the whole cluster, goes without one.`);
  if (apiVersion) throw new UserError(`name is missing: which ${kind} of ${apiVersion}?`);
  if (!namespace) return;
  const { resources } = await discovery.kinds();
  const own = resources.find((resource) => isCluster(resource.kind));
  throw new UserError(
    own
      ? `"${kind}" is ambiguous here: for the whole cluster leave namespace out, for a ${own.kind} of ${apiVersionOf(own)} give its name.`
      : `The whole cluster is in no namespace: leave namespace out, or use kind=Namespace with name=${namespace}.`,
  );
}

async function locateNamed(named: Named, connection: Connection, signal: AbortSignal): ReturnType<typeof locate> {
  try {
    return await locate(connection, named, signal);
  } catch (error) {
    if (!(error instanceof UnknownKindError) || !isCluster(named.kind)) throw error;
    throw new UserError(`${errorWords(error)} For the whole cluster, which has no name here, leave name out.`);
  }
}

function isCluster(kind: string): boolean {
  return kind.trim().toLowerCase() === 'cluster';
}
