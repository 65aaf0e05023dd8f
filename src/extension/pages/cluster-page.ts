import * as vscode from 'vscode';
import { age } from '../../kubernetes/apimachinery/age.ts';
import { resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { percentText } from '../../kubernetes/apimachinery/quantity.ts';
import { kinds } from '../../kubernetes/apimachinery/well-known-kinds.ts';
import type { Change } from '../../kubernetes/changes/object-changes.ts';
import { serverOf } from '../../kubernetes/client/kubeconfig.ts';
import type { JournalEntry } from '../../kubernetes/writes/journal.ts';
import type { Bar, Cell, Item, Line, Link, Page, Section, State } from '../../webviews/pages/messages.ts';
import { shortContext } from '../common/context-name.ts';
import { COMMANDS } from '../common/ids.ts';
import { type Capacity, COUNTED, type Counted, type NodeCapacity, shareOf, totalCapacity } from './capacity.ts';
import type { ClusterFacts } from './cluster-facts.ts';
import type { Destinations } from './destinations.ts';
import { servedKind } from './named-objects.ts';
import { amountText, objectLink, sectionWith, shownText, stateOfHealth, stateOfLevel } from './page-parts.ts';
import { remedyLinks } from './remedy-links.ts';

const MAX_FINDINGS = 25;
const MAX_NODES = 50;
const MAX_CHANGES = 15;
/** Two records of one object within this are of one change. */
const SAME_CHANGE_MS = 5_000;
const FULL = 0.9;

/** The page of a cluster. */
export function clusterPage(facts: ClusterFacts, to: Destinations): Page {
  to.begin();
  const { connection, problems, version } = facts;
  const { name } = connection.context;
  const [worst] = problems.findings;
  const tone = worst?.level === 'cause' ? 'bad' : worst?.level === 'symptom' ? 'busy' : 'good';
  return {
    title: shortContext(name),
    subtitle: [vscode.l10n.t('Cluster'), version, serverOf(connection.context)].filter(Boolean).join(' · '),
    state:
      problems.limits.length > 0 && tone === 'good'
        ? { tone: 'plain', spoken: '' }
        : stateOfHealth({ state: tone, detail: '' }),
    status: [problems.summary],
    actions: [
      to.link(vscode.l10n.t('Browse Resources'), command(COMMANDS.browseResources)),
      to.link(vscode.l10n.t('New Resource'), command(COMMANDS.newResource)),
      to.link(vscode.l10n.t('Change History'), command(COMMANDS.showChangeHistory)),
    ],
    actionsName: vscode.l10n.t('Actions'),
    sections: [
      problemSection(facts, to),
      capacitySection(facts),
      ...(facts.nodes.length > 0 ? [nodeSection(facts, to)] : []),
      changeSection(facts, to),
    ],
  };
}

function command(id: (typeof COMMANDS)[keyof typeof COMMANDS]) {
  return { type: 'command', command: id, coordinates: undefined } as const;
}

function problemSection({ connection, problems, served }: ClusterFacts, to: Destinations): Section {
  const { findings, verdict, scope, limits } = problems;
  const items = findings.slice(0, MAX_FINDINGS).map((finding): Item => {
    const { level, text, about } = finding;
    const actions = remedyLinks(finding, connection.context.name, to);
    const resource = about && served.find((one) => resourceNameOf(one) === resourceNameOf(about.kind));
    if (!resource) return { state: stateOfLevel(level), line: [text], actions };
    const { namespace, name } = about;
    const link = (named: string) => objectLink(named, { resource, namespace, name }, connection.context.name, to);
    return {
      state: stateOfLevel(level),
      line: linkedAt(shownText(text), namespace ? `${namespace}/${name}` : name, link),
      actions,
    };
  });
  const more = findings.length - items.length;
  const notes = [
    ...(findings.length === 0 ? [verdict] : []),
    ...(more > 0 ? [vscode.l10n.t('and {0} more', more)] : []),
    ...scope,
    ...limits,
  ];
  return sectionWith('problems', vscode.l10n.t('Problems'), { type: 'list', items }, { notes, isWide: true });
}

/** The text, with a link where it names the object. */
function linkedAt(text: string, name: string, link: (named: string) => Link): Line {
  const start = text.indexOf(name);
  if (start < 0) return [link(text)];
  return [text.slice(0, start), link(name), text.slice(start + name.length)].filter((part) => part !== '');
}

function capacitySection({ nodes, limits }: ClusterFacts): Section {
  const bars = COUNTED.flatMap((counted) => {
    const { whole, requested, used } = totalCapacity(nodes, counted);
    const bar = (name: string, part: number | undefined): Bar[] => {
      const share = shareOf(part, whole);
      if (share === undefined || part === undefined) return [];
      const text = vscode.l10n.t(
        '{0} of {1} ({2})',
        ...[amount(counted, part), amount(counted, whole), percentText(share)],
      );
      return [{ name, share, text }];
    };
    return counted === 'pods'
      ? bar(vscode.l10n.t('Pods'), used)
      : [...bar(requestedName(counted), requested), ...bar(usedName(counted), used)];
  });
  return sectionWith('capacity', vscode.l10n.t('Capacity'), { type: 'bars', bars }, { notes: limits, isWide: true });
}

function nodeSection({ connection, nodes, served }: ClusterFacts, to: Destinations): Section {
  const resource = served.find((one) => resourceNameOf(one) === resourceNameOf(kinds.nodes));
  const rows = nodes.slice(0, MAX_NODES).map((node): Cell[] => {
    const { name, capacity } = node;
    const line: Line = resource
      ? [objectLink(name, { resource, namespace: undefined, name }, connection.context.name, to)]
      : [name];
    const { cpu, memory, pods } = capacity;
    return [
      { line, state: nodeState(node) },
      { line: [nodeWords(node)] },
      ...[cell(cpu, 'requested'), cell(cpu, 'used'), cell(memory, 'requested'), cell(memory, 'used')],
      { line: [pods.used === undefined ? '-' : `${pods.used} / ${pods.whole}`] },
    ];
  });
  const columns = [
    vscode.l10n.t('Node'),
    vscode.l10n.t('Status'),
    requestedName('cpu'),
    usedName('cpu'),
    requestedName('memory'),
    usedName('memory'),
    vscode.l10n.t('Pods'),
  ];
  const rest = nodes.length - rows.length;
  const notes = rest > 0 ? [vscode.l10n.t('and {0} more', rest)] : [];
  return sectionWith('nodes', vscode.l10n.t('Nodes'), { type: 'table', columns, rows }, { notes, isWide: true });
}

function nodeState({ isReady, isCordoned }: NodeCapacity): State {
  // The next column says it in words.
  return { tone: !isReady ? 'bad' : isCordoned ? 'busy' : 'good', spoken: '' };
}

function nodeWords({ isReady, isCordoned }: NodeCapacity): string {
  const words = isReady ? vscode.l10n.t('ready') : vscode.l10n.t('not ready');
  return isCordoned ? `${words}, ${vscode.l10n.t('cordoned')}` : words;
}

function cell(capacity: Capacity, part: 'requested' | 'used'): Cell {
  const share = shareOf(capacity[part], capacity.whole);
  if (share === undefined) return { line: ['-'] };
  const state = share > FULL ? { state: { tone: 'busy', spoken: vscode.l10n.t('nearly full') } as const } : {};
  return { line: [percentText(share)], ...state };
}

function changeSection({ connection, changes, journal, served }: ClusterFacts, to: Destinations): Section {
  const all = [...changes, ...journal.map(changeOfEntry).filter((one) => !isTold(one, changes))];
  const rows = all
    .sort((a, b) => b.time - a.time)
    .slice(0, MAX_CHANGES)
    .map(({ time, kind, namespace, name, by, what }): Cell[] => {
      const resource = servedKind(kind, served);
      const text = `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
      const located = resource && { resource, namespace: resource.namespaced ? namespace : undefined, name };
      return [
        { line: [vscode.l10n.t('{0} ago', age(new Date(time).toISOString()))] },
        { line: located && name !== '' ? [objectLink(text, located, connection.context.name, to)] : [text] },
        { line: [by ?? ''] },
        { line: [shownText(what)] },
      ];
    });
  const columns = [vscode.l10n.t('When'), vscode.l10n.t('Object'), vscode.l10n.t('By'), vscode.l10n.t('What')];
  const notes = rows.length === 0 ? [vscode.l10n.t('Nothing changed in the last 24 hours.')] : [];
  const content = { type: 'table', columns: rows.length > 0 ? columns : [], rows } as const;
  return sectionWith('changes', vscode.l10n.t('Recent Changes'), content, { notes, isWide: true });
}

function changeOfEntry({ time, kind, namespace, name = '', actor, access, summary }: JournalEntry): Change {
  const by = actor === 'agent' ? vscode.l10n.t('agent') : vscode.l10n.t('you');
  const what = summary ?? accessWord(access);
  return { time: Date.parse(time), kind, namespace, name, by, what, isNoise: false };
}

function accessWord(access: JournalEntry['access']): string {
  switch (access) {
    case 'create':
      return vscode.l10n.t('created');
    case 'delete':
      return vscode.l10n.t('deleted');
    case 'exec':
      return vscode.l10n.t('ran a command');
    default:
      return vscode.l10n.t('changed');
  }
}

function isTold(change: Change, by: readonly Change[]): boolean {
  return by.some(
    ({ kind, namespace, name, time }) =>
      kind === change.kind &&
      namespace === change.namespace &&
      name === change.name &&
      Math.abs(time - change.time) < SAME_CHANGE_MS,
  );
}

function requestedName(counted: 'cpu' | 'memory'): string {
  return counted === 'cpu' ? vscode.l10n.t('CPU Requested') : vscode.l10n.t('Memory Requested');
}

function usedName(counted: 'cpu' | 'memory'): string {
  return counted === 'cpu' ? vscode.l10n.t('CPU in Use') : vscode.l10n.t('Memory in Use');
}

function amount(counted: Counted, value: number): string {
  return counted === 'pods' ? value.toLocaleString() : amountText(counted, value);
}
