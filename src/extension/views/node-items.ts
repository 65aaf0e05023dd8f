import * as vscode from 'vscode';
import { age } from '../../kubernetes/apimachinery/age.ts';
import { apiVersionOf, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import type { Health } from '../../kubernetes/diagnosis/health.ts';
import { shortContext } from '../common/context-name.ts';
import { COMMANDS } from '../common/ids.ts';
import { formatError } from '../common/problems.ts';
import { contextThemeColor } from '../targets/context-colors.ts';
import { actionsOf } from './actions.ts';
import { countProblems } from './cluster-problems.ts';
import { healthLabel, levelLabel } from './health-labels.ts';
import { iconOf, pluralOf } from './kind-labels.ts';
import type {
  ContainerNode,
  ContextNode,
  GroupNode,
  KindNode,
  MessageNode,
  MoreNode,
  Node,
  ObjectNode,
  ProblemNode,
  ProblemsNode,
  ReleaseNode,
  ScopeNode,
} from './nodes.ts';
import { hasRelated } from './relation-kinds.ts';

const GROUP_ICONS: Record<GroupNode['group'], string> = {
  favorites: 'star-full',
  workloads: 'layers',
  network: 'globe',
  config: 'settings',
  storage: 'database',
  nodes: 'vm',
  events: 'bell',
  access: 'organization',
  administration: 'tools',
  custom: 'extensions',
};
const HEALTH_ICONS: Record<Health['state'], vscode.ThemeIcon> = {
  good: new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
  busy: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
  bad: new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed')),
  done: new vscode.ThemeIcon('check', new vscode.ThemeColor('testing.iconSkipped')),
  plain: new vscode.ThemeIcon('circle-small-filled'),
};
const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

/** How a node looks. */
export function treeItem(node: Node): vscode.TreeItem {
  const item = render(node);
  item.id = node.id;
  return item;
}

function render(node: Node): vscode.TreeItem {
  switch (node.type) {
    case 'target':
      return withIcon(new vscode.TreeItem(node.target.folder?.name ?? '', Expanded), new vscode.ThemeIcon('folder'));
    case 'context':
      return contextItem(node);
    case 'scope':
      return scopeItem(node);
    case 'group':
      return groupItem(node);
    case 'kind':
      return kindItem(node);
    case 'object':
      return objectItem(node);
    case 'container':
      return containerItem(node);
    case 'problems':
      return problemsItem(node);
    case 'problem':
      return problemItem(node);
    case 'releases':
      return withIcon(new vscode.TreeItem(vscode.l10n.t('Helm Releases'), Collapsed), new vscode.ThemeIcon('package'));
    case 'release':
      return releaseItem(node);
    case 'more':
      return moreItem(node);
    case 'message':
      return messageItem(node);
  }
}

function withIcon(item: vscode.TreeItem, icon: vscode.ThemeIcon): vscode.TreeItem {
  item.iconPath = icon;
  return item;
}

function groupItem({ group, parent, matches }: GroupNode): vscode.TreeItem {
  const isOpen = (group === 'workloads' || group === 'favorites') && parent.namespace !== undefined;
  const item = new vscode.TreeItem(groupLabel(group), isOpen ? Expanded : Collapsed);
  if (matches !== undefined) item.description = matches.toLocaleString();
  return withIcon(item, new vscode.ThemeIcon(GROUP_ICONS[group]));
}

function groupLabel(group: GroupNode['group']): string {
  switch (group) {
    case 'favorites':
      return vscode.l10n.t('Favorites');
    case 'nodes':
      return vscode.l10n.t('Nodes');
    case 'events':
      return vscode.l10n.t('Events');
    case 'workloads':
      return vscode.l10n.t('Workloads');
    case 'network':
      return vscode.l10n.t('Network');
    case 'config':
      return vscode.l10n.t('Config');
    case 'storage':
      return vscode.l10n.t('Storage');
    case 'access':
      return vscode.l10n.t('Access');
    case 'administration':
      return vscode.l10n.t('Administration');
    case 'custom':
      return vscode.l10n.t('Custom');
  }
}

function contextItem(node: ContextNode): vscode.TreeItem {
  const { name, server, isCurrent, isProtected, isOffline, shadowed, target } = node;
  const item = new vscode.TreeItem(shortContext(name), isCurrent ? Expanded : Collapsed);
  const marks = [
    ...(isCurrent ? [vscode.l10n.t('in use')] : []),
    ...(isProtected ? [vscode.l10n.t('protected')] : []),
    ...(isOffline ? [vscode.l10n.t('offline')] : []),
    ...(shadowed.length > 0 ? [vscode.l10n.t('defined twice')] : []),
  ];
  item.description = marks.join(' · ');
  const lines = [
    name,
    isProtected ? vscode.l10n.t('{0}\nProtected: nothing is written here, whatever is switched on.', server) : server,
    ...shadowed.map(({ list, name, used, hidden }) =>
      vscode.l10n.t(
        '{0}: “{1}” is defined in {2} and, differently, in {3}. The first is used, as with kubectl.',
        ...[list, name, used, hidden],
      ),
    ),
  ];
  item.tooltip = lines.join('\n');
  item.contextValue = isCurrent ? 'context current' : 'context';
  item.accessibilityInformation = { label: [vscode.l10n.t('Context {0}', name), ...marks].join(', ') };
  const icon = isOffline ? 'debug-disconnect' : isProtected ? 'lock' : isCurrent ? 'vm-active' : 'vm';
  return withIcon(item, new vscode.ThemeIcon(icon, contextThemeColor(name, target.settings)));
}

function scopeItem({ namespace, connection, row, parent }: ScopeNode): vscode.TreeItem {
  if (namespace === undefined)
    return withIcon(new vscode.TreeItem(vscode.l10n.t('Cluster'), Collapsed), new vscode.ThemeIcon('server'));
  const isOwn = namespace === connection.namespace;
  const item = new vscode.TreeItem(
    namespace,
    isOwn && parent.isCurrent && namespace !== 'default' ? Expanded : Collapsed,
  );
  const marks = [
    ...(isOwn && parent.isCurrent ? [vscode.l10n.t('in use')] : []),
    ...(row && row.health.state !== 'good' && row.summary !== '' ? [row.summary] : []),
  ];
  item.description = marks.join(' · ');
  item.accessibilityInformation = { label: [vscode.l10n.t('Namespace {0}', namespace), ...marks].join(', ') };
  item.contextValue = 'namespace';
  return withIcon(item, row?.health.state === 'busy' ? HEALTH_ICONS.busy : new vscode.ThemeIcon('symbol-namespace'));
}

function kindItem(node: KindNode): vscode.TreeItem {
  const { resource } = node;
  const label = pluralOf(resource);
  const item = new vscode.TreeItem(label, Collapsed);
  const count = shownCount(node);
  // Of two kinds with one name, the group tells which is which.
  const group = node.isNamesake ? resource.group || 'core' : undefined;
  item.description = [count, group].filter(Boolean).join(' · ');
  item.tooltip = `${resourceNameOf(resource)} (${apiVersionOf(resource)})`;
  item.contextValue = node.isFavorite ? 'kind favorite' : 'kind';
  item.accessibilityInformation = { label: [label, group, ...spokenCount(count)].filter(Boolean).join(', ') };
  return withIcon(item, kindIcon(resource));
}

// Some icons have a color of their own, which would say something about the kind.
function kindIcon(resource: KindNode['resource']): vscode.ThemeIcon {
  return new vscode.ThemeIcon(iconOf(resource), new vscode.ThemeColor('icon.foreground'));
}

function spokenCount(count: string | undefined): string[] {
  if (count === undefined) return [];
  return [count === '1' ? vscode.l10n.t('1 object') : vscode.l10n.t('{0} objects', count)];
}

/** The count of a kind's objects, and how many match the filter; undefined before they are counted. */
export function shownCount({ list, count, matches }: KindNode): string | undefined {
  const total = list?.total ?? count;
  const all = total?.toLocaleString();
  if (!list && matches !== undefined && all !== undefined)
    return vscode.l10n.t('{0} of {1}', matches.toLocaleString(), all);
  if (!list?.isFiltered || all === undefined) return all;
  return vscode.l10n.t('{0} of {1}', `${list.size.toLocaleString()}${list.hasMore ? '+' : ''}`, all);
}

function objectItem(node: ObjectNode): vscode.TreeItem {
  const { row, resource, role } = node;
  const { name, label = name, health } = row;
  const note = [role, noteOf(row), node.shownUsage].filter(Boolean).join(' · ');
  const item = new vscode.TreeItem(label, hasRelated(resource) ? Collapsed : None);
  item.description = note;
  item.contextValue = ['object', ...actionsOf(resource, row.isOff)].join(' ');
  item.command = { command: COMMANDS.openObject, title: vscode.l10n.t('Open'), arguments: [node] };
  item.accessibilityInformation = {
    label: [resource.kind, label, healthLabel(health), note].filter(Boolean).join(', '),
  };
  const isOwn = node.parent.type === 'object' || row.isOff;
  if (isOwn && (health.state === 'plain' || health.state === 'good')) return withIcon(item, kindIcon(resource));
  return withIcon(item, HEALTH_ICONS[health.state]);
}

/** What is worth saying about an object at a glance: what is not as it should be, and what tells it apart. */
function noteOf({ summary, health, label }: ObjectNode['row']): string {
  if (health.state === 'good' || health.state === 'done') return '';
  if (health.state !== 'plain' || label !== undefined) return summary;
  // The number of keys or rules is no exception.
  return summary
    .split(' · ')
    .filter((part) => !/^\d+ /.test(part))
    .join(' · ');
}

function containerItem({ name, isInit, health, summary, image }: ContainerNode): vscode.TreeItem {
  const item = new vscode.TreeItem(name, None);
  item.description = [...(isInit ? [vscode.l10n.t('init')] : []), summary].filter(Boolean).join(' · ');
  item.tooltip = image;
  item.contextValue = 'container logs terminal';
  const label = vscode.l10n.t('Container {0}', name);
  item.accessibilityInformation = { label: [label, healthLabel(health), summary].filter(Boolean).join(', ') };
  return withIcon(
    item,
    health.state === 'good'
      ? new vscode.ThemeIcon('symbol-field', new vscode.ThemeColor('icon.foreground'))
      : HEALTH_ICONS[health.state],
  );
}

function problemsItem({ found, failure }: ProblemsNode): vscode.TreeItem {
  const label = vscode.l10n.t('Problems');
  const item = new vscode.TreeItem(label, Collapsed);
  const count = countProblems(found);
  const isKnown = found !== undefined || failure !== undefined;
  item.description = !isKnown ? '…' : failure !== undefined ? '?' : count > 0 ? count.toLocaleString() : '';
  item.tooltip = failure === undefined ? found?.summary : formatError(failure);
  item.contextValue = 'problems';
  const spoken = count === 1 ? vscode.l10n.t('1 problem') : vscode.l10n.t('{0} problems', count.toLocaleString());
  item.accessibilityInformation = { label: found ? `${label}, ${spoken}` : label };
  if (count > 0) return withIcon(item, HEALTH_ICONS.bad);
  return withIcon(item, found && found.limits.length === 0 ? HEALTH_ICONS.good : new vscode.ThemeIcon('question'));
}

const LEVEL_STATES = { cause: 'bad', symptom: 'busy', risk: 'plain' } as const;

function problemItem(node: ProblemNode): vscode.TreeItem {
  const { finding, about } = node;
  // A finding begins with what it is about.
  const [, what = finding.text, why = ''] = /^(.{1,120}?)(?:: |：)(.*)$/s.exec(finding.text) ?? [];
  const item = new vscode.TreeItem(shortened(what), None);
  item.description = why;
  item.tooltip = finding.text;
  item.contextValue = about ? ['problem', 'object', ...actionsOf(about.resource)].join(' ') : 'problem';
  if (about)
    item.command = { command: COMMANDS.showOverview, title: vscode.l10n.t('Show Overview'), arguments: [node] };
  item.accessibilityInformation = { label: `${levelLabel(finding.level)}: ${finding.text}` };
  return withIcon(
    item,
    finding.level === 'risk' ? new vscode.ThemeIcon('info') : HEALTH_ICONS[LEVEL_STATES[finding.level]],
  );
}

// The view is narrow, and what tells the pods of a workload apart comes last.
function shortened(what: string): string {
  return what.replace(/^pod (\S+?)(-[a-f0-9]{6,10})?-[a-z0-9]{5}$/i, '$1');
}

/** The tooltip of a node that is written anew each time, because it tells an age. */
export function tooltipOf(node: Node): string | undefined {
  if (node.type !== 'object') return undefined;
  const { row, resource, shownUsage } = node;
  return [
    `${resource.kind} ${row.name}`,
    ...[row.summary, row.health.detail, shownUsage].filter(Boolean),
    ...(row.created === undefined ? [] : [vscode.l10n.t('Age: {0}', age(row.created))]),
  ].join('\n');
}

function releaseItem(node: ReleaseNode): vscode.TreeItem {
  const { name, revision, status, modified } = node.latest;
  const item = new vscode.TreeItem(name, None);
  item.description = `${vscode.l10n.t('Revision {0}', revision)} · ${status}`;
  item.tooltip = [name, item.description, vscode.l10n.t('Age: {0}', age(modified))].join('\n');
  item.contextValue = 'release';
  item.command = { command: COMMANDS.showReleaseManifest, title: vscode.l10n.t('Open'), arguments: [node] };
  item.accessibilityInformation = { label: [vscode.l10n.t('Helm release {0}', name), item.description].join(', ') };
  const state =
    status === 'deployed'
      ? 'good'
      : status === 'failed'
        ? 'bad'
        : /^(pending|uninstalling)/.test(status)
          ? 'busy'
          : 'done';
  return withIcon(item, HEALTH_ICONS[state]);
}

function moreItem(node: MoreNode): vscode.TreeItem {
  const item = new vscode.TreeItem(
    node.left === undefined ? vscode.l10n.t('More…') : vscode.l10n.t('{0} more…', node.left.toLocaleString()),
  );
  item.command = { command: COMMANDS.showMore, title: vscode.l10n.t('Show More'), arguments: [node] };
  return withIcon(item, new vscode.ThemeIcon('ellipsis'));
}

function messageItem(node: MessageNode): vscode.TreeItem {
  const item = new vscode.TreeItem(node.text);
  item.tooltip = node.detail;
  if (node.tone === 'plain') return withIcon(item, new vscode.ThemeIcon('info'));
  if (node.tone === 'locked') {
    item.command = { command: COMMANDS.openResource, title: vscode.l10n.t('Open Resource') };
    return withIcon(item, new vscode.ThemeIcon('lock'));
  }
  if (node.tone === 'question') {
    item.command = { command: COMMANDS.answerWorkspace, title: vscode.l10n.t('Answer…') };
    item.tooltip = vscode.l10n.t('{0}\nClick to answer.', node.detail);
    return withIcon(item, new vscode.ThemeIcon('question', new vscode.ThemeColor('list.warningForeground')));
  }
  item.contextValue = 'error';
  item.command = { command: COMMANDS.refreshView, title: vscode.l10n.t('Try Again'), arguments: [node.parent] };
  item.tooltip = vscode.l10n.t('{0}\nClick to try again.', node.detail);
  item.accessibilityInformation = { label: node.detail };
  return withIcon(item, new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')));
}
