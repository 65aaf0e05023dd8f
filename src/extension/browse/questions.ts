import * as vscode from 'vscode';
import { type ApiResource, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { isApiError } from '../../kubernetes/apimachinery/errors.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import type { Target } from '../targets/targets.ts';
import { groupKinds } from './kinds.ts';
import { type ListedObject, namespacePages, objectPages } from './object-pages.ts';
import type { Choice, Question, Show } from './question-session.ts';

/** Nobody scrolls through more, and the list becomes slow. */
const MAX_OBJECTS = 10_000;

/** A kind and its cluster: later questions use the same cluster even if the context is switched meanwhile. */
export interface ChosenKind {
  connection: Connection;
  resource: ApiResource;
}

/** Which folder's cluster? */
export function whichTarget(title: string, targets: readonly Target[]): Question<Target> {
  return {
    title,
    placeholder: vscode.l10n.t('Choose the folder whose cluster you mean'),
    canGoBack: false,
    load: async (show) =>
      show(
        targets.map((target) => ({
          label: target.folder?.name ?? '',
          description: target.settings.context ?? target.kubeconfig.paths.join(', '),
          value: target,
        })),
      ),
  };
}

/** Options for the kind question. */
export interface KindQuestion {
  title: string;
  /** Recently used kinds, by name. */
  recent: readonly string[];
  canGoBack: boolean;
  /** Whether to offer a kind. */
  wanted: (resource: ApiResource) => boolean;
}

/** Which kind? Shows the known kinds at once and looks for new ones meanwhile. */
export function whichKind(
  connect: () => Promise<Connection>,
  { title: words, recent, canGoBack, wanted }: KindQuestion,
): Question<ChosenKind> {
  return {
    title: words,
    placeholder: vscode.l10n.t('Choose a kind'),
    canGoBack,
    async load(show) {
      const connection = await connect();
      const title = vscode.l10n.t('{0} ({1})', words, connection.context.name);
      show([], { title });
      const first = await connection.discovery.kinds();
      show(kindChoices(connection, first.resources.filter(wanted), recent), { title });
      if (!asked.has(connection.discovery)) {
        asked.add(connection.discovery);
        return;
      }
      const { resources } = await connection.discovery.kinds(true);
      if (JSON.stringify(resources) !== JSON.stringify(first.resources))
        show(kindChoices(connection, resources.filter(wanted), recent), { title });
    },
  };
}

const asked = new WeakSet<object>();

function kindChoices(
  connection: Connection,
  resources: readonly ApiResource[],
  recentNames: readonly string[],
): Choice<ChosenKind>[] {
  const { recent, common, others } = groupKinds(resources, recentNames);
  const group = (label: string, members: readonly ApiResource[]): Choice<ChosenKind>[] =>
    members.length === 0
      ? []
      : [
          { label, kind: vscode.QuickPickItemKind.Separator },
          ...members.map((resource) => ({
            label: resource.kind,
            description: [resourceNameOf(resource), ...resource.shortNames].join(', '),
            value: { connection, resource },
          })),
        ];
  return [
    ...group(vscode.l10n.t('recently used'), recent),
    ...group(vscode.l10n.t('common'), common),
    ...group(vscode.l10n.t('all kinds'), others),
  ];
}

/** Which namespace? A user who may not list them can type one. */
export function whichNamespace({ connection, resource }: ChosenKind): Question<{ namespace: string | undefined }> {
  const all = { label: vscode.l10n.t('All namespaces'), value: { namespace: undefined } };
  const own: Choice<{ namespace: string }> = {
    label: connection.namespace,
    description: vscode.l10n.t('the namespace of the context'),
    value: { namespace: connection.namespace },
  };
  const names = new Set<string>([connection.namespace]);
  let forbidden = false;
  return {
    title: vscode.l10n.t('{0} ({1})', resource.kind, connection.context.name),
    placeholder: vscode.l10n.t('Choose a namespace'),
    canGoBack: true,
    async load(show, signal) {
      show([all, own]);
      const others: Choice<{ namespace: string }>[] = [];
      try {
        for await (const { objects } of namespacePages(connection.client, signal)) {
          for (const { name, summary } of objects) {
            if (names.has(name)) continue;
            names.add(name);
            others.push({ label: name, description: summary, value: { namespace: name } });
          }
          show([all, own, ...others]);
        }
      } catch (error) {
        if (!isApiError(error, 403)) throw error;
        forbidden = true;
        show([all, own], { placeholder: vscode.l10n.t('You may not list namespaces: type the name of one') });
      }
    },
    typed(text) {
      if (!forbidden || names.has(text) || !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text)) return undefined;
      return { label: text, description: vscode.l10n.t('as typed'), alwaysShow: true, value: { namespace: text } };
    },
  };
}

/** Which object? They show as they arrive: the first page at once, then whenever there are twice as many. */
export function whichObject(
  { connection, resource }: ChosenKind,
  namespace: string | undefined,
): Question<ListedObject> {
  const { kind, namespaced } = resource;
  const context = connection.context.name;
  let forbidden = false;
  return {
    title: namespaced
      ? vscode.l10n.t('{0} in {1} ({2})', kind, namespace ?? vscode.l10n.t('all namespaces'), context)
      : vscode.l10n.t('{0} ({1})', kind, context),
    placeholder: vscode.l10n.t('Choose an object'),
    canGoBack: true,
    async load(show, signal) {
      const choices: Choice<ListedObject>[] = [];
      try {
        await listObjects(choices, show, signal);
      } catch (error) {
        if (!isApiError(error, 403)) throw error;
        forbidden = true;
        show([], { placeholder: vscode.l10n.t('You may not list these: type the name of one') });
      }
    },
    typed(text) {
      if (!forbidden || (namespaced && namespace === undefined) || !isName(text)) return undefined;
      const value = { name: text, namespace: namespaced ? namespace : undefined, summary: '' };
      return { label: text, description: vscode.l10n.t('as typed'), alwaysShow: true, value };
    },
  };

  async function listObjects(
    choices: Choice<ListedObject>[],
    show: Show<ListedObject>,
    signal: AbortSignal,
  ): Promise<void> {
    let shown = 0;
    const showAll = (total: number) => {
      shown = choices.length;
      show(choices, { placeholder: vscode.l10n.t('Choose one of {0}', total.toLocaleString()) });
    };
    for await (const { objects, remaining } of objectPages(connection.client, resource, namespace, signal)) {
      for (const object of objects) {
        const where = namespace === undefined ? object.namespace : undefined;
        const description = [where, object.summary].filter(Boolean).join(' · ');
        choices.push({ label: object.name, description, value: object });
      }
      const total = choices.length + remaining;
      if (choices.length >= MAX_OBJECTS && remaining > 0) {
        const first = choices.length.toLocaleString();
        const placeholder = vscode.l10n.t('The first {0} of {1}', first, total.toLocaleString());
        return show(choices, { placeholder });
      }
      // VS Code takes all of them anew each time: once a page would be quadratic.
      if (choices.length >= 2 * shown) showAll(total);
    }
    if (choices.length > shown) showAll(choices.length);
    if (choices.length === 0) show([{ label: vscode.l10n.t('$(info) There are none'), alwaysShow: true }]);
  }
}

/** An object name, of any kind: whatever can be a path segment. */
function isName(text: string): boolean {
  return /^[^\s/%]+$/.test(text) && text !== '.' && text !== '..';
}
