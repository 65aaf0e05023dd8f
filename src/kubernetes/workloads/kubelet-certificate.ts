import { pathOf } from '../apimachinery/api-resource.ts';
import { isApiError } from '../apimachinery/errors.ts';
import { isObject, type KubernetesList, type KubernetesObject } from '../apimachinery/objects.ts';
import { kinds } from '../apimachinery/well-known-kinds.ts';
import type { ApiClient } from '../client/client.ts';

const SIGNER = 'kubernetes.io/kubelet-serving';
const SHOWN = 3;

/** Why the API server cannot talk to a kubelet, for an error that tells of a missing certificate; undefined for any other. */
export async function kubeletCertificateProblem(
  error: unknown,
  client: ApiClient,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!isApiError(error, 500) || !/tls: internal error/.test(error.message)) return undefined;
  const pending = await pendingRequests(client, signal);
  const names = pending.slice(0, SHOWN).map(({ metadata, spec }) => {
    const who = isObject(spec) && typeof spec.username === 'string' ? ` of ${spec.username}` : '';
    return `${metadata?.name}${who}`;
  });
  const waiting = names.length > 0 ? `: approval is pending for CertificateSigningRequest ${names.join(', ')}` : '';
  return `the kubelet has no serving certificate yet${waiting}`;
}

// Who may not see the requests still learns what is wrong.
async function pendingRequests(client: ApiClient, signal: AbortSignal): Promise<KubernetesObject[]> {
  try {
    const query = { fieldSelector: `spec.signerName=${SIGNER}`, limit: 500 };
    const { items } = await client.json<KubernetesList>({
      path: pathOf(kinds.certificateRequests),
      query,
      signal,
      timeout: 3_000,
    });
    return (items ?? []).filter(({ status }) => !isObject(status) || (!status.certificate && !status.conditions));
  } catch {
    return [];
  }
}
