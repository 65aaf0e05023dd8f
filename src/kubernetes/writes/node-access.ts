import { posix } from 'node:path';
import { objectsAt } from '../apimachinery/fields.ts';
import { isObject, type JsonObject } from '../apimachinery/objects.ts';
import { containersOf } from './pod-specs.ts';
import { texts } from './reach.ts';

/** Capabilities by which a container gets at all of its node. */
const ROOT_CAPABILITIES = ['ALL', 'SYS_ADMIN', 'SYS_MODULE', 'SYS_RAWIO', 'SYS_PTRACE', 'DAC_READ_SEARCH', 'BPF'];
/** Folders of a node in which lie its credentials, those of its pods, or the door of its containers. */
const NODE_FOLDERS = ['/var/lib/kubelet', '/etc/kubernetes', '/var/lib/etcd', '/run', '/var/run', '/proc', '/root'];

/** Does a pod get at what belongs to its node, and so to every pod there? */
export function isOnNode(spec: JsonObject): boolean {
  const folders = objectsAt(spec.volumes).flatMap(({ hostPath }) => (isObject(hostPath) ? String(hostPath.path) : []));
  const isWithin = (folder: string, other: string) => folder === other || folder.startsWith(`${other}/`);
  return (
    spec.hostPID === true ||
    containersOf(spec).some(({ securityContext }) => isObject(securityContext) && isRoot(securityContext)) ||
    folders
      .map((folder) => posix.normalize(folder).replace(/(.)\/$/, '$1'))
      .some((folder) => folder === '/' || NODE_FOLDERS.some((one) => isWithin(folder, one) || isWithin(one, folder)))
  );
}

function isRoot({ privileged, capabilities, windowsOptions }: JsonObject): boolean {
  const added = isObject(capabilities) ? texts(capabilities.add).map((one) => one.replace(/^CAP_/, '')) : [];
  const ofHost = isObject(windowsOptions) && windowsOptions.hostProcess === true;
  return privileged === true || ofHost || added.some((one) => ROOT_CAPABILITIES.includes(one));
}
