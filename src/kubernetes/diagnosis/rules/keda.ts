import { numberAt, objectsAt, textAt } from '../../apimachinery/fields.ts';
import { kinds } from '../../apimachinery/well-known-kinds.ts';
import { cause, type Finding, someOf } from '../facts/finding.ts';
import { say } from '../facts/message.ts';
import { customRule } from './others.ts';
import { relatedFindings } from './related.ts';

/** A ScaledObject or ScaledJob of KEDA: its target, and the credentials of its triggers. */
export const kedaRule = customRule([kinds.deployments], async (object, lookup) => {
  const namespace = object.metadata?.namespace;
  const triggers = objectsAt(object, 'spec', 'triggers');
  const kind = textAt(object, 'spec', 'scaleTargetRef', 'kind') ?? 'Deployment';
  const target = textAt(object, 'spec', 'scaleTargetRef', 'name');
  const resource =
    target && (await lookup.kindOf(kind, textAt(object, 'spec', 'scaleTargetRef', 'apiVersion') ?? 'apps/v1'));
  const found = resource && target ? await lookup.get(resource, namespace, target) : undefined;
  const logins = await Promise.all(
    triggers.map((trigger) => {
      const type = textAt(trigger, 'authenticationRef', 'kind') ?? 'TriggerAuthentication';
      const plural =
        type === 'ClusterTriggerAuthentication' ? 'clustertriggerauthentications' : 'triggerauthentications';
      return relatedFindings(
        `${plural}.keda.sh`,
        namespace,
        textAt(trigger, 'authenticationRef', 'name'),
        type,
        lookup,
      );
    }),
  );
  const missing: Finding[] =
    found === 'absent' ? [cause(say`the ${kind} "${target}" that it scales does not exist`)] : [];
  const types = someOf(
    triggers.map((trigger) => textAt(trigger, 'type') ?? '?'),
    5,
  );
  const range = `${numberAt(object, 'spec', 'minReplicaCount') ?? 0}–${numberAt(object, 'spec', 'maxReplicaCount') ?? 100}`;
  return {
    summary: `${target ? `${kind} ${target}` : 'Jobs'}, ${range}, by ${types || 'no trigger'}`,
    findings: [...missing, ...logins.flat()],
  };
});
