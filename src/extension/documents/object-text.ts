import * as vscode from 'vscode';
import { apiVersionOf, pathOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { isApiError, UserError } from '../../kubernetes/apimachinery/errors.ts';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import type { ResourceCoordinates } from '../../kubernetes/apimachinery/resource-uri.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { watchObject } from '../../kubernetes/client/watch-object.ts';
import { redact } from '../../kubernetes/text/redact.ts';
import { toYaml } from '../../kubernetes/text/yaml.ts';
import { wrapped } from '../common/problems.ts';
import { secretAsText } from './secret-text.ts';

/** An object as a document shows it. */
export interface ObjectText {
  text: string;
  /** The text to edit. */
  editable: string;
  /** Milliseconds since 1970. */
  created: number;
  /** When a field manager last wrote to it, if the object says. */
  modified: number;
  /** The object itself, with what the text leaves out. */
  object: KubernetesObject;
}

/** The object is not in the cluster. */
export class MissingObjectError extends UserError {
  override name = 'MissingObjectError';
}

/**
 * Reads the object and renders it: noise stripped, secrets redacted, YAML.
 * @throws MissingObjectError, UserError or ApiError
 */
export async function readObjectText(
  { client, discovery, context }: Connection,
  { resource: kind, namespace, name }: ResourceCoordinates,
  signal?: AbortSignal,
): Promise<ObjectText> {
  const resource = await discovery.resolve(kind);
  try {
    return objectText(await client.json<KubernetesObject>({ path: pathOf(resource, namespace, name), signal }));
  } catch (error) {
    if (!isApiError(error, 404)) throw error;
    throw new MissingObjectError(
      namespace === undefined
        ? vscode.l10n.t('There is no {0} "{1}" of context "{2}".', resource.kind, name, context.name)
        : vscode.l10n.t(
            'There is no {0} "{1}" in namespace "{2}" of context "{3}".',
            ...[resource.kind, name, namespace, context.name],
          ),
    );
  }
}

/** Renders an object and finds its dates. */
export function objectText(object: KubernetesObject): ObjectText {
  const shown = redact(object);
  // The API server puts the kind first; people and kubectl put the version first.
  const textOf = ({ apiVersion, kind, metadata, ...rest }: KubernetesObject) =>
    toYaml({ apiVersion, kind, metadata, ...rest });
  const created = Date.parse(object.metadata?.creationTimestamp ?? '') || 0;
  const writes = (object.metadata?.managedFields ?? []).map(({ time }) => Date.parse(String(time)) || 0);
  return {
    text: textOf(shown),
    editable: textOf(secretAsText(shown, object)),
    created,
    modified: Math.max(created, ...writes),
    object,
  };
}

/**
 * Yields the object's text at the start and whenever it changes; undefined when it is deleted.
 * @throws MissingObjectError, UserError or ApiError, also when the user may not watch it.
 */
export async function* followObjectText(
  { client, discovery }: Connection,
  { resource: kind, namespace, name }: ResourceCoordinates,
  signal: AbortSignal,
): AsyncGenerator<ObjectText | undefined, void> {
  const resource = await discovery.resolve(kind);
  const type = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  let exists = false;
  for await (const event of watchObject(client, { resource, namespace, name, signal })) {
    if (event.type === 'SYNC') {
      if (!exists) yield undefined;
      continue;
    }
    exists = event.type !== 'DELETED';
    // List items lack apiVersion and kind.
    yield exists ? objectText({ ...type, ...event.object }) : undefined;
  }
}

/** The text for an object that cannot be shown: YAML comments. */
export function explanation(name: string, problem: string): string {
  const title = vscode.l10n.t('{0} cannot be shown.', name);
  const advice = vscode.l10n.t('Refresh this document to try again.');
  const lines = [title, '', ...wrapped(problem, 80), '', advice];
  return lines.map((line) => (line === '' ? '#\n' : `# ${line}\n`)).join('');
}
