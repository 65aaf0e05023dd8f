import { page } from './harness/page.ts';
import { diffTabs } from './reviewing.ts';
import { until } from './workspace.ts';

/** The CodeLens with this text. */
export function lens(text: string): string {
  return `.codelens-decoration:visible >> text=${text}`;
}

/** VS Code drops a click on a lens that it is refreshing: a user clicks again. */
export async function clickLens(text: string, scheme: string): Promise<void> {
  await until(`what ${text} shows`, async () => {
    if (diffTabs(scheme).length > 0) return true;
    await page.click(lens(text));
    return page.waitFor('.monaco-diff-editor .view-line', { timeout: 5_000 }).then(
      () => true,
      () => false,
    );
  });
}
