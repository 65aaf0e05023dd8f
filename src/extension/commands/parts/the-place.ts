import type * as vscode from 'vscode';
import type { ManifestPlace } from '../../documents/manifest-places.ts';
import type { App } from './app.ts';
import { chooseContext } from './choose-context.ts';
import { chooseTarget } from './choose-target.ts';

/** Where the objects of a document belong: as far as it is known, else as the user says. Undefined when they cancel. */
export async function thePlace(app: App, uri: vscode.Uri, title: string): Promise<ManifestPlace | undefined> {
  const known = await app.places.of(uri);
  if (known) return known;
  const target = await chooseTarget(app, title);
  if (!target) return undefined;
  const begun = app.places.begunFor(uri);
  if (!begun) return { target };
  // The context in use may be another than the one it was begun for.
  const context = await chooseContext(app, target, { title, marked: begun.context });
  if (context === undefined) return undefined;
  app.places.keep(uri, target, context);
  return { target, context };
}
