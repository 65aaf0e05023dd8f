import * as vscode from 'vscode';
import { age } from '../../kubernetes/apimachinery/age.ts';
import { apiVersionOf, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import type { Health } from '../../kubernetes/diagnosis/health.ts';
import { shortContext } from '../common/context-name.ts';
import { COMMANDS } from '../common/ids.ts';
import { contextThemeColor } from '../targets/context-colors.ts';
import { actionsOf } from './actions.ts';
import type { KindGroup } from './kind-groups.ts';
import type {
  ContextNode,
  KindNode,
  MessageNode,
  MoreNode,
  Node,
  ObjectNode,
  ReleaseNode,
  ScopeNode,
} from './nodes.ts';

const GROUP_ICONS: Record<KindGroup, string> = {
  workloads: 'layers',
  network: 'globe',
  config: 'settings',
  storage: 'database',
  access: 'key',
  administration: 'tools',
  custom: 'extensions',
};
const HEALTH_ICONS: Record<Health['state'], vscode.ThemeIcon> = {
  good: new vscode.ThemeIcon('pass-filled', new vscode.ThemeColor('testing.iconPassed')),
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
    case 'group': {
      const state = node.group === 'workloads' && node.parent.namespace !== undefined ? Expanded : Collapsed;
      return withIcon(
        new vscode.TreeItem(groupLabel(node.group), state),
        new vscode.ThemeIcon(GROUP_ICONS[node.group]),
      );
    }
    case 'kind':
      return kindItem(node);
    case 'object':
      return objectItem(node);
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

function groupLabel(group: KindGroup): string {
  switch (group) {
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
  const item = new vscode.TreeItem(resource.kind, Collapsed);
  const count = countText(node);
  item.description = count ?? '';
  item.tooltip = `${resourceNameOf(resource)} (${apiVersionOf(resource)})`;
  item.contextValue = 'kind';
  item.accessibilityInformation = { label: [resource.kind, ...spokenCount(count)].join(', ') };
  return withIcon(item, new vscode.ThemeIcon('list-tree'));
}

function spokenCount(count: string | undefined): string[] {
  if (count === undefined) return [];
  return [count === '1' ? vscode.l10n.t('1 object') : vscode.l10n.t('{0} objects', count)];
}

/** The count of a kind's objects, and how many match the filter; undefined before they are counted. */
export function countText({ list, count }: KindNode): string | undefined {
  const total = list?.total ?? count;
  const all = total?.toLocaleString();
  if (!list?.isFiltered || all === undefined) return all;
  return vscode.l10n.t('{0} of {1}', `${list.rows.length.toLocaleString()}${list.hasMore ? '+' : ''}`, all);
}

function objectItem(node: ObjectNode): vscode.TreeItem {
  const { row, parent } = node;
  const { name, summary, health } = row;
  const item = new vscode.TreeItem(name, None);
  item.description = summary;
  item.tooltip = [
    `${parent.resource.kind} ${name}`,
    ...[summary, health.detail].filter(Boolean),
    vscode.l10n.t('Age: {0}', age(row.created)),
  ].join('\n');
  item.contextValue = ['object', ...actionsOf(parent.resource)].join(' ');
  item.command = { command: COMMANDS.openObject, title: vscode.l10n.t('Open'), arguments: [node] };
  item.accessibilityInformation = {
    label: [parent.resource.kind, name, healthLabel(health), summary].filter(Boolean).join(', '),
  };
  return withIcon(item, HEALTH_ICONS[health.state]);
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

function healthLabel({ state }: Health): string {
  switch (state) {
    case 'good':
      return vscode.l10n.t('healthy');
    case 'busy':
      return vscode.l10n.t('not ready');
    case 'bad':
      return vscode.l10n.t('failing');
    case 'done':
      return vscode.l10n.t('completed');
    case 'plain':
      return '';
  }
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
