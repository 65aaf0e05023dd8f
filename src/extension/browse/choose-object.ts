import type * as vscode from 'vscode';
import { type ApiResource, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import type { Clusters } from '../targets/clusters.ts';
import type { Target, Targets } from '../targets/targets.ts';
import { ask, type Outcome } from './ask.ts';
import { withRecent } from './kinds.ts';
import { Picker } from './picker.ts';
import { type ChosenKind, whichKind, whichNamespace, whichObject, whichTarget } from './questions.ts';

const RECENT_KINDS = 'recentKinds';

/** An object the user chose, and its location. */
export interface ChosenObject {
  target: Target;
  connection: Connection;
  resource: ApiResource;
  /** Undefined for cluster-scoped kinds. */
  namespace: string | undefined;
  name: string;
}

export interface Choosing {
  context: vscode.ExtensionContext;
  log: vscode.LogOutputChannel;
  targets: Targets;
  clusters: Clusters;
}

/** Asks for kind, namespace and object in turn. Undefined when the user cancels. */
export async function chooseObject(
  { context: { globalState }, log, targets, clusters }: Choosing,
  title: string,
  wanted: (resource: ApiResource) => boolean = () => true,
): Promise<ChosenObject | undefined> {
  const all = await targets.all();
  const picker = new Picker(log);
  const recent = () => globalState.get<string[]>(RECENT_KINDS, []);
  let found: ChosenObject | undefined;

  const kinds = (target: Target, canGoBack: boolean): Promise<Outcome> =>
    ask(
      () => picker.choose(whichKind(() => clusters.connect(target), { title, recent: recent(), canGoBack, wanted })),
      (kind) => {
        void globalState.update(RECENT_KINDS, withRecent(recent(), resourceNameOf(kind.resource)));
        return kind.resource.namespaced ? namespaces(target, kind) : objects(target, kind, undefined);
      },
    );
  const namespaces = (target: Target, kind: ChosenKind): Promise<Outcome> =>
    ask(
      () => picker.choose(whichNamespace(kind)),
      ({ namespace }) => objects(target, kind, namespace),
    );
  const objects = (target: Target, kind: ChosenKind, inNamespace: string | undefined): Promise<Outcome> =>
    ask(
      () => picker.choose(whichObject(kind, inNamespace)),
      async ({ name, namespace }) => {
        found = { target, ...kind, namespace, name };
        return undefined;
      },
    );

  try {
    const [only, ...others] = all;
    if (only && others.length === 0) await kinds(only, false);
    else
      await ask(
        () => picker.choose(whichTarget(title, all)),
        (target) => kinds(target, true),
      );
  } finally {
    picker.dispose();
  }
  return found;
}
