import type { App } from '../parts/app.ts';

/** Shows the problems of clusters in VS Code's panel, too. */
export async function showProblemsInPanel({ view }: App): Promise<void> {
  await view.panel.want(true);
}

/** Shows them in the view alone. */
export async function hideProblemsFromPanel({ view }: App): Promise<void> {
  await view.panel.want(false);
}
