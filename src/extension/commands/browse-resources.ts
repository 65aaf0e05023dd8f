import * as vscode from 'vscode';
import { resourceNameOf } from '../../kubernetes/api-resource.ts';
import type { ResourceCoordinates } from '../../kubernetes/resource-uri.ts';
import type { App } from '../app.ts';
import { ask, type Outcome } from '../browse/ask.ts';
import { withRecent } from '../browse/kinds.ts';
import { Picker } from '../browse/picker.ts';
import { type ChosenKind, whichKind, whichNamespace, whichObject, whichTarget } from '../browse/questions.ts';
import type { Target } from '../targets.ts';

const RECENT_KINDS = 'recentKinds';

/** Kind, namespace, object: opens the object that the human finds. */
export async function browseResources(app: App): Promise<void> {
  const targets = await app.targets.all();
  const picker = new Picker(app.log);
  const { globalState } = app.context;
  let found: { target: Target; coordinates: ResourceCoordinates } | undefined;

  const kinds = (target: Target, canGoBack: boolean): Promise<Outcome> =>
    ask(
      () => picker.choose(whichKind(() => app.clusters.connect(target), recentKinds(), canGoBack)),
      (kind) => {
        void globalState.update(RECENT_KINDS, withRecent(recentKinds(), resourceNameOf(kind.resource)));
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
        const context = kind.connection.context.name;
        found = { target, coordinates: { context, resource: resourceNameOf(kind.resource), namespace, name } };
        return undefined;
      },
    );
  const recentKinds = () => globalState.get<string[]>(RECENT_KINDS, []);

  try {
    const [only, ...others] = targets;
    if (only && others.length === 0) await kinds(only, false);
    else
      await ask(
        () => picker.choose(whichTarget(vscode.l10n.t('Browse Resources'), targets)),
        (target) => kinds(target, true),
      );
  } finally {
    picker.dispose();
  }
  if (found) await app.documents.open(found.target, found.coordinates);
}
