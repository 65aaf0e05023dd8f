import { age } from '../apimachinery/age.ts';
import { type ApiResource, resourceNameOf } from '../apimachinery/api-resource.ts';
import { conditionsOf } from '../apimachinery/conditions.ts';
import type { KubernetesObject } from '../apimachinery/objects.ts';
import type { Connection } from '../client/cluster.ts';
import { oneLine } from '../text/one-line.ts';
import { redactText } from '../text/redact-text.ts';
import { shortened } from '../text/shortened.ts';
import { type Diagnosis, diagnose } from './diagnose.ts';
import { isTrouble } from './facts/condition-findings.ts';
import { type Finding, someOf } from './facts/finding.ts';
import { Lookup } from './facts/lookup.ts';
import { type Message, say } from './facts/message.ts';
import { warningLine } from './facts/warnings.ts';

const MAX_FINDINGS = 10;
const MAX_WARNINGS = 5;
const MAX_LINE_LENGTH = 400;
/** The maximum length scanned for credentials; less than that is shown. */
const MAX_SCANNED_LENGTH = 4_000;
/** The label of each finding level. */
export const LEVELS: Record<Finding['level'], string> = { cause: 'Cause', symptom: 'Symptom', risk: 'Risk' };

/** The likely problems of an object, with the evidence, as lines of text; credentials redacted. */
export async function digest(
  connection: Connection,
  resource: ApiResource,
  object: KubernetesObject,
  signal: AbortSignal,
): Promise<string> {
  const lookup = new Lookup(connection, signal);
  const diagnosis = await diagnose(object, resource, lookup);
  return redactText(
    [...render(object, resource, diagnosis), ...limitsOf(lookup)].map((line) => bounded(String(line))).join('\n'),
  );
}

/** What the answer could not cover: what could not be read, or only in part. */
export function limitsOf({ unreadable, partial }: Lookup): Message[] {
  const of = (reason: string) => [...unreadable].filter(([, why]) => why === reason).map(([kind]) => kind);
  const reasons = [...new Set(unreadable.values())];
  // Without their groups, all of them fit into the line.
  const forbidden = [...new Set(of('').map((name) => name.replace(/\..*/, '')))];
  // A status code is given for each kind; a sentence only once, so that it is not cut.
  const others = reasons.filter(Boolean).map((reason) =>
    /^\d+$/.test(reason)
      ? of(reason)
          .map((kind) => `${kind} (${reason})`)
          .join(', ')
      : `${someOf(of(reason), 8)} (${reason})`,
  );
  return [
    ...(forbidden.length > 0 ? [say`Not readable for this user, so not considered: ${forbidden.join(', ')}`] : []),
    ...(others.length > 0 ? [say`Not readable, so not considered: ${others.join('; ')}`] : []),
    ...(partial.size > 0 ? [say`Too many to look at all: this is about ${[...partial].join(', ')}`] : []),
  ];
}

/** One line of the digest without credentials, cut if too long. */
export function bounded(line: string): string {
  const whole = oneLine(redactText(line.slice(0, MAX_SCANNED_LENGTH)));
  return shortened(whole, MAX_LINE_LENGTH);
}

function render(object: KubernetesObject, resource: ApiResource, diagnosis: Diagnosis): string[] {
  const { kind } = resource;
  const { metadata } = object;
  const { summary, findings, evidence, children, warnings, owners, verdict } = diagnosis;
  const found = findings.slice(0, MAX_FINDINGS).map(({ level, message }) => `${LEVELS[level]}: ${message}`);
  if (findings.length > MAX_FINDINGS) found.push(`and ${findings.length - MAX_FINDINGS} more findings`);
  const told = findings.map(({ message }) => message).join('\n');
  const ill = findings.some(({ level }) => level !== 'risk');
  const conditions = conditionsOf(object).map((condition) => {
    const { type, status, reason, lastTransitionTime } = condition;
    if (!isTrouble(condition, resourceNameOf(resource))) return `${type}=${status}`;
    return `${type}=${status} (${[reason, age(lastTransitionTime)].filter(Boolean).join(', ')})`;
  });
  const events = warnings.map((warning) =>
    warningLine(isTold(warning.message, told) ? { ...warning, message: '' } : warning),
  );
  const section = (title: string, lines: readonly string[]) => (lines.length > 0 ? [`${title}:`, ...lines] : []);
  return [
    `${kind} ${metadata?.namespace ? `${metadata.namespace}/` : ''}${metadata?.name}, ${age(metadata?.creationTimestamp)} old${summary ? `: ${summary}` : ''}`,
    ...(findings.length > 0 ? found : [String(verdict)]),
    ...(conditions.length > 0 && (ill || children.length === 0) ? [`Conditions: ${conditions.join('; ')}`] : []),
    // Sets container output apart from our own text.
    ...evidence.flatMap(({ title, lines }) =>
      section(
        title,
        lines.map((line) => `  ${line}`),
      ),
    ),
    ...section('Warning events', [
      ...events.slice(0, MAX_WARNINGS),
      ...(events.length > MAX_WARNINGS ? [`and ${events.length - MAX_WARNINGS} more`] : []),
    ]),
    ...(owners.length > 0 ? [`Owned by: ${owners.join(', ')}`] : []),
    ...children.flatMap(({ title, lines }) => section(title, lines)),
  ];
}

// Events repeat what a finding says, often with a prefix.
function isTold(message: string, told: string): boolean {
  const ends = [...message.matchAll(/: /g)].map(({ index }) => message.slice(index + 2));
  return told.includes(message) || ends.some((end) => end.length >= 20 && told.includes(end));
}
