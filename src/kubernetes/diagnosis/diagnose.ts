import { type ApiResource, resourceNameOf } from '../apimachinery/api-resource.ts';
import { conditionsOf } from '../apimachinery/conditions.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import { kinds } from '../apimachinery/well-known-kinds.ts';
import { shortfall } from '../workloads/readiness.ts';
import { isTrouble } from './facts/condition-findings.ts';
import { type Finding, type Report, ranked, risk, symptom } from './facts/finding.ts';
import type { Lookup } from './facts/lookup.ts';
import { type Message, say } from './facts/message.ts';
import { inOrder } from './facts/warnings.ts';
import { RULES } from './rule-table.ts';
import { deletionFindings } from './rules/finalizers.ts';
import { otherReport } from './rules/others.ts';
import { ownersOf } from './rules/owned.ts';

/** All findings about an object. */
export interface Diagnosis extends Required<Omit<Report, 'unseen'>> {
  /** From its controller up. */
  owners: string[];
  /** How far the absence of findings can be trusted. */
  verdict: Message;
}

/** Finds the likely problems of an object of any kind, causes first. */
export async function diagnose(object: KubernetesObject, resource: ApiResource, lookup: Lookup): Promise<Diagnosis> {
  const rule = RULES[resourceNameOf(resource)];
  const [report, deletion, owners] = await Promise.all([
    rule ? rule.report(object, lookup, resource) : otherReport(object, lookup, resource),
    deletionFindings(object, lookup),
    ownersOf(object, lookup),
  ]);
  const { evidence = [], children = [], warnings = [], findings, summary } = report;
  const found = [...deletion, ...findings, ...owners.findings];
  const unready = found.every(({ level }) => level === 'risk') ? unreadyFindings(object, resourceNameOf(resource)) : [];
  const readable = (rule?.reads ?? [kinds.events]).every((kind) => !lookup.unreadable.has(resourceNameOf(kind)));
  return {
    summary,
    findings: ranked([...found, ...unready]),
    evidence,
    children: children.filter(({ lines }) => lines.length > 0),
    warnings: inOrder(warnings),
    owners: owners.names,
    verdict: verdictOf(object, resource, {
      known: rule !== undefined,
      whole: readable && lookup.partial.size === 0,
      warned: warnings.length > 0,
      unseen: report.unseen,
    }),
  };
}

/** What is awaited of an object that nothing else is found about: it is not healthy before. */
function unreadyFindings(object: KubernetesObject, resourceName: string): Finding[] {
  const found = shortfall(resourceName, object);
  if (!found) return [];
  const { detail, surplus } = found;
  if (!surplus) return [symptom(say`it is not as it should be yet: ${detail}`)];
  return [
    risk(
      surplus.pods === 1
        ? say`1 pod more than the ${surplus.wanted} wanted still runs`
        : say`${surplus.pods} pods more than the ${surplus.wanted} wanted still run`,
    ),
  ];
}

function verdictOf(
  object: KubernetesObject,
  resource: ApiResource,
  { known, whole, warned, unseen }: { known: boolean; whole: boolean; warned: boolean; unseen: Message | undefined },
): Message {
  if (warned) return say`Nothing wrong found but for the warnings.`;
  const troubled = conditionsOf(object).some((condition) => isTrouble(condition, resourceNameOf(resource)));
  if (troubled) return say`Not as it should be by its conditions, but no cause was found.`;
  if (known && unseen) return say`Nothing wrong found; ${unseen}.`;
  if (known) return whole ? say`Healthy: nothing wrong found.` : say`Nothing wrong found in what could be looked at.`;
  const seen =
    conditionsOf(object).length === 0
      ? whole
        ? say`It has no conditions and no warning events`
        : say`It has no conditions; its events could not be looked at`
      : whole
        ? say`Nothing unusual in its conditions and events`
        : say`Nothing unusual in its conditions; its events could not be looked at`;
  return say`${seen}; nothing else is known about this kind.`;
}
