import { type ApiResource, isCustom } from '../../apimachinery/api-resource.ts';
import { isObject, type KubernetesObject } from '../../apimachinery/objects.ts';
import { type Kind, kinds } from '../../apimachinery/well-known-kinds.ts';
import { statusFindings } from '../facts/condition-findings.ts';
import { type Finding, merged, type Report } from '../facts/finding.ts';
import type { Lookup } from '../facts/lookup.ts';
import { type Rule, rule } from '../facts/rule.ts';
import { warningsOf } from '../facts/warnings.ts';
import { ownedReport } from './owned.ts';

/** What an object of any kind shows in its conditions, its events, and the objects it owns. */
export async function otherReport(object: KubernetesObject, lookup: Lookup, resource: ApiResource): Promise<Report> {
  const [owned, warnings] = await Promise.all([ownedReport(object, lookup), warningsOf(object, resource.kind, lookup)]);
  const findings = statusFindings(object, isCustom(resource) && resource.subresources.includes('status'));
  return merged(statusText(object), [{ findings }, owned, { findings: [], warnings }]);
}

/** A rule for a kind of an operator, which reports most in its conditions; `look` adds what they lack. */
export function customRule(
  reads: readonly Kind[],
  look: (object: KubernetesObject, lookup: Lookup) => Promise<{ summary: string; findings: Finding[] }>,
): Rule {
  return rule([kinds.events, ...reads], async (object, lookup, resource) => {
    const [report, { summary, findings }] = await Promise.all([
      otherReport(object, lookup, resource),
      look(object, lookup),
    ]);
    return { ...report, summary, findings: [...findings, ...report.findings] };
  });
}

// The plain values of the status: phases, counts, addresses.
function statusText({ status }: KubernetesObject): string {
  const plain = Object.entries(isObject(status) ? status : {}).filter(
    ([key, value]) => typeof value !== 'object' && !/(Generation|Time|Timestamp|message)$/.test(key),
  );
  return plain
    .slice(0, 6)
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(', ');
}
