import { isConditionTrue } from '../../apimachinery/conditions.ts';
import { ageText } from '../../apimachinery/duration.ts';
import { textAt, textsAt } from '../../apimachinery/fields.ts';
import type { KubernetesObject } from '../../apimachinery/objects.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { cause, type Finding, someOf, symptom } from '../facts/finding.ts';
import type { Lookup } from '../facts/lookup.ts';
import { say } from '../facts/message.ts';
import { certificateFindings } from './ingresses.ts';
import { customRule } from './others.ts';
import { ownedOf, ownFindings, relatedFindings } from './related.ts';

const GROUP = 'cert-manager.io';

/** A Certificate of cert-manager: its issuer, its Secret, and where issuing is stuck. */
export const certManagerCertificateRule = customRule([kinds.secrets], async (certificate, lookup) => {
  const { metadata } = certificate;
  const namespace = metadata?.namespace ?? '';
  const secretName = textAt(certificate, 'spec', 'secretName') ?? '';
  const hosts = textsAt(certificate, 'spec', 'dnsNames');
  const ready = isConditionTrue(certificate, 'Ready');
  const [issuer, steps, secret] = await Promise.all([
    issuerFindings(certificate, lookup),
    ready ? [] : issuingFindings(certificate, lookup),
    certificateFindings({ secretName, hosts }, namespace, lookup),
  ]);
  const end = Date.parse(textAt(certificate, 'status', 'notAfter') ?? '');
  const validity = Number.isNaN(end)
    ? 'never issued'
    : end < Date.now()
      ? 'expired'
      : `valid for ${ageText(end - Date.now())}`;
  return {
    summary: `${someOf(hosts) || textAt(certificate, 'spec', 'commonName') || 'no names'}, in Secret ${secretName}, ${validity}`,
    findings: [...issuer, ...steps, ...(ready ? secret : secret.map(({ message }) => symptom(message)))],
  };
});

/** A CertificateRequest, Order or Challenge: each waits for the next. */
export const certManagerStepRule = customRule([], async (step, lookup) => {
  const state = textAt(step, 'status', 'state');
  const reason = textAt(step, 'status', 'reason');
  const own =
    state && /invalid|errored|expired/.test(state) ? [cause(say`it is ${state}${reason ? `: ${reason}` : ''}`)] : [];
  const waiting = state === 'pending' && reason ? [cause(say`it waits: ${reason}`)] : [];
  return {
    summary: state ?? '',
    findings: [...own, ...waiting, ...(await issuerFindings(step, lookup)), ...(await issuingFindings(step, lookup))],
  };
});

async function issuerFindings(certificate: KubernetesObject, lookup: Lookup): Promise<Finding[]> {
  const group = textAt(certificate, 'spec', 'issuerRef', 'group') ?? GROUP;
  const kind = textAt(certificate, 'spec', 'issuerRef', 'kind') ?? 'Issuer';
  if (group !== GROUP) return [];
  const plural = kind === 'ClusterIssuer' ? 'clusterissuers' : 'issuers';
  const name = textAt(certificate, 'spec', 'issuerRef', 'name');
  return relatedFindings(`${plural}.${GROUP}`, certificate.metadata?.namespace, name, kind, lookup);
}

// A certificate waits for its request, the request for its order, and the order for its challenges.
async function issuingFindings(object: KubernetesObject, lookup: Lookup): Promise<Finding[]> {
  const [requests, orders, challenges] = await Promise.all([
    ownedOf(`certificaterequests.${GROUP}`, object, lookup),
    ownedOf(`orders.acme.${GROUP}`, object, lookup),
    ownedOf(`challenges.acme.${GROUP}`, object, lookup),
  ]);
  const [request] = requests;
  const [order] = orders;
  const deeper = [request, order].filter((next) => next !== undefined);
  const below = await Promise.all(deeper.map((next) => issuingFindings(next, lookup)));
  const states = [...orders.slice(0, 1), ...challenges].flatMap((step) => {
    const state = textAt(step, 'status', 'state') ?? '';
    const reason = textAt(step, 'status', 'reason');
    const name = `${challenges.includes(step) ? 'Challenge' : 'Order'} ${step.metadata?.name}`;
    const host = textAt(step, 'spec', 'dnsName');
    return state !== '' && state !== 'valid' && (reason || /invalid|errored|expired/.test(state))
      ? [cause(say`${name}${host ? say` for ${host}` : ''} is ${state}${reason ? `: ${reason}` : ''}`)]
      : [];
  });
  return [
    ...below.flat(),
    ...states,
    ...(request ? ownFindings(request, say`CertificateRequest ${request.metadata?.name}`) : []),
  ];
}
