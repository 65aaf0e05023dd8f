import * as vscode from 'vscode';
import { COMMANDS } from '../common/ids.ts';
import { reportError } from '../writing/report.ts';
import type { App } from './parts/app.ts';
import { LOST, NOTHING_SELECTED } from './parts/lost.ts';

/** Keybindings in package.json pass this for the selected rows of the view. */
const SELECTION = 'selection';

/** Registers every command; errors are shown to the user. */
export function registerCommands(app: App): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.values(COMMANDS).map((id) =>
      vscode.commands.registerCommand(id, async (...given: unknown[]) => {
        try {
          const { selection } = app.view;
          const [argument, others] = given[0] === SELECTION ? [selection[0] ?? NOTHING_SELECTED, selection] : given;
          const selected = Array.isArray(others) ? others : undefined;
          // While the view updates, VS Code may no longer know what its menu was opened on.
          const { commands } = await import('./commands.ts');
          await commands[id](app, given.length > 0 ? (argument ?? LOST) : undefined, selected);
        } catch (error) {
          // Not awaited: a command ends before its message is dismissed.
          void reportError(app.log, error);
        }
      }),
    ),
  );
}
