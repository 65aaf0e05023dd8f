import * as vscode from 'vscode';
import type { ApiResource } from '../../../kubernetes/apimachinery/api-resource.ts';
import type { Connection } from '../../../kubernetes/client/cluster.ts';
import { BACK, CANCELLED } from '../../browse/ask.ts';
import { Picker } from '../../browse/picker.ts';
import { type ChosenKind, whichKind } from '../../browse/questions.ts';
import { hasTemplate, newObject } from '../../manifests/templates.ts';
import type { Target } from '../../targets/targets.ts';
import { contextOf, isNode, type KindNode, scopeOf } from '../../views/nodes.ts';
import type { App } from '../parts/app.ts';
import { chooseTarget } from '../parts/choose-target.ts';
import { theObject } from '../parts/the-object.ts';

const SCHEMA_TIMEOUT_MS = 10_000;

/** Opens a new manifest of a kind, or of an object that is missing, with the fields that it needs, to be completed. */
export async function newResource(app: App, argument?: unknown): Promise<void> {
  const chosen =
    argument instanceof vscode.Uri
      ? await theObject(app, argument, vscode.l10n.t('New Resource'))
      : isNode(argument) && argument.type === 'kind'
        ? ofNode(argument)
        : await chooseKind(app);
  if (!chosen) return;
  const { target, connection, resource, namespace = connection.namespace, name } = chosen;
  const content = hasTemplate(resource) ? undefined : await requiredFields(connection, resource);
  const { toYaml } = await import('../../../kubernetes/text/yaml.ts');
  const document = await vscode.workspace.openTextDocument({
    language: 'yaml',
    content: toYaml(newObject({ resource, namespace, name }, content)),
  });
  // Its schema and namespace are this cluster's, whichever context is in use when it is applied.
  app.places.keep(document.uri, target, connection.context.name);
  await vscode.window.showTextDocument(document);
}

type NewKind = ChosenKind & { target: Target; namespace?: string | undefined; name?: string };

function ofNode(node: KindNode): NewKind {
  const { connection, namespace } = scopeOf(node);
  return { target: contextOf(node).target, connection, resource: node.resource, namespace };
}

async function chooseKind(app: App): Promise<NewKind | undefined> {
  const title = vscode.l10n.t('New Resource');
  const target = await chooseTarget(app, title);
  if (!target) return undefined;
  const picker = new Picker(app.log);
  try {
    const wanted = ({ verbs }: ApiResource) => verbs.includes('create');
    const question = { title, recent: [], canGoBack: false, wanted };
    const kind = await picker.choose(whichKind(() => app.clusters.connect(target), question));
    return kind === BACK || kind === CANCELLED ? undefined : { target, ...kind };
  } finally {
    picker.dispose();
  }
}

async function requiredFields({ client }: Connection, resource: ApiResource) {
  const [{ kindSchema }, { skeletonOf }] = await Promise.all([
    import('../../../kubernetes/client/openapi.ts'),
    import('../../../kubernetes/apimachinery/schema-skeleton.ts'),
  ]);
  const { root, definitions } = await kindSchema(client, resource, AbortSignal.timeout(SCHEMA_TIMEOUT_MS));
  return skeletonOf(root, definitions);
}
