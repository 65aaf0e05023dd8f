import * as vscode from 'vscode';
import { resourceNameOf } from '../../kubernetes/apimachinery/api-resource.ts';
import { UserError } from '../../kubernetes/apimachinery/errors.ts';
import { changedPaths, valueAt } from '../../kubernetes/apimachinery/field-path.ts';
import type { KubernetesObject } from '../../kubernetes/apimachinery/objects.ts';
import type { ResourceCoordinates } from '../../kubernetes/apimachinery/resource-uri.ts';
import type { Connection } from '../../kubernetes/client/cluster.ts';
import { comparable } from '../../kubernetes/text/diff.ts';
import { redact } from '../../kubernetes/text/redact.ts';
import { type EditConflict, EditConflictError, editObject } from '../../kubernetes/writes/edit.ts';
import { type Target, targetOf } from '../../kubernetes/writes/target.ts';
import type { Writer } from '../../kubernetes/writes/writer.ts';
import { type ObjectText, objectText } from './object-text.ts';
import { fieldProblemsOf, objectsOf, TextError, type TextObject } from './text-problems.ts';
import { type Span, spanOf, yamlDocuments } from './yaml-positions.ts';

/** A document to save to the cluster. */
export interface Saving {
  coordinates: ResourceCoordinates;
  text: string;
  /** The object the user started from. */
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
 * @throws TextError or ConflictError, which have the places; what reviewing and writing throw.
 */
export async function saveObject(saving: Saving): Promise<ObjectText & { written: boolean }> {
  const { coordinates, text, base, force, writer } = saving;
  const submitted = await singleObject(text);
  const target = await sameTarget(submitted, coordinates, writer.connection);
  const { resourceVersion } = submitted.object.metadata ?? {};
  try {
    if (!force && base && resourceVersion !== undefined && resourceVersion !== base.metadata?.resourceVersion) {
      const path = ['metadata', 'resourceVersion'];
      throw new EditConflictError(target, [{ path, live: base.metadata?.resourceVersion, owner: undefined }]);
    }
    const named = { ...target, name: coordinates.name };
    const { before, after } = await editObject({ target: named, base: base ?? submitted.object, force, writer });
    return { ...objectText(after ?? before), written: after !== undefined };
  } catch (error) {
    if (error instanceof EditConflictError) throw new ConflictError(target, error, submitted);
    const problems = fieldProblemsOf(error).map(({ path, message }) => ({ span: submitted.spanOf(path), message }));
    throw problems.length > 0 ? new TextError(problems) : error;
  }
}

/** The fields of a text that changed in the cluster between two versions; empty when the text cannot be read. */
export function conflictsIn(text: string, base: KubernetesObject, live: KubernetesObject): PlacedConflict[] {
  const [document] = yamlDocuments(text, true);
  if (!document) return [];
  const shown = redact(live, base);
  const { status: _, ...before } = comparable(base);
  const { status: _now, ...after } = comparable(live);
  return changedPaths(before, after).map((path) => ({
    path,
    live: valueAt(shown, path),
    owner: undefined,
    span: spanOf(document, path),
  }));
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
  return first;
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
