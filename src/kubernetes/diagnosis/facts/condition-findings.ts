import { type Condition, conditionsIn } from '../../apimachinery/conditions.ts';
import { objectsAt } from '../../apimachinery/fields.ts';
import { isObject, type JsonObject, type KubernetesObject } from '../../apimachinery/objects.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { cause, type Finding, risk, symptom } from './finding.ts';
import { say } from './message.ts';

// Types for which "True" is bad, and types that are neither good nor bad.
const BAD_WHEN_TRUE =
  /fail|error|degraded|stalled|pressure|unavailable|remaining|violat|invalid|conflict|corrupt|dangling|missing|lost|exceeded|unhealthy|notready|denied|fallback/i;
const NEITHER =
  /^(Progressing|Reconciling|Issuing|Upgradeable|ScalingLimited|Suspended|Complete|SuccessCriteriaMet|FailureTarget|DisruptionTarget|PodReadyToStartContainers|Initialized|ContainersReady|Terminating|Resizing|FileSystemResizePending|NonStructuralSchema|DisruptionAllowed|Active|Paused|Remediated|Remediating|ArtifactOutdated|Deleting|RollingOut|Scaling(Up|Down)|Drifted|Empty|Consolidatable|OverlappingTLSConfig)$/;
// Types of Nodes for which "True" is good: Ready, and those of vendors, as KernelReady (EKS) and EtcdIsVoter (k3s).
const GOOD_ON_NODES =
  /(?<!Not)(Ready|Healthy|Available|Reachable|Schedulable|Active|Enabled|Compatible|O[kK]|IsVoter)$/;
// Types of Nodes whose names tell a problem, those of node-problem-detector first; of others only their agent knows.
const BAD_ON_NODES =
  /deadlock|readonly|frequent|problem|hung|shutdown|outof|unreachable|offline|mismatch|expired|incompatible|unschedulable/i;
const BAD_PHASE = /fail|error|broken|degraded|crash|lost|pending|outofsync|invalid|stalled/i;

/** The problems that a list of conditions reports. */
export function conditionFindings(list: readonly JsonObject[]): Finding[] {
  return conditionsIn(list).filter(isBad).map(conditionFinding);
}

/** The problem that a condition reports. */
export function conditionFinding(condition: Condition): Finding {
  // Controllers write Unknown while they work.
  const finding = condition.status === 'Unknown' ? symptom : cause;
  return finding(say`its condition says ${conditionText(condition)}`);
}

/**
 * Does a condition of an object of this kind (`nodes`) report a problem? On a Node "True" is one for all types but Ready
 * (NodeConditionType of core/v1, node-problem-detector); for other kinds the name of the type decides.
 */
export function isTrouble(condition: Condition, resourceName: string): boolean {
  const { type, status } = condition;
  if (resourceName !== kinds.nodes.name) return isBad(condition);
  return GOOD_ON_NODES.test(type) ? status !== 'True' : status === 'True';
}

/** What a condition of a Node that is True means: without a name that tells a problem, nobody can say that it is one. */
export function nodeConditionFinding({ type, reason, message }: Condition): Finding {
  const told = message || reason;
  const level = BAD_WHEN_TRUE.test(type) || BAD_ON_NODES.test(type) ? cause : risk;
  return level(told ? say`it has ${type}: ${told}` : say`it has ${type}`);
}

function isBad({ type, status, reason }: Condition): boolean {
  // A completed pod is not ready either.
  if (NEITHER.test(type) || reason === 'PodCompleted') return false;
  return BAD_WHEN_TRUE.test(type) ? status === 'True' : status !== 'True';
}

/** `Ready=False (InstallFailed): the message`. */
export function conditionText({ type, status, reason, message }: Condition): string {
  return `${type}=${status}${reason ? ` (${reason})` : ''}${message ? `: ${message}` : ''}`;
}

/** The problems that the status of an object of any kind reports. */
export function statusFindings(object: KubernetesObject, reportsStatus: boolean): Finding[] {
  const findings = conditionFindings(objectsAt(object, 'status', 'conditions'));
  const status = isObject(object.status) ? object.status : {};
  const health = isObject(status.health) ? status.health.status : undefined;
  const phase = [status.phase, status.state, health].find(
    (value) => typeof value === 'string' && BAD_PHASE.test(value),
  );
  if (phase !== undefined) {
    const message = [status.message, status.reason].find((value) => typeof value === 'string' && value !== '');
    findings.push(
      message ? cause(say`it reports ${String(phase)}: ${String(message)}`) : symptom(say`it reports ${String(phase)}`),
    );
  }
  const { generation } = object.metadata ?? {};
  if (
    typeof status.observedGeneration === 'number' &&
    generation !== undefined &&
    status.observedGeneration < generation
  ) {
    findings.push(
      symptom(
        say`its controller has not acted on the last change yet: generation ${generation}, seen ${status.observedGeneration}`,
      ),
    );
  }
  if (reportsStatus && Object.keys(status).length === 0) {
    findings.push(risk(say`it has no status: no controller has acted on it so far, or none runs`));
  }
  return findings;
}
