import { pathOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { isApiError, UserError } from '../../../kubernetes/apimachinery/errors.ts';
import { fieldAt, objectsAt, textAt } from '../../../kubernetes/apimachinery/fields.ts';
import type { KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import { memoryText, parseQuantity, percentText } from '../../../kubernetes/apimachinery/quantity.ts';
import { counted } from '../../../kubernetes/apimachinery/texts.ts';
import { kinds } from '../../../kubernetes/apimachinery/well-known-kinds.ts';
import type { Connection } from '../../../kubernetes/client/cluster.ts';
import { renderRows } from '../../../kubernetes/text/table.ts';
import { type Disks, type Filesystem, readDisks } from '../../../kubernetes/workloads/disk-use.ts';
import type { Pod } from '../../../kubernetes/workloads/pods.ts';
import { noNodesText } from './node-usage.ts';
import { keyOf, namesText, titleOf } from './object-names.ts';
import { noPodsText } from './pod-usage.ts';
import { findInPlace, findPods, readObjects, type UsageQuery } from './usage-reading.ts';

const LARGEST = 3;

/** How full the disks of nodes are, the fullest first, and which pods take most. */
export async function nodeDisksText(query: UsageQuery, connection: Connection, limit: number): Promise<string> {
  const { items: nodes, notes } = await readObjects<KubernetesObject>(query, connection);
  if (nodes.length === 0) return noNodesText(query);
  const read = await disksOf(nodes.map(nameOf), query, connection);
  const mayNamePods = isPermitted(connection);
  const disks = read.disks.toSorted((a, b) => shareOf(b.root) - shareOf(a.root));
  const rows = disks.slice(0, limit).map(({ node, root, images, pods }) => {
    const largest = pods
      .filter(({ used }) => used !== undefined && used > 0)
      .sort((a, b) => (b.used ?? 0) - (a.used ?? 0))
      .slice(0, LARGEST)
      .map(({ namespace, name, used = 0 }) => `${namespace}/${name} ${memoryText(used)}`);
    return [
      node,
      fullText(root),
      inodesText(root),
      fullText(images),
      ...(mayNamePods ? [largest.join(', ') || '-'] : []),
    ];
  });
  const header = ['NODE', 'DISK', 'INODES', 'IMAGES', ...(mayNamePods ? ['LARGEST PODS'] : [])];
  return [
    ...notes,
    `${counted(disks.length, 'node')}, by share of the disk that is used`,
    ...(rows.length > 0 ? renderRows([header, ...rows]) : []),
    ...remainder(disks.length - limit),
    ...unreadText(read),
  ].join('\n');
}

/** What pods take of the disks of their nodes: logs, emptyDir volumes and what they write to their own files. */
export async function podDisksText(query: UsageQuery, connection: Connection, limit: number): Promise<string> {
  const found = await findPods(query, connection, false);
  if (found.items.length === 0) return [...found.notes, noPodsText(query, found)].join('\n');
  const read = await disksOf(nodesOf(found.items), query, connection);
  const used = new Map(read.disks.flatMap(({ pods }) => pods.map((pod) => [`${pod.namespace}/${pod.name}`, pod.used])));
  const known = found.items.flatMap((pod) => {
    const bytes = used.get(keyOf(pod));
    return bytes === undefined ? [] : [{ pod, bytes }];
  });
  known.sort((a, b) => b.bytes - a.bytes);
  const rows = known.slice(0, limit).map(({ pod, bytes }) => {
    const most = limitOf(pod);
    return [
      ...titleOf(pod, found.namespace),
      pod.spec?.nodeName ?? '-',
      memoryText(bytes),
      most ? `${percentText(bytes, most)} of ${memoryText(most)}` : '-',
    ];
  });
  const header = [...(found.namespace === undefined ? ['NAMESPACE'] : []), 'POD', 'NODE', 'DISK', 'OF LIMIT'];
  const others = found.items.filter((pod) => used.get(keyOf(pod)) === undefined);
  return [
    ...found.notes,
    `${counted(known.length, 'pod')}${found.where}, by disk (logs, emptyDir, own files; claims are kind=PersistentVolumeClaim)`,
    ...(rows.length > 0 ? renderRows([header, ...rows]) : []),
    ...remainder(known.length - limit),
    ...namesText(
      'Not known',
      others.map((pod) => titleOf(pod, found.namespace).join('/')),
    ),
    ...unreadText(read),
  ].join('\n');
}

/** How full the volumes of claims are, the fullest first. */
export async function claimsText(query: UsageQuery, connection: Connection, limit: number): Promise<string> {
  const pods = await connection.discovery.resolve('pods', 'v1');
  const found = await findInPlace(query, connection, async (at) => {
    const podsQuery = { ...at, resource: pods, name: undefined, labelSelector: undefined };
    const [claims, users] = await Promise.all([
      readObjects<KubernetesObject>(at, connection),
      readObjects<Pod>(podsQuery, connection, 'status.phase=Running'),
    ]);
    return { items: claims.items, users: users.items, notes: [...claims.notes, ...users.notes] };
  });
  const matching = query.labelSelector ? ` match ${query.labelSelector}` : '';
  if (found.items.length === 0) return [...found.notes, `No claims${found.where}${matching}.`].join('\n');
  const wanted = new Set(found.items.map(keyOf));
  const mounting = found.users.filter((pod) => claimKeys(pod).some((key) => wanted.has(key)));
  const mounted = new Set(mounting.flatMap(claimKeys));
  const read = await disksOf(nodesOf(mounting), query, connection);
  const volumes = new Map(
    read.disks.flatMap(({ claims }) => claims.map((one) => [`${one.namespace}/${one.name}`, one])),
  );
  const known = found.items.flatMap((claim) => {
    const volume = volumes.get(keyOf(claim));
    return volume ? [{ claim, volume }] : [];
  });
  known.sort((a, b) => shareOf(b.volume.disk) - shareOf(a.volume.disk));
  const rows = known
    .slice(0, limit)
    .map(({ claim, volume: { disk, pod } }) => [
      ...titleOf(claim, found.namespace),
      fullText(disk),
      disk.available === undefined ? '-' : memoryText(disk.available),
      inodesText(disk),
      pod,
    ]);
  const header = [...(found.namespace === undefined ? ['NAMESPACE'] : []), 'CLAIM', 'DISK', 'FREE', 'INODES', 'POD'];
  const unknown = found.items.filter((claim) => !volumes.has(keyOf(claim)));
  const [silent, idle] = [true, false].map((isMounted) =>
    unknown
      .filter((claim) => mounted.has(keyOf(claim)) === isMounted)
      .map((claim) => titleOf(claim, found.namespace).join('/')),
  );
  return [
    ...found.notes,
    `${counted(known.length, 'claim')}${found.where}, by share of the volume that is used`,
    ...(rows.length > 0 ? renderRows([header, ...rows]) : []),
    ...remainder(known.length - limit),
    ...namesText('No running pod has it mounted, so nobody measures it', idle ?? []),
    ...namesText('Mounted, but its kubelet or driver does not say', silent ?? []),
    ...unreadText(read),
  ].join('\n');
}

async function disksOf(nodes: readonly string[], { signal }: UsageQuery, { client }: Connection): Promise<Disks> {
  try {
    return await readDisks(client, nodes, signal);
  } catch (error) {
    if (!isApiError(error, 403)) throw error;
    throw new UserError(
      `Disk use is known to the kubelets only, and this user may not ask them: that needs the verb get on nodes/proxy (${error.message}). Where Prometheus has it: query_metrics query=kubelet_volume_stats_used_bytes.`,
    );
  }
}

// The kubelet names pods, which may be closed to agents.
function isPermitted({ client }: Connection): boolean {
  return client.permits({ path: pathOf(kinds.pods) });
}

function claimKeys(pod: Pod): string[] {
  const { namespace = '', name = '' } = pod.metadata ?? {};
  return objectsAt(pod, 'spec', 'volumes').flatMap((volume) => {
    const claim =
      textAt(volume, 'persistentVolumeClaim', 'claimName') ??
      (fieldAt(volume, 'ephemeral') === undefined ? undefined : `${name}-${textAt(volume, 'name')}`);
    return claim === undefined ? [] : [`${namespace}/${claim}`];
  });
}

function nodesOf(pods: readonly Pod[]): string[] {
  return [...new Set(pods.flatMap(({ spec }) => spec?.nodeName ?? []))].sort();
}

function nameOf({ metadata }: KubernetesObject): string {
  return metadata?.name ?? '';
}

function limitOf(pod: Pod): number | undefined {
  const limits = (pod.spec?.containers ?? []).map(({ resources }) =>
    parseQuantity(resources?.limits?.['ephemeral-storage']),
  );
  return limits.reduce<number | undefined>(
    (sum, limit) => (sum === undefined || limit === undefined ? undefined : sum + limit),
    0,
  );
}

function shareOf({ used = 0, capacity = 0 }: Filesystem): number {
  return capacity > 0 ? used / capacity : -1;
}

function fullText({ used, capacity }: Filesystem): string {
  if (used === undefined) return '-';
  return capacity ? `${memoryText(used)} ${percentText(used, capacity)} of ${memoryText(capacity)}` : memoryText(used);
}

function inodesText({ inodesUsed, inodes }: Filesystem): string {
  return inodesUsed === undefined || !inodes ? '-' : percentText(inodesUsed, inodes);
}

function remainder(count: number): string[] {
  return count > 0 ? [`${count} more are less full: raise limit.`] : [];
}

function unreadText({ failures, unasked }: Disks): string[] {
  return [
    ...namesText(
      'Not read',
      failures.map(({ node, reason }) => `${node} (${reason})`),
    ),
    ...(unasked > 0 ? [`${unasked} more nodes were not asked: name one, or use a labelSelector.`] : []),
  ];
}
