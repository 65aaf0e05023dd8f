import type { App } from '../parts/app.ts';
import { documentOf } from './document-conflict.ts';

/** Reads the object of a document anew: the one of the button that was pressed, or the active one. */
export async function refreshDocument({ documents }: App, argument?: unknown): Promise<void> {
  const uri = documentOf(argument);
  if (uri) await documents.refresh(uri);
}
