import * as vscode from 'vscode';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import type { KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import type { Connection } from '../../../kubernetes/client/cluster.ts';
import type { ManifestPlace } from '../../documents/manifest-places.ts';
import type { TextPart } from '../../documents/text-application.ts';
import { objectKey } from '../../manifests/object-key.ts';
import { reportError } from '../../writing/report.ts';
import type { App } from './app.ts';

/** What is applied: the objects of a document, or of a range of it, or what a kustomization makes. */
export interface ManifestPart {
  /** Shows what is wrong: for a kustomization, at its top. */
  document: vscode.TextDocument;
  range: vscode.Range | undefined;
  built?: readonly KubernetesObject[];
}

/** Where it is applied. */
export interface ApplyPlace extends ManifestPlace {
  /** For objects that name none. */
  namespace?: string | undefined;
}

/** What is applied at one place, under one review. */
export interface ApplyBatch {
  place: ApplyPlace;
  parts: readonly ManifestPart[];
}

/** What came of a batch. */
interface Tried {
  batch: ApplyBatch;
  /** The versions of the documents that it was read from. */
  versions: readonly number[];
  context: string;
  /** One for each object. */
  lines: readonly string[];
  failed: boolean;
  hasConflicts: boolean;
}

const TOP = { start: 0, end: 1 };
/** The most objects that a notification names. */
const MAX_NAMED = 8;

/** Creates or updates all objects of each batch, after one review of all of it, and says what came of them. */
export async function applyBatches(app: App, batches: readonly ApplyBatch[], force = false): Promise<void> {
  const tried: Tried[] = [];
  for (const batch of batches) {
    try {
      tried.push(await applyBatch(app, batch, force));
    } catch (error) {
      // Not awaited, like all that is said here: the other clusters do not wait until the user has read it.
      void reportError(app.log, error);
    }
  }
  if (tried.length === 0) return;
  app.lenses.refresh();
  const failed = tried.filter((one) => one.failed);
  const done = tried.filter((one) => !one.failed);
  const textOf = (some: readonly Tried[]) => summary(some.flatMap((one) => linesOf(one, tried, batches.length > 1)));
  if (done.length > 0) void vscode.window.showInformationMessage(vscode.l10n.t('Applied: {0}', textOf(done)));
  if (failed.length > 0) explain(app, textOf(failed), failed).catch((error: unknown) => reportError(app.log, error));
}

/** What came of a batch; where it is one of several, each line says of which: by folder where contexts share a name. */
function linesOf(
  { batch, context, lines }: Tried,
  tried: readonly Tried[],
  isOneOfSeveral: boolean,
): readonly string[] {
  if (!isOneOfSeveral) return lines;
  const folder = tried.some((one) => one.context === context && one.batch !== batch)
    ? batch.place.target.name
    : undefined;
  return lines.map((line) => `${folder ?? context}: ${line}`);
}

async function applyBatch(app: App, batch: ApplyBatch, force: boolean): Promise<Tried> {
  const { place, parts } = batch;
  const { target, context, namespace } = place;
  const { problems } = app.documents.conflicts;
  for (const { document } of parts) problems.clear(document.uri);
  const versions = parts.map(({ document }) => document.version);
  const texts = await textsOf(app, parts);
  const connection = await app.clusters.connect(target, context);
  const placed = await Promise.all(texts.map((text) => inNamespace(text, namespace, connection)));
  assertNoneTwice(placed, parts);
  const { signal } = new AbortController();
  const writer = () =>
    app.writes.writer({ target, context, confirm: (...review) => app.reviews.confirm(...review), signal });
  const { applyTexts } = await import('../../documents/text-application.ts');
  const applications = await applyTexts(placed, {
    connection,
    signal,
    writer,
    // Through a writer, so that a rejection is journaled.
    review: async (changes) => (await writer()).review(changes),
    force,
  });
  for (const [index, found] of applications.entries()) {
    const document = parts[index]?.document;
    if (document) problems.show(document, found.problems, found.conflicts);
  }
  return {
    batch,
    versions,
    context: connection.context.name,
    lines: applications.flatMap(({ lines }) => lines),
    failed: applications.some(({ failed }) => failed),
    hasConflicts: applications.some(({ conflicts }) => conflicts.length > 0),
  };
}

/** Says what was not applied. What only others' changes prevent is applied once the user says so. */
async function explain(app: App, text: string, tried: readonly Tried[]): Promise<void> {
  app.log.warn(text);
  const conflicting = tried.filter(({ hasConflicts }) => hasConflicts);
  const overwrite = vscode.l10n.t('Apply Anyway');
  const choices = conflicting.length > 0 ? [overwrite] : [];
  const answer = await vscode.window.showErrorMessage(vscode.l10n.t('Not applied: {0}', text), ...choices);
  if (answer !== overwrite) return;
  for (const one of conflicting) assertUnchanged(one);
  const batches = conflicting.map(({ batch }) => batch);
  await applyBatches(app, batches, true);
}

// A range is of the text as it was, and so are the conflicts that the user has seen. What is closed follows no file.
function assertUnchanged({ batch, versions }: Tried): void {
  const changed = batch.parts.find(({ document }, index) => document.isClosed || document.version !== versions[index]);
  if (!changed) return;
  const file = vscode.workspace.asRelativePath(changed.document.uri);
  throw new UserError(vscode.l10n.t('{0} has changed since then: apply it again.', file));
}

/** The objects of every part. @throws UserError, once each problem is shown at its place, if one cannot be read. */
async function textsOf(app: App, parts: readonly ManifestPart[]): Promise<TextPart[]> {
  const { objectsOf, TextError } = await import('../../documents/text-problems.ts');
  const messages: string[] = [];
  const texts = await Promise.all(
    parts.map(async ({ document, range, built }): Promise<TextPart> => {
      if (built) return { objects: built.map((object) => ({ object, spanOf: () => TOP })), offset: 0 };
      const offset = range ? document.offsetAt(range.start) : 0;
      try {
        return { objects: await objectsOf(document.getText(range)), offset };
      } catch (error) {
        if (!(error instanceof TextError)) throw error;
        const moved = error.problems.map(({ span: { start, end }, message }) => ({
          span: { start: start + offset, end: end + offset },
          message,
        }));
        app.documents.conflicts.problems.show(document, moved, []);
        messages.push(`${vscode.workspace.asRelativePath(document.uri)}: ${error.message}`);
        return { objects: [], offset };
      }
    }),
  );
  if (messages.length > 0) throw new UserError(summary(messages));
  return texts;
}

/** Puts objects that name no namespace in this one, where their kind has namespaces. */
async function inNamespace(text: TextPart, namespace: string | undefined, connection: Connection): Promise<TextPart> {
  if (namespace === undefined) return text;
  const objects = text.objects.map(async ({ object, spanOf }) => {
    const { kind, apiVersion, metadata } = object;
    // The same files may define the kind.
    const resource = await connection.discovery.resolve(String(kind), apiVersion).catch(() => undefined);
    if (metadata?.namespace || !resource?.namespaced) return { object, spanOf };
    return { object: { ...object, metadata: { ...metadata, namespace } }, spanOf };
  });
  return { ...text, objects: await Promise.all(objects) };
}

// As with a base and its overlays: which of them was meant?
function assertNoneTwice(texts: readonly TextPart[], parts: readonly ManifestPart[]): void {
  const seen = new Map<string, string>();
  for (const [index, { objects }] of texts.entries()) {
    const uri = parts[index]?.document.uri;
    const file = uri ? vscode.workspace.asRelativePath(uri) : '';
    for (const { object } of objects) {
      const key = objectKey(object);
      const other = key === undefined ? undefined : seen.get(key);
      if (other !== undefined) {
        const what = `${object.kind} ${object.metadata?.name}`;
        throw new UserError(vscode.l10n.t('{0} is in {1} and again in {2}: apply one of them.', what, other, file));
      }
      if (key !== undefined) seen.set(key, file);
    }
  }
}

function summary(lines: readonly string[]): string {
  const more = lines.length - MAX_NAMED;
  const named = lines.slice(0, MAX_NAMED).join('; ');
  return more > 0 ? vscode.l10n.t('{0}; and {1} more', named, more) : named;
}
