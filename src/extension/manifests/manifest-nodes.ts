import * as vscode from 'vscode';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { COMMANDS } from '../common/ids.ts';
import type { LensTarget } from './manifest-lenses.ts';
import { type ManifestState, stateIcon, stateText } from './manifest-state.ts';

/** A file with Kubernetes objects; its range is all of it. */
export interface ManifestFileNode extends LensTarget {
  type: 'file';
  objects: ManifestObjectNode[];
}

/** An object of a file; its range is its document. */
export interface ManifestObjectNode extends LensTarget {
  type: 'object';
  parent: ManifestFileNode;
  object: KubernetesObject;
  /** Undefined until it is looked up. */
  state: ManifestState | undefined;
}

/** A chart, by its Chart.yaml: Helm makes its objects. */
export interface ManifestChartNode {
  type: 'chart';
  uri: vscode.Uri;
}

export type ManifestNode = ManifestFileNode | ManifestObjectNode | ManifestChartNode;

const { Collapsed, None } = vscode.TreeItemCollapsibleState;
const COLORS: Partial<Record<ManifestState['is'], string>> = {
  'in sync': 'testing.iconPassed',
  different: 'list.warningForeground',
  missing: 'list.warningForeground',
};

/** What a file is shown as that is not in sync: a difference first. */
const ORDER: readonly ManifestState['is'][] = ['different', 'missing', 'forbidden', 'unknown'];

/** How a node looks. */
export function manifestItem(node: ManifestNode): vscode.TreeItem {
  if (node.type === 'file') return fileItem(node);
  return node.type === 'object' ? objectItem(node) : chartItem(node);
}

function fileItem({ uri, objects }: ManifestFileNode): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.workspace.asRelativePath(uri), Collapsed);
  const states = objects.map(({ state }) => state);
  item.id = uri.toString();
  item.contextValue = 'manifestFile';
  item.tooltip = uri.path;
  item.iconPath = new vscode.ThemeIcon('file-code');
  const known = states.filter((state) => state !== undefined);
  const off = known.filter(({ is }) => is !== 'in sync');
  const [first] = off.length > 0 ? off.sort((a, b) => ORDER.indexOf(a.is) - ORDER.indexOf(b.is)) : known;
  const label = vscode.workspace.asRelativePath(uri);
  item.accessibilityInformation = { label };
  if (!first) return item;
  item.description =
    objects.length === 1 || off.length === 0
      ? stateText(first)
      : vscode.l10n.t('{0} of {1} not in sync', off.length, objects.length);
  item.accessibilityInformation = { label: `${label}, ${item.description}` };
  item.iconPath = stateTheme(first);
  return item;
}

function objectItem({ uri, range, object, parent, state }: ManifestObjectNode): vscode.TreeItem {
  const { kind = '', metadata } = object;
  const label = `${kind} ${metadata?.name ?? ''}`;
  const item = new vscode.TreeItem(label, None);
  item.id = `${uri.toString()}#${parent.objects.findIndex((one) => one.object === object)}`;
  item.description = [metadata?.namespace, state && stateText(state)].filter(Boolean).join(' · ');
  item.tooltip = state && 'why' in state ? state.why : label;
  item.contextValue = 'manifestObject';
  item.accessibilityInformation = { label: [label, item.description].filter(Boolean).join(', ') };
  item.iconPath = state ? stateTheme(state) : new vscode.ThemeIcon('symbol-class');
  const selection = new vscode.Range(range.start, range.start);
  item.command = { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [uri, { selection }] };
  return item;
}

function chartItem({ uri }: ManifestChartNode): vscode.TreeItem {
  const folder = vscode.workspace.asRelativePath(uri).replace(/\/?Chart\.yaml$/, '');
  const item = new vscode.TreeItem(folder || '.', None);
  item.id = uri.toString();
  item.description = vscode.l10n.t('chart');
  item.contextValue = 'manifestChart';
  item.iconPath = new vscode.ThemeIcon('package');
  item.command = { command: COMMANDS.previewChart, title: vscode.l10n.t('Preview'), arguments: [uri] };
  return item;
}

function stateTheme(state: ManifestState): vscode.ThemeIcon {
  const color = COLORS[state.is];
  return new vscode.ThemeIcon(stateIcon(state), color === undefined ? undefined : new vscode.ThemeColor(color));
}
