import type { App } from '../parts/app.ts';

/** Lists every write by agents and by the user. */
export async function showChangeHistory({ history }: App): Promise<void> {
  await history.show();
}

/** Reverts the write that is shown. */
export async function revertChange({ history }: App, argument?: unknown): Promise<void> {
  await history.revert(argument);
}
