import * as vscode from 'vscode';
import { resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import type { ResourceCoordinates } from '../../kubernetes/apimachinery/resource-uri.ts';
import type { Owner } from '../../kubernetes/diagnosis/rules/owned.ts';
import type { Item } from '../../webviews/pages/messages.ts';
import type { Related } from '../views/relations.ts';
import type { Destinations } from './destinations.ts';
import type { NamedObject, ObjectFacts } from './object-facts.ts';
import { objectLink, stateOfHealth } from './page-parts.ts';
import { readOf } from './part.ts';

const MAX_ITEMS = 25;
const ORDINARY: readonly string[] = ['ServiceAccount default', 'ConfigMap kube-root-ca.crt'];

/** The owners of an object from the top, the object below them, and below it what it leads to. */
export function relationItems(
  { resource, owners, related, uses }: Pick<ObjectFacts, 'resource' | 'owners' | 'related' | 'uses'>,
  { context = '', namespace, name }: ResourceCoordinates,
  to: Destinations,
): Item[] {
  const link = ({ kind, resource: of, ...located }: NamedObject | Omit<Owner, 'isGone'>) =>
    of ? objectLink(`${kind} ${located.name}`, { resource: of, ...located }, context, to) : `${kind} ${located.name}`;
  const below = (readOf(related) ?? []).map((one) => relatedItem(one, context, to));
  const isOwner = ({ kind, name: used }: NamedObject) =>
    owners.some((owner) => owner.kind === kind && owner.name === used);
  const used = uses.filter((one) => !isOwner(one) && !isOrdinary(one)).map((one): Item => ({ line: [link(one)] }));
  const self: Item = {
    line: [`${resource.kind} ${name}`],
    isSelf: true,
    items: [...group(titleOf(resourceNameOf(resource)), below), ...group(vscode.l10n.t('Uses'), used)],
  };
  return owners.reduce<Item[]>(
    (items, { isGone, ...owner }) => [
      {
        ...(isGone ? { state: { tone: 'bad', spoken: vscode.l10n.t('gone') } as const } : {}),
        line: [isGone ? `${owner.kind} ${owner.name}` : link(owner)],
        items,
      },
    ],
    [self],
  );

  function group(title: string, items: Item[]): Item[] {
    const shown = items.slice(0, MAX_ITEMS);
    const rest = items.length - shown.length;
    if (rest > 0) shown.push({ line: [vscode.l10n.t('and {0} more', rest)] });
    return shown.length > 0 ? [{ line: [title], items: shown }] : [];
  }

  // Every pod has them.
  function isOrdinary(one: NamedObject): boolean {
    return one.namespace === namespace && ORDINARY.includes(`${one.kind} ${one.name}`);
  }
}

function titleOf(kind: string): string {
  switch (kind) {
    case 'pods':
      return vscode.l10n.t('Containers');
    case 'services':
      return vscode.l10n.t('Endpoints');
    case 'cronjobs.batch':
      return vscode.l10n.t('Jobs');
    case 'configmaps':
    case 'secrets':
    case 'persistentvolumeclaims':
    case 'serviceaccounts':
      return vscode.l10n.t('Used By');
    default:
      return vscode.l10n.t('Pods');
  }
}

function relatedItem(one: Related, context: string, to: Destinations): Item {
  if (one.type === 'address')
    return { state: stateOfHealth({ state: one.isReady ? 'good' : 'bad', detail: '' }), line: [one.text] };
  if (one.type === 'container') {
    const { name, isInit, health, summary, image } = one;
    const notes = [...(isInit ? [vscode.l10n.t('init')] : []), summary].filter(Boolean).join(' · ');
    const line = [[name, notes].filter(Boolean).join(' · ')];
    return { state: stateOfHealth(health), line, ...(image === '' ? {} : { detail: [image] }) };
  }
  const { resource, namespace, row, role } = one;
  const { health, name } = row;
  const note = [role, health.state === 'good' || health.state === 'done' ? '' : health.detail]
    .filter(Boolean)
    .join(' · ');
  return {
    state: stateOfHealth(health),
    line: [objectLink(name, { resource, namespace, name }, context, to)],
    ...(note === '' ? {} : { detail: [note] }),
  };
}
