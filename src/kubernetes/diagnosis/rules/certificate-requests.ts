import { age } from '../../apimachinery/age.ts';
import { conditionOf } from '../../apimachinery/conditions.ts';
import type { KubernetesObject } from '../../apimachinery/objects.ts';
import { certificateRequestOf } from '../../text/certificate-request.ts';
import { certificateReport } from '../facts/certificates.ts';
import { cause, type Finding, type Report, risk } from '../facts/finding.ts';
import { say } from '../facts/message.ts';
import { rule } from '../facts/rule.ts';

export interface CertificateRequest extends KubernetesObject {
  spec?: { signerName?: string; username?: string; request?: string };
  status?: { certificate?: string };
}

/** A CertificateSigningRequest: is it approved, and is it signed? */
export const certificateRequestRule = rule<CertificateRequest>([], (request): Report => {
  const { spec, status } = request;
  const { state, findings } = stateOf(request);
  const certificate = status?.certificate ? certificateReport(status.certificate, 'its answer') : undefined;
  return {
    summary: `${state}, for signer ${spec?.signerName ?? '?'}, asked by ${spec?.username ?? '?'}, ${contentText(request)}${certificate?.summary ? `, ${certificate.summary}` : ''}`,
    // Many signers issue short-lived certificates on purpose.
    findings: [...findings, ...(certificate?.findings ?? []).filter(({ level }) => level === 'cause')],
  };
});

/** Whom the certificate would stand for. */
function contentText({ spec }: CertificateRequest): string {
  const content = certificateRequestOf(spec?.request);
  if (!content) return 'for a subject that cannot be read';
  const { subject, names } = content;
  return `for ${[subject.join(', ') || 'no subject', ...names].join(', ')}`;
}

function stateOf(request: CertificateRequest): { state: string; findings: Finding[] } {
  const { spec, status, metadata } = request;
  const condition = (type: string) => {
    const found = conditionOf(request, type);
    return found && `${[found.reason, found.message].filter(Boolean).join(': ')}`;
  };
  const failed = condition('Failed');
  const denied = condition('Denied');
  if (denied !== undefined) return { state: 'Denied', findings: [cause(say`it was denied: ${denied}`)] };
  if (failed !== undefined) return { state: 'Failed', findings: [cause(say`its signer failed: ${failed}`)] };
  if (status?.certificate) return { state: 'Issued', findings: [] };
  const since = age(metadata?.creationTimestamp);
  if (condition('Approved') !== undefined) {
    const text = say`it is approved but has no certificate: does the signer ${spec?.signerName} run?`;
    return { state: 'Approved', findings: [cause(text)] };
  }
  const effect = /kubelet-serving$/.test(spec?.signerName ?? '')
    ? say`; until then logs and exec of the pods on that node fail with a TLS error`
    : '';
  const text = say`it is pending since ${since}: nobody has approved or denied it${effect}`;
  return {
    state: 'Pending',
    findings: [cause(text), risk(say`requests that nobody approves are deleted after 24 hours`)],
  };
}
