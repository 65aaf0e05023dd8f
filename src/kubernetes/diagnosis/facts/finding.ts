import type { KubernetesObject } from '../../apimachinery/objects.ts';
import type { Kind } from '../../apimachinery/well-known-kinds.ts';
import { type Filling, type Message, say } from './message.ts';
import type { Warning } from './warnings.ts';

/** One problem, in words: what explains the rest, what is only observed, or what may go wrong later. */
export interface Finding {
  level: 'cause' | 'symptom' | 'risk';
  message: Message;
  /** The object that it is about, in findings of a whole cluster. */
  about?: Subject;
  /** What may mend it or tell more, the likeliest first. */
  remedies?: readonly Remedy[];
}

/** What somebody may do about a finding, and on which object. */
export interface Remedy {
  action: 'image' | 'memory' | 'create' | 'rollBack' | 'restart' | 'scale' | 'uncordon' | 'logs';
  of: Subject;
}

/** An object with a problem. */
export interface Subject {
  kind: Kind;
  namespace: string | undefined;
  name: string;
}

/** Lines of evidence under a title. */
export interface Section {
  title: string;
  lines: string[];
}

/** The findings about one object. */
export interface Report {
  /** Its state in a few words: "0/1 ready". */
  summary: string;
  findings: Finding[];
  /** What runs inside it, and its last output. */
  evidence?: Section[];
  children?: Section[];
  /** What its health depends on but was not checked, as a sentence: it may be unhealthy even without findings. */
  unseen?: Message;
  /** Warning events of the objects that were read on its behalf. */
  warnings?: Warning[];
}

export function cause(message: Message): Finding {
  return { level: 'cause', message };
}

export function symptom(message: Message): Finding {
  return { level: 'symptom', message };
}

export function risk(message: Message): Finding {
  return { level: 'risk', message };
}

const ORDER = { cause: 0, symptom: 1, risk: 2 };

/** Causes first, duplicates removed. */
export function ranked(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings
    .filter(({ message }) => {
      const text = String(message);
      return seen.has(text) ? false : seen.add(text);
    })
    .sort((a, b) => ORDER[a.level] - ORDER[b.level]);
}

/** Merges several reports under the given summary. */
export function merged(summary: string, reports: readonly Omit<Report, 'summary'>[]): Report {
  return {
    summary,
    findings: reports.flatMap(({ findings }) => findings),
    evidence: reports.flatMap(({ evidence = [] }) => evidence),
    children: reports.flatMap(({ children = [] }) => children),
    warnings: reports.flatMap(({ warnings = [] }) => warnings),
  };
}

/** The finding as one of a part, such as a pod of a workload. */
export function within(what: Filling, finding: Finding): Finding {
  return { ...finding, message: say`${what}: ${finding.message}` };
}

/** The finding with what may mend it. */
export function withRemedies(finding: Finding, of: Subject, ...actions: Remedy['action'][]): Finding {
  return { ...finding, remedies: [...(finding.remedies ?? []), ...actions.map((action) => ({ action, of }))] };
}

/** The object with a kind, as a subject. */
export function subjectOf(kind: Kind, { metadata }: KubernetesObject): Subject {
  return { kind, namespace: metadata?.namespace, name: metadata?.name ?? '' };
}

/** Similar names, after what says that one does not exist. */
export function nearestText(names: readonly string[]): Filling {
  return names.length > 0 ? say`; nearest: ${names.join(', ')}` : '';
}

/** The finding as one about this object. */
export function about(kind: Kind, { namespace, name }: Omit<Subject, 'kind'>, finding: Finding): Finding {
  return { ...finding, about: { kind, namespace, name } };
}

/** The worst few findings of one source, and the number of the rest, so that no source fills the answer. */
export function firstOf(findings: readonly Finding[], count: number, restText: (count: number) => Message): Finding[] {
  const all = ranked(findings);
  const [next, ...others] = all.slice(count);
  return next ? [...all.slice(0, count), { level: next.level, message: restText(others.length + 1) }] : all;
}

/** How many findings about this are left out: several may be about one object. */
export function moreAbout(what: string): (count: number) => Message {
  return (count) => say`${count} more findings about ${what}`;
}

/** The names, shortened to the first few; empty for none. */
export function someOf(names: readonly Filling[], count = 3): Message | '' {
  const rest = names.length - count;
  const [first, ...others] = names.slice(0, count);
  if (first === undefined) return '';
  const shown = others.reduce<Message>((all, name) => say`${all}, ${name}`, say`${first}`);
  return rest > 0 ? say`${shown} and ${rest} more` : shown;
}
