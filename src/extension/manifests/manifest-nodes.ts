import { posix } from 'node:path';
import * as vscode from 'vscode';
import { isObject, type KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import { oneLine } from '../../kubernetes/text/one-line.ts';
import { COMMANDS } from '../common/ids.ts';
import type { LensTarget } from './manifest-lenses.ts';
import { type ManifestState, stateIcon, stateText } from './manifest-state.ts';

/** A file with Kubernetes objects; its range is all of it. */
export interface ManifestFileNode extends LensTarget {
  type: 'file';
  objects: ManifestObjectNode[];
}

/** An object of a file, or of what a kustomization makes. */
export interface ManifestObjectNode {
  type: 'object';
  uri: vscode.Uri;
  /** Its document in the file. */
  range: vscode.Range | undefined;
  parent: ManifestFileNode | KustomizationNode;
  object: KubernetesObject;
  /** Undefined until it is looked up. */
  state: ManifestState | undefined;
  /** When it was, as it is now; by the clock of `performance`. */
  lookedUp: number | undefined;
}

/** A kustomization, by its kustomization.yaml. */
export interface KustomizationNode {
  type: 'kustomization';
  uri: vscode.Uri;
  /** Empty until it is built. */
  objects: ManifestObjectNode[];
  /** Why it could not be built. */
  failure: string | undefined;
}

/** A chart, by its Chart.yaml: Helm makes its objects. */
export interface ManifestChartNode {
  type: 'chart';
  uri: vscode.Uri;
}

/** Says what is not shown. */
export interface ManifestNoteNode {
  type: 'note';
  text: string;
}

export type ManifestNode =
  | ManifestFileNode
  | ManifestObjectNode
  | KustomizationNode
  | ManifestChartNode
  | ManifestNoteNode;

/** Commands can be called with any argument. */
export function isKustomization(value: unknown): value is Pick<KustomizationNode, 'type' | 'uri'> {
  return isObject(value) && value.type === 'kustomization' && value.uri instanceof vscode.Uri;
}

/** As above. */
export function isChart(value: unknown): value is ManifestChartNode {
  return isObject(value) && value.type === 'chart' && value.uri instanceof vscode.Uri;
}

const MAX_FAILURE_LENGTH = 200;
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
  switch (node.type) {
    case 'file':
      return fileItem(node);
    case 'object':
      return objectItem(node);
    case 'kustomization':
      return kustomizationItem(node);
    case 'chart':
      return chartItem(node);
    case 'note':
      return noteItem(node);
  }
}

function fileItem({ uri, objects }: ManifestFileNode): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.workspace.asRelativePath(uri), Collapsed);
  item.id = uri.toString();
  item.contextValue = 'manifestFile';
  item.tooltip = uri.path;
  item.iconPath = new vscode.ThemeIcon('file-code');
  const label = vscode.workspace.asRelativePath(uri);
  item.accessibilityInformation = { label };
  const whole = wholeState(objects);
  if (!whole) return item;
  item.description = whole.text;
  item.accessibilityInformation = { label: `${label}, ${whole.text}` };
  item.iconPath = stateTheme(whole.state);
  return item;
}

function kustomizationItem({ uri, objects, failure }: KustomizationNode): vscode.TreeItem {
  const label = posix.dirname(vscode.workspace.asRelativePath(uri));
  const item = new vscode.TreeItem(label, failure === undefined ? Collapsed : None);
  const whole = wholeState(objects);
  item.id = uri.toString();
  item.description =
    failure === undefined
      ? [vscode.l10n.t('kustomization'), whole?.text].filter(Boolean).join(' · ')
      : oneLine(failure).slice(0, MAX_FAILURE_LENGTH);
  item.tooltip = failure ?? uri.path;
  item.contextValue = 'manifestKustomization';
  item.accessibilityInformation = { label: `${label}, ${item.description}` };
  item.iconPath = whole ? stateTheme(whole.state) : new vscode.ThemeIcon('layers');
  if (failure === undefined) return item;
  item.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  item.command = { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [uri] };
  return item;
}

/** The state of several objects: what stands for all, and a few words. Undefined until one is looked up. */
function wholeState(objects: readonly ManifestObjectNode[]): { state: ManifestState; text: string } | undefined {
  const known = objects.map(({ state }) => state).filter((state) => state !== undefined);
  const off = known.filter(({ is }) => is !== 'in sync');
  const [state] = off.length > 0 ? off.sort((a, b) => ORDER.indexOf(a.is) - ORDER.indexOf(b.is)) : known;
  if (!state) return undefined;
  const text =
    objects.length === 1 || off.length === 0
      ? stateText(state)
      : vscode.l10n.t('{0} of {1} not in sync', off.length, objects.length);
  return { state, text };
}

function objectItem({ uri, range, object, parent, state }: ManifestObjectNode): vscode.TreeItem {
  const { kind = '', metadata } = object;
  const label = `${kind} ${metadata?.name ?? ''}`;
  const item = new vscode.TreeItem(label, None);
  item.id = `${uri.toString()}#${parent.objects.findIndex((one) => one.object === object)}`;
  item.description = [metadata?.namespace, state && stateText(state)].filter(Boolean).join(' · ');
  item.tooltip = state && 'why' in state ? state.why : label;
  // What a kustomization makes is applied as a whole.
  item.contextValue = range ? 'manifestObject' : 'manifestPart';
  item.accessibilityInformation = { label: [label, item.description].filter(Boolean).join(', ') };
  item.iconPath = state ? stateTheme(state) : new vscode.ThemeIcon('symbol-class');
  const options = range && { selection: new vscode.Range(range.start, range.start) };
  item.command = { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [uri, options] };
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

function noteItem({ text }: ManifestNoteNode): vscode.TreeItem {
  const item = new vscode.TreeItem(text, None);
  item.tooltip = text;
  item.iconPath = new vscode.ThemeIcon('info');
  return item;
}

function stateTheme(state: ManifestState): vscode.ThemeIcon {
  const color = COLORS[state.is];
  return new vscode.ThemeIcon(stateIcon(state), color === undefined ? undefined : new vscode.ThemeColor(color));
}
