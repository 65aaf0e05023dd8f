import { kinds } from '../apimachinery/well-known-kinds.ts';
import type { Connection } from '../client/cluster.ts';
import { redactText } from '../text/redact-text.ts';
import { shortened } from '../text/shortened.ts';
import { type ClusterEvent, foldEvents } from '../workloads/events.ts';
import { bounded, LEVELS, limitsOf } from './digest.ts';
import { type Finding, ranked } from './facts/finding.ts';
import { Lookup, members, namesOf } from './facts/lookup.ts';
import { type Message, say } from './facts/message.ts';
import { newestByReason, warningLine } from './facts/warnings.ts';
import {
  clusterAccess,
  clusterAutoscalers,
  clusterCustomResources,
  clusterExtensions,
  clusterNodes,
  clusterRoutes,
} from './rules/cluster-services.ts';
import { clusterWorkloads } from './rules/cluster-workloads.ts';

const MAX_FINDINGS = 20;
const MAX_FINDING_LENGTH = 250;
const MAX_EVENT_LENGTH = 180;
const EVENTS = 5;
const EVENTS_READ = 1_000;

interface Survey {
  lookup: Lookup;
  /** `3 nodes, 3 ready; 2018 pods, 4 not ready`. */
  summary: Message;
  findings: Finding[];
  warnings: string[];
}

/** A finding as it is shown. */
export interface ClusterFinding extends Finding {
  /** A line, without credentials. */
  text: string;
}

/** What is wrong with a whole cluster. */
export interface ClusterProblems {
  /** `3 nodes, 3 ready; 2018 pods, 4 not ready`. */
  summary: string;
  /** What of the cluster was looked at, unless all of it was. */
  scope: string[];
  /** Causes first. */
  findings: ClusterFinding[];
  /** How far the absence of findings can be trusted. */
  verdict: string;
  /** The same without what was looked at. */
  shortVerdict: string;
  /** What could not be looked at. */
  limits: string[];
}

/** The worst problems of a whole cluster, causes first, as lines of text; credentials redacted. */
export async function clusterDigest(connection: Connection, signal: AbortSignal): Promise<string> {
  const { lookup, summary, scope, findings, warnings } = await surveyOf(connection, signal);
  const lines = [
    `Cluster of context ${connection.context.name}: ${summary}`,
    ...scope,
    ...(findings.length > 0 ? findingLines(findings) : [verdictOf(lookup)]),
    ...(warnings.length > 0 ? ['Warning events, newest first:', ...warnings] : []),
    ...limitsOf(lookup),
  ];
  return redactText(lines.map((line) => bounded(String(line))).join('\n'));
}

/** The same problems one by one, with their texts in a language. */
export async function clusterProblems(
  connection: Connection,
  signal: AbortSignal,
  told: (message: Message) => string = String,
): Promise<ClusterProblems> {
  const { lookup, summary, scope, findings } = await surveyOf(connection, signal);
  return {
    summary: told(summary),
    scope: scope.map(told),
    verdict: told(verdictOf(lookup)),
    shortVerdict: told(isWhole(lookup) ? say`Nothing wrong found.` : verdictOf(lookup)),
    limits: limitsOf(lookup).map((limit) => bounded(told(limit))),
    findings: findings.map((finding) => ({ ...finding, text: bounded(told(finding.message)) })),
  };
}

async function surveyOf(connection: Connection, signal: AbortSignal): Promise<Survey & { scope: Message[] }> {
  const { allowedNamespaces, namespace } = connection;
  const everywhere = await survey(undefined, new Lookup(connection, signal));
  // A user who may not list in all namespaces often may in their own.
  const isForbidden = everywhere.lookup.unreadable.get('pods') === '';
  const found = isForbidden ? await survey(namespace, new Lookup(connection, signal)) : everywhere;
  const scope = isForbidden
    ? [say`Only namespace ${namespace}: this user may not list in all namespaces.`]
    : allowedNamespaces.length > 0
      ? [say`Only the allowed namespaces: ${allowedNamespaces.join(', ')}.`]
      : [];
  return { ...found, scope };
}

async function survey(namespace: string | undefined, lookup: Lookup): Promise<Survey> {
  // Objects in a namespace that is being deleted go with it.
  const namespaces = members(await lookup.names(kinds.namespaces, undefined));
  lookup.leaveOut(namesOf(namespaces.filter(({ metadata }) => metadata?.deletionTimestamp)));
  const [nodes, workloads, warnings, ...others] = await Promise.all([
    clusterNodes(lookup),
    clusterWorkloads(namespace, lookup),
    warningLines(namespace, lookup),
    clusterExtensions(lookup),
    clusterRoutes(namespace, lookup),
    clusterAccess(namespace, lookup),
    clusterCustomResources(namespace, lookup),
    clusterAutoscalers(namespace, lookup),
  ]);
  return {
    lookup,
    summary: say`${nodes.summary}; ${workloads.summary}`,
    findings: ranked([...nodes.findings, ...workloads.findings, ...others.flat()]),
    warnings,
  };
}

const LOOKED_AT = say`looked at: nodes, pods, Deployments, StatefulSets, DaemonSets, Jobs, claims, Services, Ingresses, autoscalers, quotas, budgets, TLS certificates, role bindings, CertificateSigningRequests, APIServices, webhooks, CustomResourceDefinitions, objects of well-known operators and events; other kinds were not`;

function verdictOf(lookup: Lookup): Message {
  if (lookup.unreadable.has(kinds.pods.name)) return say`Little can be said of it: its pods could not be looked at.`;
  return isWhole(lookup)
    ? say`Nothing wrong found; ${LOOKED_AT}.`
    : say`Nothing wrong found in what could be looked at.`;
}

function isWhole({ unreadable, partial }: Lookup): boolean {
  return unreadable.size + partial.size === 0;
}

function findingLines(findings: readonly Finding[]): string[] {
  const lines = findings.slice(0, MAX_FINDINGS).map(({ level, message }) => {
    const line = String(message).replace(/\s+/g, ' ');
    return `${LEVELS[level]}: ${shortened(line, MAX_FINDING_LENGTH)}`;
  });
  const rest = findings.length - MAX_FINDINGS;
  return rest > 0 ? [...lines, `and ${rest} more findings: kind=Namespace has those of one`] : lines;
}

async function warningLines(namespace: string | undefined, lookup: Lookup): Promise<string[]> {
  const fieldSelector = 'type=Warning';
  const events = await lookup.list<ClusterEvent>(kinds.events, namespace, { fieldSelector }, EVENTS_READ);
  // One line per reason: the objects are named in the findings or in the events.
  const byReason = newestByReason(foldEvents(members(events)));
  const lines = byReason.slice(0, EVENTS).map(({ warning, others }) => {
    const alike = others > 0 ? ` (and ${others} more ${warning.object.kind}s or messages)` : '';
    return `${warning.namespace}: ${shortened(warningLine(warning), MAX_EVENT_LENGTH)}${alike}`;
  });
  const rest = byReason.length - EVENTS;
  return rest > 0 ? [...lines, `and ${rest} more reasons`] : lines;
}
