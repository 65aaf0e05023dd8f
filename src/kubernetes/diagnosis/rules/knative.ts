import { numberAt, objectsAt, textAt } from '../../apimachinery/fields.ts';
import { type Finding, someOf, symptom } from '../facts/finding.ts';
import { say } from '../facts/message.ts';
import { customRule } from './others.ts';
import { relatedFindings } from './related.ts';

const REVISIONS = 'revisions.serving.knative.dev';

/** A Service, Configuration, Route or Revision of Knative Serving: what serves, and why the newest does not. */
export const knativeRule = customRule([], async (object, lookup) => {
  const namespace = object.metadata?.namespace;
  const created = textAt(object, 'status', 'latestCreatedRevisionName');
  const ready = textAt(object, 'status', 'latestReadyRevisionName');
  const traffic = objectsAt(object, 'status', 'traffic');
  const targets = traffic.flatMap((target) => textAt(target, 'revisionName') ?? []);
  const names = [...new Set([...(created && created !== ready ? [created] : []), ...targets])];
  const found = await Promise.all(names.map((name) => relatedFindings(REVISIONS, namespace, name, 'Revision', lookup)));
  const findings: Finding[] = found.flat();
  if (created && created !== ready) {
    findings.push(
      symptom(
        say`its newest revision ${created} is not ready; ${ready ? say`${ready} still serves` : say`none has ever been`}`,
      ),
    );
  }
  const shares = traffic.map(
    (target) => `${textAt(target, 'revisionName') ?? '?'} ${numberAt(target, 'percent') ?? 0}%`,
  );
  return { summary: [textAt(object, 'status', 'url'), someOf(shares, 4)].filter(Boolean).join(', '), findings };
});
