import type { ApiRequest } from './request.ts';

const KUBELET = /^\/api\/v1\/nodes\/[^/%]+\/proxy\/(?:stats\/summary$|logs\/(.*)$)/s;
/** Names below a folder: nothing is escaped, and none leads up. */
const NAMES = /^(?:(?!\.{1,2}\/)[\w.@+-]+\/)*(?:(?!\.{1,2}$)[\w.@+-]+)?$/;

/** Is it a read of what a kubelet tells of all its pods: its logs and statistics? */
export function isKubeletRead({ method = 'GET', path }: Pick<ApiRequest, 'method' | 'path'>): boolean {
  const found = method === 'GET' ? KUBELET.exec(path) : null;
  const [, log = ''] = found ?? [];
  return found !== null && isNodeLog(log) && !isLogOfPod(log);
}

/** Does it name a log of a node, or a folder of them? '' is the folder of all. */
export function isNodeLog(log: string): boolean {
  return NAMES.test(log);
}

/** The logs of containers have their own way, which knows their namespace. */
export function isLogOfPod(log: string): boolean {
  return /^(?:pods|containers)(?:\/|$)/.test(log);
}
