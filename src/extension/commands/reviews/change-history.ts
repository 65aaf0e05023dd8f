import type { App } from '../parts/app.ts';

/** Lists every write of agents and of the user. */
export async function showChangeHistory({ history }: App): Promise<void> {
  await history.show();
}

/** Undoes a write that is shown. */
export async function revertChange({ history }: App, argument?: unknown): Promise<void> {
  await history.revert(argument);
}
