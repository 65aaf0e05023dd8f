import { pathOf } from '../apimachinery/api-resource.ts';
import { isApiError, messageOf, RefusedError } from '../apimachinery/errors.ts';
import { fieldAt, numberAt, objectsAt, textAt } from '../apimachinery/fields.ts';
import { kinds } from '../apimachinery/well-known-kinds.ts';
import type { ApiClient } from '../client/client.ts';
import { oneLine } from '../text/one-line.ts';
import { shortened } from '../text/shortened.ts';

/** How full a filesystem is, in bytes; what a kubelet does not know is undefined. */
export interface Filesystem {
  used: number | undefined;
  capacity: number | undefined;
  available: number | undefined;
  inodesUsed: number | undefined;
  inodes: number | undefined;
}

/** What the volumes of claims and the pods of a node take of its disks. */
export interface NodeDisk {
  node: string;
  root: Filesystem;
  images: Filesystem;
  /** The logs, emptyDir volumes and writable layers of each pod, in bytes. */
  pods: { namespace: string; name: string; used: number | undefined }[];
  claims: { namespace: string; name: string; pod: string; disk: Filesystem }[];
}

/** The disks of some nodes, and what could not be read. */
export interface Disks {
  disks: NodeDisk[];
  failures: { node: string; reason: string }[];
  /** How many more nodes there are than are asked. */
  unasked: number;
}

const MAX_NODES = 500;
/** Kubelets that are asked at the same time. */
const PARALLEL = 10;
const TIMEOUT_MS = 10_000;
const MAX_REASON_LENGTH = 200;

/**
 * Asks the kubelets of nodes for their summary.
 * @throws ApiError with code 403 or RefusedError where it may not be read, which is the same for all nodes.
 */
export async function readDisks(client: ApiClient, nodes: readonly string[], signal: AbortSignal): Promise<Disks> {
  const asked = nodes.slice(0, MAX_NODES);
  const found: Disks = { disks: [], failures: [], unasked: nodes.length - asked.length };
  const queue = asked.values();
  const work = async () => {
    for (const node of queue) {
      const path = `${pathOf(kinds.nodes, undefined, node)}/proxy/stats/summary`;
      try {
        found.disks.push(diskOf(node, await client.json({ path, signal, timeout: TIMEOUT_MS })));
      } catch (error) {
        signal.throwIfAborted();
        if (isApiError(error, 403) || error instanceof RefusedError) throw error;
        found.failures.push({ node, reason: shortened(oneLine(messageOf(error)), MAX_REASON_LENGTH) });
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return found;
}

/** Reads a kubelet's summary. */
export function diskOf(node: string, summary: unknown): NodeDisk {
  const pods = objectsAt(summary, 'pods').map((pod) => ({
    pod,
    namespace: textAt(pod, 'podRef', 'namespace') ?? '',
    name: textAt(pod, 'podRef', 'name') ?? '',
  }));
  return {
    node,
    root: filesystem(fieldAt(summary, 'node', 'fs')),
    images: filesystem(fieldAt(summary, 'node', 'runtime', 'imageFs')),
    pods: pods.map(({ pod, namespace, name }) => ({
      namespace,
      name,
      used: numberAt(pod, 'ephemeral-storage', 'usedBytes'),
    })),
    claims: pods.flatMap(({ pod, namespace, name }) =>
      objectsAt(pod, 'volume').flatMap((volume) => {
        const claim = textAt(volume, 'pvcRef', 'name');
        if (claim === undefined) return [];
        const place = textAt(volume, 'pvcRef', 'namespace') ?? namespace;
        return [{ namespace: place, name: claim, pod: name, disk: filesystem(volume) }];
      }),
    ),
  };
}

function filesystem(from: unknown): Filesystem {
  return {
    used: numberAt(from, 'usedBytes'),
    capacity: numberAt(from, 'capacityBytes'),
    available: numberAt(from, 'availableBytes'),
    inodesUsed: numberAt(from, 'inodesUsed'),
    inodes: numberAt(from, 'inodes'),
  };
}
