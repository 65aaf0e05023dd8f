import type { App } from '../parts/app.ts';
import { documentOf } from './document-conflict.ts';

/** Reloads the object of a document: that of the button, or the active one. */
export async function refreshDocument({ documents }: App, argument?: unknown): Promise<void> {
  const uri = documentOf(argument);
  if (uri) await documents.refresh(uri);
}
