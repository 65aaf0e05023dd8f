import { objectsAt, textAt } from '../../apimachinery/fields.ts';
import type { KubernetesObject } from '../../apimachinery/objects.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { cause, type Finding, risk, someOf, symptom } from '../facts/finding.ts';
import { say } from '../facts/message.ts';
import { rule } from '../facts/rule.ts';
import { warningsOf } from '../facts/warnings.ts';
import { relatedFindings } from './related.ts';

/** An Application of Argo CD: is it synced and healthy? Its conditions have no status: each is a problem. */
export const applicationRule = rule([kinds.events], async (application, lookup, { kind }) => {
  const sync = textAt(application, 'status', 'sync', 'status') ?? 'Unknown';
  const health = textAt(application, 'status', 'health', 'status') ?? 'Unknown';
  const [project, warnings] = await Promise.all([
    relatedFindings(
      'appprojects.argoproj.io',
      application.metadata?.namespace,
      textAt(application, 'spec', 'project'),
      'AppProject',
      lookup,
    ),
    warningsOf(application, kind, lookup),
  ]);
  const revision = textAt(application, 'status', 'sync', 'revision')?.slice(0, 8);
  return {
    summary: `${sync}, ${health}${revision ? `, revision ${revision}` : ''}`,
    findings: [
      ...project,
      ...complaints(application),
      ...operationFindings(application),
      ...stateFindings(application, sync, health),
    ],
    warnings,
  };
});

function complaints(application: KubernetesObject): Finding[] {
  return objectsAt(application, 'status', 'conditions').map((condition) => {
    const type = textAt(condition, 'type') ?? '';
    return (/Error$/.test(type) ? cause : risk)(say`${type}: ${textAt(condition, 'message') ?? ''}`);
  });
}

function operationFindings(application: KubernetesObject): Finding[] {
  const phase = textAt(application, 'status', 'operationState', 'phase');
  const message = textAt(application, 'status', 'operationState', 'message') ?? '';
  if (phase !== 'Failed' && phase !== 'Error') return [];
  const failed = objectsAt(application, 'status', 'operationState', 'syncResult', 'resources').filter(
    ({ status, hookPhase }) => status === 'SyncFailed' || hookPhase === 'Failed',
  );
  const details = failed
    .slice(0, 3)
    .map((one) => `${textAt(one, 'kind')} ${textAt(one, 'name')}: ${textAt(one, 'message') ?? ''}`);
  return [
    cause(say`its last sync ended as ${phase}: ${message}${details.length > 0 ? `; ${details.join('; ')}` : ''}`),
  ];
}

function stateFindings(application: KubernetesObject, sync: string, health: string): Finding[] {
  const resources = objectsAt(application, 'status', 'resources');
  const nameOf = (one: object) => `${textAt(one, 'kind')} ${textAt(one, 'name')}`;
  const ill = resources.filter((one) =>
    /Degraded|Missing|Suspended|Unknown/.test(textAt(one, 'health', 'status') ?? ''),
  );
  const drifted = resources.filter(({ status }) => status === 'OutOfSync');
  const findings = ill
    .slice(0, 5)
    .map((one) =>
      cause(
        say`${nameOf(one)} is ${textAt(one, 'health', 'status')}: ${textAt(one, 'health', 'message') ?? say`no reason told`}`,
      ),
    );
  if (health !== 'Healthy')
    findings.push(
      symptom(
        say`it is ${health}${textAt(application, 'status', 'health', 'message') ? `: ${textAt(application, 'status', 'health', 'message')}` : ''}`,
      ),
    );
  if (sync !== 'Synced') {
    findings.push(symptom(say`it is ${sync}${drifted.length > 0 ? `: ${someOf(drifted.map(nameOf), 5)}` : ''}`));
  }
  return findings;
}
