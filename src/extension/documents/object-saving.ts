import * as vscode from 'vscode';
import { type ApiResource, resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { UserError } from '../../kubernetes/apimachinery/errors.ts';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import type { ResourceCoordinates } from '../../kubernetes/apimachinery/resource-uri.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import {
  type EditConflict,
  EditConflictError,
  editObject,
  readOnlyEdits,
  rebased,
} from '../../kubernetes/writes/edit.ts';
import { type Target, targetOf } from '../../kubernetes/writes/target.ts';
import type { Writer } from '../../kubernetes/writes/writer.ts';
import { type ObjectText, objectText } from './object-text.ts';
import { pathInText, secretAsData } from './secret-text.ts';
import { fieldProblemsOf, objectsOf, TextError, type TextObject } from './text-problems.ts';
import type { Span } from './yaml-positions.ts';

/** A document to save to the cluster. */
export interface Saving {
  coordinates: ResourceCoordinates;
  text: string;
  /** The object the user started from; absent if it was never read. */
  base: KubernetesObject | undefined;
  /** Overwrite others' changes. */
  force: boolean;
  writer: Writer;
}

/** Others' changes conflict with a document. */
export class ConflictError extends EditConflictError {
  override name = 'ConflictError';
  readonly placed: readonly PlacedConflict[];

  constructor(target: Target, { conflicts }: EditConflictError, { spanOf }: TextObject) {
    super(target, conflicts);
    this.placed = conflicts.map((conflict) => ({ ...conflict, span: spanOf(conflict.path) }));
  }
}

/** A conflict and its place in the text. */
export interface PlacedConflict extends EditConflict {
  span: Span;
}

/**
 * Makes the object match the document's text: dry run, review, write. Returns the result and whether it changed.
 * @throws TextError or ConflictError, which have the places; UserError without a base; what reviewing and writing throw.
 */
export async function saveObject(saving: Saving): Promise<ObjectText & { written: boolean }> {
  const { coordinates, text, base, force, writer } = saving;
  if (!base)
    throw new UserError(
      vscode.l10n.t(
        'The object was never read, so nobody knows what you have changed. Refresh this document, then save it.',
      ),
    );
  const submitted = await singleObject(text);
  const target = await sameTarget(submitted, coordinates, writer.connection);
  const { resourceVersion } = submitted.object.metadata ?? {};
  const isOfBase = resourceVersion === undefined || resourceVersion === base.metadata?.resourceVersion;
  // What the cluster has set since is no edit.
  if (isOfBase) await refuseReadOnlyEdits(target, base, submitted);
  try {
    if (!isOfBase && !force) {
      const path = ['metadata', 'resourceVersion'];
      throw new EditConflictError(target, [{ path, live: base.metadata?.resourceVersion, owner: undefined }]);
    }
    const named = { ...target, name: coordinates.name };
    const { before, after } = await editObject({ target: named, base, force, writer });
    return { ...objectText(after ?? before), written: after !== undefined };
  } catch (error) {
    if (error instanceof EditConflictError) throw new ConflictError(target, error, submitted);
    const problems = fieldProblemsOf(error).map(({ path, message }) => ({ span: submitted.spanOf(path), message }));
    throw problems.length > 0 ? new TextError(problems) : error;
  }
}

/** The fields that a text and the cluster changed, differently; empty when the text cannot be read. */
export async function conflictsIn(
  text: string,
  resource: ApiResource,
  base: KubernetesObject,
  live: KubernetesObject,
): Promise<PlacedConflict[]> {
  try {
    const { object, spanOf } = await singleObject(text);
    return rebased({ object, resource }, base, live).conflicts.map((conflict) => ({
      ...conflict,
      span: spanOf(conflict.path),
    }));
  } catch {
    return [];
  }
}

async function refuseReadOnlyEdits(target: Target, base: KubernetesObject, { spanOf }: TextObject): Promise<void> {
  const [shown] = await objectsOf(objectText(base).text);
  const paths = shown ? readOnlyEdits(target, shown.object) : [];
  if (paths.length === 0) return;
  const message = vscode.l10n.t('Only the cluster sets this: it cannot be edited.');
  throw new TextError(paths.map((path) => ({ span: spanOf(path), message })));
}

async function singleObject(text: string): Promise<TextObject> {
  const [first, second] = await objectsOf(text);
  if (!first)
    throw new UserError(vscode.l10n.t('The document is empty. To delete an object, delete it in the cluster.'));
  if (second) {
    const message = vscode.l10n.t(
      'This document is one object. “Apply This Document” takes several, in a file of their own.',
    );
    throw new TextError([{ span: second.spanOf([]), message }]);
  }
  const { object, spanOf } = first;
  return { object: secretAsData(object), spanOf: (path) => spanOf(pathInText(object, path)) };
}

/** The target of the text. @throws TextError when the text is about another object than the document. */
async function sameTarget(
  submitted: TextObject,
  coordinates: ResourceCoordinates,
  connection: Connection,
): Promise<Target> {
  const { resource, namespace, name } = coordinates;
  const { object, spanOf } = submitted;
  const differs = (path: string[], wanted: string) => {
    const message = vscode.l10n.t(
      'This document is {0}: what an object is called, and of what kind it is, cannot be changed. “Apply This Document” makes another object of a file.',
      wanted,
    );
    return new TextError([{ span: spanOf(path), message }]);
  };
  const own = object.metadata ?? {};
  if (own.name !== name) throw differs(['metadata', 'name'], name);
  if (namespace !== undefined && own.namespace !== undefined && own.namespace !== namespace)
    throw differs(['metadata', 'namespace'], namespace);
  const served = await connection.discovery.resolve(resource);
  const target = await targetOf(object, namespace, connection).catch(() => undefined);
  if (!target || resourceNameOf(target.resource) !== resource) {
    const path = object.kind === served.kind ? ['apiVersion'] : ['kind'];
    throw differs(path, `${served.kind} (${resource})`);
  }
  return target;
}
