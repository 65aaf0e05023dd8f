import * as vscode from 'vscode';
import { type ApiResource, resourceNameOf } from '../../../kubernetes/apimachinery/api-resource.ts';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import type { ResourceCoordinates } from '../../../kubernetes/apimachinery/resource-uri.ts';
import { type ChosenObject, chooseObject } from '../../browse/choose-object.ts';
import { SCHEME } from '../../common/ids.ts';
import { documentAddress } from '../../documents/document-uri.ts';
import { isOfObject, PAGE_SCHEME, pageAddress } from '../../pages/page-uri.ts';
import { isNode, type Node, objectOf } from '../../views/nodes.ts';
import type { App } from './app.ts';
import { LOST, NOTHING_SELECTED } from './lost.ts';

/** @throws UserError when nobody knows what a command was called on, rather than do nothing or act on something else. */
function assertKnown(argument: unknown): void {
  if (argument === LOST) throw new UserError(vscode.l10n.t('The list was just being updated. Choose it once more.'));
  if (argument === NOTHING_SELECTED)
    throw new UserError(vscode.l10n.t('Select a row first: click it, or press Enter on it.'));
}

/** The row of the view, of this type, that a command was called on; undefined for anything else. @throws UserError */
export function theRow<T extends Node['type']>(argument: unknown, type: T): Extract<Node, { type: T }> | undefined {
  assertKnown(argument);
  const isMeant = (node: Node): node is Extract<Node, { type: T }> => node.type === type;
  return isNode(argument) && isMeant(argument) ? argument : undefined;
}

/**
 * The object of a command: that of the view's node or document it was called on; called on nothing, that of the active
 * document, else one the user chooses among the `wanted` kinds. Undefined when the user cancels.
 * @throws UserError when VS Code no longer knows it, or the node is none, rather than act on another one.
 */
export async function theObject(
  app: App,
  argument: unknown,
  title: string,
  wanted: (resource: ApiResource) => boolean = () => true,
): Promise<ChosenObject | undefined> {
  assertKnown(argument);
  if (isNode(argument)) {
    const node = objectOf(argument);
    if (!node) throw new UserError(vscode.l10n.t('This row is no object: choose an object.'));
    const { context, ...located } = node;
    // Permissions may have changed since the node was shown.
    const target = (await app.targets.named(context.target.name)) ?? context.target;
    const connection = await app.clusters.connect(target, context.name);
    return { target, connection, ...located };
  }
  const uri = argument instanceof vscode.Uri ? argument : activeUri();
  const shown = uri ? await ofUri(app, uri) : undefined;
  if (shown && wanted(shown.resource)) return shown;
  return chooseObject(app, title, wanted);
}

/**
 * The objects of a command called on several nodes of the view that are selected, or as above of one. Those that it
 * does not apply to are left out.
 */
export async function theObjects(
  app: App,
  argument: unknown,
  selected: readonly unknown[] | undefined,
  title: string,
  wanted: (resource: ApiResource) => boolean = () => true,
): Promise<ChosenObject[]> {
  // A menu opened beside the selection is for its own row alone.
  const several = selected && selected.length > 1 && selected.includes(argument) ? selected : [argument];
  const objects = several.filter((one) => !isNode(one) || objectOf(one));
  const all = await Promise.all(
    (objects.length > 0 ? objects : [argument]).map((one) => theObject(app, one, title, wanted)),
  );
  return all.filter((one) => one !== undefined && wanted(one.resource)) as ChosenObject[];
}

/** An object's location, as documents have it. */
export function coordinatesOf({ connection, resource, namespace, name }: ChosenObject): ResourceCoordinates {
  return { context: connection.context.name, resource: resourceNameOf(resource), namespace, name };
}

/** Of the active document, or the active page. */
function activeUri(): vscode.Uri | undefined {
  const { activeTab } = vscode.window.tabGroups.activeTabGroup;
  if (activeTab?.input instanceof vscode.TabInputCustom) return activeTab.input.uri;
  return vscode.window.activeTextEditor?.document.uri;
}

async function ofUri(app: App, { scheme, path, query }: vscode.Uri): Promise<ChosenObject | undefined> {
  const page = scheme === PAGE_SCHEME ? pageAddress(path, query) : undefined;
  const ofPage = page && isOfObject(page) ? page : undefined;
  const address = scheme === SCHEME ? documentAddress(path, query) : ofPage;
  const target = address && (await app.targets.named(address.target));
  if (!target) return undefined;
  const { context, resource: kind, namespace, name } = address.coordinates;
  const connection = await app.clusters.connect(target, context);
  return { target, connection, resource: await connection.discovery.resolve(kind), namespace, name };
}
