import * as vscode from 'vscode';
import type { CommandId } from '../ids.ts';

/** A link in a notification: runs the command with the argument. */
export interface NotificationLink {
  label: string;
  command: CommandId;
  argument: string;
}

/**
 * A notification that stays until `over`, and then goes by itself; its Cancel button calls `cancel`. An ordinary one would
 * hide after some seconds, and could not be taken away once its question is answered elsewhere.
 */
export function showUntil(
  over: Promise<unknown>,
  message: string,
  links: readonly NotificationLink[],
  cancel: () => void,
): void {
  const written = links.map(
    ({ label, command, argument }) =>
      `[${label}](command:${command}?${encodeURIComponent(JSON.stringify([argument]))})`,
  );
  // Names in the message may hold what would be a link.
  const title = `${message.replaceAll('[', '(').replaceAll(']', ')')} ${written.join(' · ')}`;
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  void vscode.window.withProgress(options, async (_, token) => {
    token.onCancellationRequested(cancel);
    await over;
  });
}
