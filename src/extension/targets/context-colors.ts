import * as vscode from 'vscode';
import { matchesAny } from '../../kubernetes/apimachinery/name-patterns.ts';
import type { Settings } from '../../settings.ts';

type ContextColor = Exclude<Settings['contextColors'][string], 'none'>;

const TERMINAL_COLORS: Record<ContextColor, string> = {
  ...{ red: 'Red', orange: 'BrightRed', yellow: 'Yellow', green: 'Green', blue: 'Blue', purple: 'Magenta' },
};

/** The color that the user gave a context: that of the first pattern that matches; red for a protected one. */
export function contextColor(
  context: string,
  { contextColors, protectedContexts }: Pick<Settings, 'contextColors' | 'protectedContexts'>,
): ContextColor | undefined {
  const given = Object.entries(contextColors).find(([pattern]) => matchesAny(context, [pattern]))?.[1];
  if (given !== undefined) return given === 'none' ? undefined : given;
  return matchesAny(context, protectedContexts) ? 'red' : undefined;
}

/** The same as a color of ours, which can be read on the background of every theme. */
export function contextThemeColor(
  context: string,
  settings: Pick<Settings, 'contextColors' | 'protectedContexts'>,
): vscode.ThemeColor | undefined {
  const color = contextColor(context, settings);
  return color && new vscode.ThemeColor(`mcpK8s.context${color.charAt(0).toUpperCase()}${color.slice(1)}`);
}

/** The same for the tab of a terminal, which takes only its own colors. */
export function contextTerminalColor(
  context: string,
  settings: Pick<Settings, 'contextColors' | 'protectedContexts'>,
): vscode.ThemeColor | undefined {
  const color = contextColor(context, settings);
  return color && new vscode.ThemeColor(`terminal.ansi${TERMINAL_COLORS[color]}`);
}
