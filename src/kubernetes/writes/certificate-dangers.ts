import { conditionOf } from '../apimachinery/conditions.ts';
import { isObject, type KubernetesObject } from '../apimachinery/objects.ts';
import { certificateRequestOf } from '../text/certificate-request.ts';
import { type Danger, danger } from './danger.ts';

const MASTERS = 'system:masters';
/** Signers whose certificates the API server takes for a user. */
const OF_USERS = /^kubernetes\.io\/kube-apiserver-client(-kubelet)?$/;

/** What a decision about a certificate request means: for an approval, all that the certificate would allow. */
export function certificateDangers(request: KubernetesObject, before: KubernetesObject | undefined): Danger[] {
  const { signerName, username } = isObject(request.spec) ? request.spec : {};
  const decides = danger('approvesCertificate', String(signerName), String(username));
  const isNew = (type: string) => conditionOf(request, type) !== undefined && !(before && conditionOf(before, type));
  if (isNew('Denied')) return [decides, danger('deniesCertificate')];
  if (conditionOf(request, 'Approved') === undefined) return [decides];
  return [decides, ...allowedBy(request)];
}

function allowedBy({ spec }: KubernetesObject): Danger[] {
  const { request, signerName, usages, expirationSeconds } = isObject(spec) ? spec : {};
  const uses = Array.isArray(usages) ? usages.map(String).join(', ') : '';
  const content = certificateRequestOf(request);
  const use =
    typeof expirationSeconds === 'number'
      ? danger('certificateUses', uses, durationText(expirationSeconds))
      : danger('certificateUsesLong', uses);
  if (!content) return [danger('certificateUnread'), use];
  const { subject, commonNames, organizations, names } = content;
  const holder = OF_USERS.test(String(signerName))
    ? danger('certificateUser', commonNames.join(', ') || '-', organizations.join(', ') || '-')
    : danger('certificateSubject', subject.join(', ') || '-');
  return [
    holder,
    ...(organizations.includes(MASTERS) ? [danger('certificateMasters', MASTERS)] : []),
    ...(names.length > 0 ? [danger('certificateNames', names.join(', '))] : []),
    use,
  ];
}

function durationText(seconds: number): string {
  const [days, hours, minutes] = [seconds / 86_400, seconds / 3_600, seconds / 60];
  if (Number.isInteger(days)) return `${days}d`;
  if (Number.isInteger(hours)) return `${hours}h`;
  return Number.isInteger(minutes) ? `${minutes}m` : `${seconds}s`;
}
