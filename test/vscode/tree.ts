import * as vscode from 'vscode';
import { page } from './harness/page.ts';
import { until } from './workspace.ts';

/** Where VS Code reads notifications aloud, in turn: to open their list would take the focus. */
const UPDATED = [1, 2].map((place) => `.monaco-alert:nth-child(${place}):has-text("The list was just being updated")`);
const ROW = '.pane-body .monaco-list-row';
/** Surrounded by contexts, namespaces and groups. */
const KIND_LEVEL = 4;

/** The view's row with this label. */
export function row(label: string): string {
  return `${ROW}:has(:text-is("${label}"))`;
}

/** The screen reader labels of the visible rows. */
export async function readAloud(): Promise<string[]> {
  return (await page.attributes(ROW, 'aria-label')).map((label) => label.trim());
}

/** Opens the cluster view and the rows with these labels, one inside the other; a kind then shows its final count. */
export async function expand(...labels: string[]): Promise<void> {
  await vscode.commands.executeCommand('mcpK8s.clusters.focus');
  for (const [index, label] of labels.entries()) {
    await page.waitFor(row(label));
    const inside = labels[index + 1];
    await open(row(label), inside === undefined ? undefined : row(inside));
    // When its count appears, a kind refreshes its objects, and a menu open on one of them stops working.
    await page.waitFor(`${row(label)}:is(:not([aria-level="${KIND_LEVEL}"]), :has(.label-description:not(:empty)))`);
  }
}

/**
 * VS Code drops a click on a row that it is refreshing, as after a settings change: a user clicks again. A click that
 * only takes long has moved the focus there: another would close the row, the key to the right does not; but that click
 * may close what the key has opened. So it is open when what is wanted inside it is shown.
 */
async function open(closed: string, inside: string | undefined): Promise<void> {
  const opened = `${closed}[aria-expanded=true]`;
  const wanted = inside ?? opened;
  let isClicked = false;
  await until(`${wanted} in ${closed}`, async () => {
    if ((await page.texts(opened)).length === 0) {
      if (isClicked && (await page.texts(`${closed}.focused`)).length > 0) await page.press('ArrowRight');
      else await page.click(closed);
      isClicked = true;
    }
    try {
      for (const selector of [opened, wanted]) await page.waitFor(selector, { timeout: 5_000 });
      return true;
    } catch {
      return false;
    }
  });
}

/** Closes everything in the view. */
export async function collapseAll(): Promise<void> {
  await vscode.commands.executeCommand('workbench.actions.treeView.mcpK8s.clusters.collapseAll');
  await page.waitFor(`${ROW}[aria-expanded=true]`, { state: 'hidden' });
}

/** Selects an object's row and the next one by keyboard, once the object that the click opens has taken the focus. */
export async function selectWithNext(label: string): Promise<void> {
  await page.click(row(label));
  await until(label, () => vscode.window.activeTextEditor?.document.uri.path.includes(label) === true);
  await page.waitFor(`.view-line >> text=${label}`);
  await vscode.commands.executeCommand('mcpK8s.clusters.focus');
  await page.press('Shift+ArrowDown');
  await page.waitFor(`${ROW}.selected >> nth=1`);
}

/** Chooses from a row's context menu, and again if a notification says that the list was just being updated. */
export async function fromMenu(label: string, entry: string): Promise<void> {
  await until(`${entry} of ${label}`, async () => {
    await vscode.commands.executeCommand('notifications.clearAll');
    const told = await Promise.all(UPDATED.map((place) => page.texts(place)));
    await choose(label, entry);
    return page.waitFor(UPDATED.filter((_, at) => told[at]?.length === 0).join(), { timeout: 500 }).then(
      () => false,
      () => true,
    );
  });
}

// By keyboard, because a menu ignores clicks in its first tenth of a second.
async function choose(label: string, entry: string): Promise<void> {
  const listed = `.monaco-menu .action-label:text-is("${entry}")`;
  // A click on a row being refreshed is lost, as in `open`, or opens the menu of what the row was before.
  await until(`the menu of ${label}`, async () => {
    await page.click(row(label), { button: 'right' });
    const isListed = await page.waitFor(listed, { timeout: 5_000 }).then(
      () => true,
      () => false,
    );
    if (!isListed && (await page.texts('.context-view .monaco-menu')).length > 0) await page.press('Escape');
    return isListed;
  });
  await until(`${entry} in the menu`, async () => {
    await page.press('ArrowDown');
    return (await page.texts('.monaco-menu .action-item.focused .action-label')).includes(entry);
  });
  await page.press('Enter');
}

/** Replaces the text in the input box with this title, and accepts. */
export async function answer(title: string, text: string): Promise<void> {
  await page.waitFor(`.quick-input-title >> text=${title}`);
  await page.waitFor('.quick-input-widget input:focus');
  await page.press('Control+A');
  await page.type(text);
  await page.press('Enter');
  // Losing focus before the text is validated would count as cancelling.
  await page.waitFor(`.quick-input-title >> text=${title}`, { state: 'hidden' });
}

const NOTIFICATION = '.notifications-center .notification-list-item';

/** The notification with this text in the list. */
export function notification(text: string): string {
  return `${NOTIFICATION}:has-text("${text}")`;
}

/** Waits for a notification; under test VS Code shows them only in their list, which does not open while empty. */
export async function notified(text: string): Promise<void> {
  let shown: string[] = [];
  const what = `a notification “${text}”`;
  await until(
    () => `${what} (now: ${shown.join(' | ')})`,
    async () => {
      await vscode.commands.executeCommand('notifications.showList');
      shown = await page.texts(NOTIFICATION);
      return (await page.texts(notification(text))).length > 0;
    },
  );
}
