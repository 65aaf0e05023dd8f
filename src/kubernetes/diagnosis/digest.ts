import { age } from '../apimachinery/age.ts';
import type { ApiResource } from '../apimachinery/api-resource.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import type { Connection } from '../client/cluster.ts';
import { oneLine } from '../text/one-line.ts';
import { redactText } from '../text/redact-text.ts';
import { conditionsOf, isTrouble } from './conditions.ts';
import { type Diagnosis, diagnose } from './diagnose.ts';
import type { Finding } from './finding.ts';
import { Lookup } from './lookup.ts';
import { warningLine } from './warnings.ts';

const FINDINGS = 10;
const WARNINGS = 5;
const LONGEST_LINE = 400;
/** As much of a text is looked at for credentials; what is shown of it is shorter. */
const LONGEST_TEXT = 4_000;
const LEVELS: Record<Finding['level'], string> = { cause: 'Cause', symptom: 'Symptom', risk: 'Risk' };

/** What is likely wrong with an object, and what shows it, as lines of text; credentials redacted. */
export async function digest(
  connection: Connection,
  resource: ApiResource,
  object: KubernetesObject,
  signal: AbortSignal,
): Promise<string> {
  const lookup = new Lookup(connection, signal);
  const diagnosis = await diagnose(object, resource, lookup);
  return redactText(render(object, resource, diagnosis, [...lookup.unreadable]));
}

function render(object: KubernetesObject, { kind }: ApiResource, diagnosis: Diagnosis, unreadable: string[]): string {
  const { metadata } = object;
  const { summary, findings, evidence, children, warnings, owners } = diagnosis;
  const found = findings.slice(0, FINDINGS).map(({ level, text }) => `${LEVELS[level]}: ${text}`);
  if (findings.length > FINDINGS) found.push(`and ${findings.length - FINDINGS} more findings`);
  const told = findings.map(({ text }) => text).join('\n');
  const ill = findings.some(({ level }) => level !== 'risk');
  const conditions = conditionsOf(object).map((condition) => {
    const { type, status, reason, lastTransitionTime } = condition;
    if (!isTrouble(condition)) return `${type}=${status}`;
    return `${type}=${status} (${[reason, age(lastTransitionTime)].filter(Boolean).join(', ')})`;
  });
  const events = warnings.map((warning) =>
    warningLine(isTold(warning.message, told) ? { ...warning, message: '' } : warning),
  );
  const section = (title: string, lines: readonly string[]) => (lines.length > 0 ? [`${title}:`, ...lines] : []);
  const lines = [
    `${kind} ${metadata?.namespace ? `${metadata.namespace}/` : ''}${metadata?.name}, ${age(metadata?.creationTimestamp)} old${summary ? `: ${summary}` : ''}`,
    ...(findings.length > 0
      ? found
      : [warnings.length > 0 ? 'Nothing wrong found but for the warnings.' : 'Healthy: nothing wrong found.']),
    ...(conditions.length > 0 && (ill || children.length === 0) ? [`Conditions: ${conditions.join('; ')}`] : []),
    // What containers say is set off from what is said of them.
    ...evidence.flatMap(({ title, lines }) =>
      section(
        title,
        lines.map((line) => `  ${line}`),
      ),
    ),
    ...section('Warning events', [
      ...events.slice(0, WARNINGS),
      ...(events.length > WARNINGS ? [`and ${events.length - WARNINGS} more`] : []),
    ]),
    ...(owners.length > 0 ? [`Owned by: ${owners.join(', ')}`] : []),
    ...children.flatMap(({ title, lines }) => section(title, lines)),
    ...(unreadable.length > 0 ? [`Not readable for this user, so not considered: ${unreadable.join(', ')}`] : []),
  ];
  return lines
    .map((line) => oneLine(redactText(line.slice(0, LONGEST_TEXT))))
    .map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line))
    .join('\n');
}

// Events repeat what a finding says, often behind a prefix of their own.
function isTold(message: string, told: string): boolean {
  const ends = [...message.matchAll(/: /g)].map(({ index }) => message.slice(index + 2));
  return told.includes(message) || ends.some((end) => end.length >= 20 && told.includes(end));
}
