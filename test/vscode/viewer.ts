import { page } from './harness/page.ts';

/** A selector within the page of our webview that is shown; there is one when one editor is. */
export function inViewer(selector: string): string {
  return ['iframe.webview.ready:visible', 'iframe#active-frame', selector].join(' >> internal:control=enter-frame >> ');
}

/** The texts of the log's lines that are drawn. */
export function drawnLines(): Promise<string[]> {
  return page.texts(inViewer('.line'));
}

/** The viewer's button of this name. */
export function viewerButton(name: string): string {
  return inViewer(`role=button[name="${name}"]`);
}
