import type { ApiResource } from '../../kubernetes/apimachinery/api-resource.ts';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { kinds } from '../../kubernetes/apimachinery/well-known-kinds.ts';
import { changesInEvents } from '../../kubernetes/changes/event-changes.ts';
import { type Change, changesOf } from '../../kubernetes/changes/object-changes.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { serverOf } from '../../kubernetes/client/kubeconfig.ts';
import { type ClusterProblems, clusterProblems } from '../../kubernetes/diagnosis/cluster.ts';
import { limitsOf } from '../../kubernetes/diagnosis/digest.ts';
import { Lookup, members } from '../../kubernetes/diagnosis/facts/lookup.ts';
import type { ClusterEvent } from '../../kubernetes/workloads/events.ts';
import { metricsKind, readMetrics } from '../../kubernetes/workloads/metrics-api.ts';
import type { Node } from '../../kubernetes/workloads/node-room.ts';
import type { Pod } from '../../kubernetes/workloads/pods.ts';
import { defaultJournal, type JournalEntry } from '../../kubernetes/writes/journal.ts';
import { readJournal } from '../../kubernetes/writes/journal-reading.ts';
import { told } from '../common/told.ts';
import { type NodeCapacity, nodeCapacities } from './capacity.ts';
import { partOf, readOf } from './part.ts';

/** All that the page of a cluster tells, as it was read. */
export interface ClusterFacts {
  connection: Connection;
  /** Of Kubernetes; undefined if it does not say. */
  version: string | undefined;
  problems: ClusterProblems;
  nodes: NodeCapacity[];
  /** Newest first, without what controllers do all the time. */
  changes: Change[];
  /** What was written from this machine, by agents and the user. */
  journal: JournalEntry[];
  /** What could not be read of nodes, pods and changes. */
  limits: string[];
  served: readonly ApiResource[];
}

const SINCE_MS = 24 * 3_600_000;
const MAX_EVENTS = 1_000;
/** Whose changes are told. */
const CHANGED = [
  { kind: 'Deployment', resource: kinds.deployments },
  { kind: 'StatefulSet', resource: kinds.statefulSets },
  { kind: 'DaemonSet', resource: kinds.daemonSets },
  { kind: 'CronJob', resource: kinds.cronJobs },
  { kind: 'Service', resource: kinds.services },
  { kind: 'ConfigMap', resource: kinds.configMaps },
];

/** Reads a cluster. @throws what reading its problems throws. */
export async function clusterFacts(connection: Connection, signal: AbortSignal): Promise<ClusterFacts> {
  const { client, context, discovery } = connection;
  const lookup = new Lookup(connection, signal);
  const [problems, nodes, pods, metrics, version, events, changed, entries] = await Promise.all([
    clusterProblems(connection, signal, told),
    lookup.list<Node>(kinds.nodes, undefined),
    lookup.list<Pod>(kinds.pods, undefined),
    partOf(signal, async () => {
      const kind = await metricsKind(discovery, 'nodes');
      return kind ? readMetrics(client, kind, { signal }) : [];
    }),
    partOf(signal, () => client.json<{ gitVersion?: string }>({ path: '/version', signal })),
    lookup.list<ClusterEvent>(kinds.events, undefined, {}, MAX_EVENTS),
    Promise.all(
      CHANGED.map(async ({ kind, resource }) => changesIn(kind, members(await lookup.names(resource, undefined)))),
    ),
    partOf(signal, () => readJournal(defaultJournal())),
  ]);
  const server = serverOf(context);
  const since = Date.now() - SINCE_MS;
  const changes = [...changed.flat(), ...changesInEvents(members(events), since)].filter(({ isNoise }) => !isNoise);
  return {
    connection,
    version: readOf(version)?.gitVersion,
    problems,
    nodes: nodeCapacities(members(nodes), pods === 'unknown' ? undefined : pods, readOf(metrics) ?? []),
    changes: changes.sort((a, b) => b.time - a.time),
    journal: (readOf(entries) ?? []).filter(
      (entry) =>
        entry.context === context.name &&
        entry.server === server &&
        entry.outcome === 'applied' &&
        Date.parse(entry.time) >= since,
    ),
    limits: limitsOf(lookup).map(told),
    served: (await discovery.kinds()).resources,
  };
}

function changesIn(kind: string, objects: readonly KubernetesObject[]): Change[] {
  const since = Date.now() - SINCE_MS;
  return objects.flatMap((object) => changesOf(object, kind, since));
}
