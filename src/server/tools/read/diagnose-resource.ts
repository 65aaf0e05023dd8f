import * as z from 'zod';
import { type ApiResource, apiVersionOf, resourceNameOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { RefusedError, UserError } from '../../../kubernetes/apimachinery/errors.ts';
import type { KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import type { Connection } from '../../../kubernetes/client/cluster.ts';
import { UnknownKindError } from '../../../kubernetes/client/kind-resolution.ts';
import { locate, type Named } from '../../../kubernetes/client/read-object.ts';
import { clusterDigest } from '../../../kubernetes/diagnosis/cluster.ts';
import { digest } from '../../../kubernetes/diagnosis/digest.ts';
import { releaseDigest } from '../../../kubernetes/diagnosis/release.ts';
import { findRelease } from '../../../kubernetes/helm/find-release.ts';
import { isReleaseName, ReleaseStorage } from '../../../kubernetes/helm/release-storage.ts';
import { firingAlerts } from '../../../kubernetes/metrics/alerts.ts';
import { podHistory } from '../../../kubernetes/metrics/pod-history.ts';
import { podsOf } from '../../../kubernetes/workloads/pods.ts';
import { workloadKind } from '../../../kubernetes/workloads/workload-kinds.ts';
import { formatError } from '../../core/error-text.ts';
import { bounded } from '../../core/response.ts';
import { defineTool, type ToolContext } from '../../core/tool.ts';
import * as parameters from '../parameters.ts';
import { getHelmRelease } from './get-helm-release.ts';
import { queryMetrics } from './query-metrics.ts';

/** About 1,400 tokens. */
const MAX_DIGEST = 5_000;
/** Tells Helm's own releases from objects of a kind with the same name. */
const OWN_RELEASE = 'helmrelease.helm.sh';

export const diagnoseResource = defineTool({
  name: 'diagnose_resource',
  title: 'Diagnose Resource',
  description:
    'Find the likely cause of what is wrong with an object, from its status, pods, logs, events and what it refers to. Start here when something fails; kind=cluster: the worst of all, Namespace: an overview, helmrelease: a Helm release.',
  access: 'read',
  input: {
    kind: parameters.kind,
    name: z.string().min(1).optional().describe('Required unless kind=cluster'),
    namespace: parameters.namespace,
    apiVersion: parameters.apiVersion,
  },
  async run({ name, ...named }, call) {
    const { connection, signal } = call;
    if (name === undefined) {
      await assertWholeCluster(named, connection);
      const [text, alerts] = await Promise.all([clusterDigest(connection, signal), alertsOf(call)]);
      const findings = bounded(text, 'diagnose_resource kind=Namespace has the rest of each.', MAX_DIGEST);
      return { text: [findings, ...alerts].join('\n') };
    }
    if (await meansRelease({ ...named, name }, call))
      return { text: await diagnoseRelease(name, named.namespace, call) };
    const { resource, object, shown } = await locateNamed({ ...named, name }, connection, signal);
    const [text, history] = await Promise.all([
      digest(connection, resource, object, signal),
      historyOf(resource, object, call),
    ]);
    const findings = bounded(text, 'get_pod_logs, list_events and get_resource have the rest.', MAX_DIGEST);
    return { text: [findings, ...history].join('\n'), shown };
  },
});

/** The last hour of a pod or of those that a workload makes, where metrics are on. */
async function historyOf(
  resource: ApiResource,
  object: KubernetesObject,
  { connection, prometheus, signal }: ToolContext,
): Promise<string[]> {
  if (resourceNameOf(resource) !== 'pods' && !workloadKind(resource)) return [];
  return orReason('Metrics', signal, async () => {
    const source = await prometheus();
    if (!source) return [];
    const pods = (await podsOf(connection, resource, object, signal)) ?? [];
    const names = pods.map(({ metadata }) => metadata?.name ?? '');
    return podHistory(source, object.metadata?.namespace ?? '', names, signal);
  });
}

/** The alerts of all namespaces, where an agent may know of all. */
async function alertsOf({ policy, prometheus, signal }: ToolContext): Promise<string[]> {
  if (policy.toolRefusal(queryMetrics) !== undefined) return [];
  return orReason('Alerts', signal, async () => {
    const source = await prometheus();
    return source ? firingAlerts(source, signal) : [];
  });
}

// They are an addition: whatever is wrong with them, the diagnosis stands.
async function orReason(what: string, signal: AbortSignal, read: () => Promise<string[]>): Promise<string[]> {
  try {
    return await read();
  } catch (error) {
    signal.throwIfAborted();
    return [`${what} were not looked at: ${formatError(error).slice(0, 300)}`];
  }
}

/** @throws UserError unless the whole cluster is meant: a kind named Cluster, as operators define, takes precedence. */
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

/**
 * Is one of Helm's own releases meant?
 * @throws UserError where an object of the HelmRelease kind, which Flux and others define, may be meant as well.
 */
async function meansRelease(named: Named, { connection, policy, signal }: ToolContext): Promise<boolean> {
  const { kind, apiVersion, namespace } = named;
  const wanted = kind.trim().toLowerCase();
  if (wanted === OWN_RELEASE) return true;
  if (apiVersion || !/^helm-?releases?$/.test(wanted)) return false;
  const { resources } = await connection.discovery.kinds();
  const other = resources.find((resource) => resource.kind === 'HelmRelease');
  if (!other) return true;
  if (policy.toolRefusal(getHelmRelease) !== undefined || !isReleaseName(named.name)) return false;
  const storage = new ReleaseStorage(connection.client, 'helmReleaseGet', signal);
  const own = await storage.revisions(namespace || connection.namespace, named.name).catch(() => []);
  if (own.length === 0) return false;
  const found = await locate(connection, { ...named, kind: resourceNameOf(other) }, signal).catch(() => undefined);
  if (!found) return true;
  throw new UserError(
    `"${kind}" is ambiguous here: kind=${resourceNameOf(other)} is the object of ${apiVersionOf(other)}, kind=${OWN_RELEASE} the release that Helm keeps.`,
  );
}

async function diagnoseRelease(
  name: string,
  namespace: string | undefined,
  { connection, policy, signal }: ToolContext,
): Promise<string> {
  const refusal = policy.toolRefusal({ ...getHelmRelease, name: 'diagnose_resource of Helm releases' });
  if (refusal) throw new RefusedError(refusal);
  const storage = new ReleaseStorage(connection.client, 'helmReleaseGet', signal);
  const found = await findRelease(connection, storage, name, namespace || undefined);
  const text = await releaseDigest(connection, found, storage, signal);
  return bounded(text, 'get_helm_release and diagnose_resource of single objects have the rest.', MAX_DIGEST);
}

async function locateNamed(named: Named, connection: Connection, signal: AbortSignal): ReturnType<typeof locate> {
  try {
    return await locate(connection, named, signal);
  } catch (error) {
    if (!(error instanceof UnknownKindError) || !isCluster(named.kind)) throw error;
    throw new UserError(`${formatError(error)} For the whole cluster, which has no name here, leave name out.`);
  }
}

function isCluster(kind: string): boolean {
  return kind.trim().toLowerCase() === 'cluster';
}
