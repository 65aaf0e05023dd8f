import { setTimeout as delay } from 'node:timers/promises';
import { pathOf } from '../apimachinery/api-resource.ts';
import { ApiError, messageOf, UserError } from '../apimachinery/errors.ts';
import { fieldSelector } from '../apimachinery/field-selector.ts';
import { isObject, type KubernetesList, type KubernetesObject } from '../apimachinery/objects.ts';
import { kinds } from '../apimachinery/well-known-kinds.ts';
import type { ApiClient } from '../client/client.ts';
import { shortened } from '../text/shortened.ts';
import type { Pod } from './pods.ts';

/** A pod whose node's kubelet is asked for something. */
export interface PodOnNode {
  namespace: string | undefined;
  pod: string;
  signal?: AbortSignal | undefined;
}

/** The API server could not talk to a kubelet, so nothing was done there. */
export class KubeletError extends UserError {
  override name = 'KubeletError';
  /** A short form, for use where the pod is already named. */
  readonly reason: string;

  constructor(pod: string, reason: string) {
    super(`Nothing can be asked of the node of pod "${pod}": ${reason}.`);
    this.reason = reason;
  }
}

const SIGNER = 'kubernetes.io/kubelet-serving';
const MAX_SHOWN = 3;
/** Enough time for a newly started kubelet to get its certificate; milliseconds. */
const PAUSES_MS = [500, 1_500];
const LOOKUP_TIMEOUT_MS = 3_000;
const NO_CERTIFICATE = 'the kubelet has no serving certificate yet';
/** Why no connection was made, in Go's words. */
const FAILURES: readonly [RegExp, string][] = [
  [/tls: internal error/, NO_CERTIFICATE],
  [
    /x509: certificate has expired or is not yet valid/,
    'the serving certificate of the kubelet has expired, or is not valid yet',
  ],
  [
    /x509: certificate signed by unknown authority/,
    'the serving certificate of the kubelet is of an authority that the API server does not know',
  ],
  [
    /x509: (?:cannot validate certificate for|certificate is (?:not )?valid for|certificate is not valid for any names)/,
    'the serving certificate of the kubelet is for another address',
  ],
  [/x509: certificate relies on legacy Common Name/, 'the serving certificate of the kubelet names no address'],
];
/** Where the API server says that it asked a kubelet. */
const ASKED = /error dialing backend: |:\d+\/(?:containerLogs|exec|attach|portForward|run)\//;
/** As it says why it could not, with what that means; nothing was sent then. */
const UNREACHED: readonly [RegExp, string][] = [
  [
    /remote error: (tls: (?:bad certificate|certificate required|expired certificate|unknown certificate.*))$/s,
    'the kubelet refuses the certificate of the API server',
  ],
  [/((?:remote error: )?tls: .+)$/s, 'the TLS connection to the kubelet failed'],
  [/(x509: .+)$/s, 'the serving certificate of the kubelet was refused'],
  [/(TLS handshake timeout)/, 'the TLS connection to the kubelet failed'],
  [/(dial tcp.+)$/s, 'the API server cannot connect to the kubelet'],
  [/(No agent available)/, 'the tunnel from the API server to the nodes has no agent'],
];
const MAX_QUOTED = 200;

/** Calls a pod's kubelet, retrying briefly while it has no certificate. @throws KubeletError with the cause. */
export async function throughKubelet<T>(
  client: Partial<Pick<ApiClient, 'json'>>,
  pod: PodOnNode,
  ask: () => Promise<T>,
): Promise<T> {
  for (const pause of [...PAUSES_MS, undefined]) {
    try {
      return await ask();
    } catch (error) {
      // The handshake failed, so nothing was requested yet.
      const failure = error instanceof ApiError && error.code >= 500 ? failureIn(error.message) : undefined;
      if (failure === undefined || pause === undefined || failure !== NO_CERTIFICATE)
        throw (failure !== undefined && (await kubeletError(messageOf(error), client, pod))) || error;
      await delay(pause, undefined, { signal: pod.signal });
    }
  }
  throw new Error('The last attempt gives an answer or fails.');
}

/** What an API server message says about reaching a pod's kubelet; undefined when it is about something else. */
export async function kubeletError(
  message: string,
  client: Partial<Pick<ApiClient, 'json'>>,
  { namespace, pod, signal }: PodOnNode,
): Promise<KubeletError | undefined> {
  const failure = failureIn(message);
  if (failure === undefined) return undefined;
  const look = async <U>(path: string, query = {}) =>
    // A user who may not read it still learns what is wrong.
    client.json?.<U>({ path, query, signal, timeout: LOOKUP_TIMEOUT_MS }).catch(() => undefined);
  const node = (await look<Pod>(pathOf(kinds.pods, namespace, pod)))?.spec?.nodeName;
  const requests =
    failure !== NO_CERTIFICATE
      ? undefined
      : await look<KubernetesList>(pathOf(kinds.certificateRequests), {
          fieldSelector: fieldSelector({ 'spec.signerName': SIGNER }),
          limit: 500,
        });
  const names = (requests?.items ?? [])
    .filter((request) => isPending(request, node))
    .map(({ metadata }) => metadata?.name);
  const where = node === undefined ? '' : ` of node ${node}`;
  const reason =
    names.length > 0
      ? `${failure}: approval is pending for CertificateSigningRequest ${names.slice(0, MAX_SHOWN).join(', ')}${where}`
      : `${failure}${where && ` (${where.slice(4)})`}`;
  return new KubeletError(pod, reason);
}

function failureIn(message: string): string | undefined {
  const known = FAILURES.find(([pattern]) => pattern.test(message))?.[1];
  if (known !== undefined || !ASKED.test(message)) return known;
  for (const [pattern, meaning] of UNREACHED) {
    const cause = pattern.exec(message)?.[1];
    if (cause !== undefined) return `${meaning} (${shortened(cause, MAX_QUOTED)})`;
  }
  return undefined;
}

function isPending({ spec, status }: KubernetesObject, node: string | undefined): boolean {
  const isOfNode = node === undefined || (isObject(spec) && spec.username === `system:node:${node}`);
  const conditions = isObject(status) && Array.isArray(status.conditions) ? status.conditions : [];
  return isOfNode && conditions.length === 0 && !(isObject(status) && status.certificate);
}
