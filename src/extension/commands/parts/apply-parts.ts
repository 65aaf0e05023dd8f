import * as vscode from 'vscode';
import { UserError } from '../../../kubernetes/apimachinery/errors.ts';
import type { KubernetesObject } from '../../../kubernetes/apimachinery/objects.ts';
import type { Connection } from '../../../kubernetes/client/cluster.ts';
import type { ManifestPlace } from '../../documents/manifest-places.ts';
import type { TextPart } from '../../documents/text-application.ts';
import { objectKey } from '../../manifests/object-key.ts';
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

const TOP = { start: 0, end: 1 };
/** The most objects that a notification names. */
const MAX_NAMED = 8;

/** Creates or updates all objects of these parts, after one review of all, and says what came of it. */
export async function applyParts(
  app: App,
  place: ApplyPlace,
  parts: readonly ManifestPart[],
  force = false,
): Promise<void> {
  const { target, context, namespace } = place;
  const { problems } = app.documents.conflicts;
  for (const { document } of parts) problems.clear(document.uri);
  const texts = await textsOf(app, parts);
  if (!texts) return;
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
  app.lenses.refresh();
  const failed = applications.some((one) => one.failed);
  const text = summary(applications.flatMap(({ lines }) => lines));
  if (!failed) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Applied: {0}', text));
    return;
  }
  app.log.warn(text);
  const overwrite = vscode.l10n.t('Apply Anyway');
  const choices = applications.some(({ conflicts }) => conflicts.length > 0) ? [overwrite] : [];
  const answer = await vscode.window.showErrorMessage(vscode.l10n.t('Not applied: {0}', text), ...choices);
  if (answer === overwrite) await applyParts(app, place, parts, true);
}

/** The objects of every part; undefined, and each problem shown at its place, if one cannot be read. */
async function textsOf(app: App, parts: readonly ManifestPart[]): Promise<TextPart[] | undefined> {
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
        const name = parts.length > 1 ? `${vscode.workspace.asRelativePath(document.uri)}: ` : '';
        messages.push(name + error.message);
        return { objects: [], offset };
      }
    }),
  );
  if (messages.length === 0) return texts;
  void vscode.window.showErrorMessage(summary(messages));
  return undefined;
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
