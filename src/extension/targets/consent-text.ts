import * as vscode from 'vscode';
import type { Program } from '../../kubernetes/client/kubeconfig-risk.ts';
import { switchWord } from '../settings/switch-text.ts';
import { isSwitch, type ProvidedKubeconfig, type ProvidedSetting } from './provided-by-workspace.ts';
import { formatCommand, visible } from './visible-text.ts';

/** VS Code cuts longer messages. */
const MAX_MESSAGE = 950;
const LINE = /.{1,200}/gsu;

/** A question, as a message and in full. */
export interface QuestionText {
  message: string;
  /** Everything the user would agree to, one line each. */
  details: string;
  /** The message does not show all of it. */
  isShortened: boolean;
}

/** The question about settings of the workspace. */
export function formatSettings(provided: readonly ProvidedSetting[]): QuestionText {
  const switches = provided.filter(isSwitch);
  const others = provided.filter((one) => !isSwitch(one));
  const details = provided.map((one) => {
    const { context } = one;
    const line = `mcpK8s.${formatSetting(one)}`;
    return context === undefined ? line : vscode.l10n.t('{0} in the context {1}', line, visible(context));
  });
  const words = [...new Set(switches.map(({ setting }) => setting))].map(switchWord).join(', ');
  const contexts = [...new Set(switches.map(({ context = '' }) => context))].filter((name) => name !== '');
  const where = contexts.map(visible).join(', ');
  const sentences = [
    ...(switches.length === 0
      ? []
      : [
          where === ''
            ? vscode.l10n.t('The settings of this workspace let agents write to the cluster: {0}.', words)
            : vscode.l10n.t(
                'The settings of this workspace let agents write to the cluster of context {1}: {0}.',
                words,
                where,
              ),
        ]),
    ...(others.length === 0
      ? []
      : [
          vscode.l10n.t(
            'The settings of this workspace allow more than yours: {0}.',
            others.map(formatSetting).join('; '),
          ),
        ]),
  ];
  return fitted(`${sentences.join(' ')} ${vscode.l10n.t('Do you agree?')}`, details, () =>
    vscode.l10n.t('The settings of this workspace allow more than yours, in {0} places.', provided.length),
  );
}

function formatSetting({ setting, value }: ProvidedSetting): string {
  const words = [value].flat().filter((one) => one !== undefined);
  return `${setting} = ${words.length === 0 ? vscode.l10n.t('nothing') : words.map((one) => visible(String(one))).join(', ')}`;
}

/** The question about a kubeconfig, with every program, file and server named. */
export function formatKubeconfig({ path, realPath, risk }: ProvidedKubeconfig): QuestionText {
  // With the folder if there are several: VS Code merges two questions with the same text.
  const relative = visible(vscode.workspace.asRelativePath(path));
  const name = realPath === path ? relative : vscode.l10n.t('{0} (a link to {1})', relative, visible(realPath));
  const { programs, files, servers } = risk;
  const parts = [
    ...(programs.length === 0 ? [] : [vscode.l10n.t('Programs: {0}.', programs.map(formatProgram).join('; '))]),
    ...(files.length === 0 ? [] : [vscode.l10n.t('Files: {0}.', files.map(visible).join('; '))]),
    ...(servers.length === 0 ? [] : [vscode.l10n.t('Servers: {0}.', servers.map(visible).join('; '))]),
  ];
  const question =
    programs.length === 0
      ? vscode.l10n.t('This workspace provides a kubeconfig of its own, {0}. Connect to its clusters?', name)
      : vscode.l10n.t(
          'This workspace provides a kubeconfig of its own, {0}. Connect to its clusters, and run its programs?',
          name,
        );
  const details = [
    vscode.l10n.t('Kubeconfig: {0}', name),
    ...programs.map((program) => vscode.l10n.t('Runs: {0}', formatProgram(program))),
    ...files.map((file) => vscode.l10n.t('Reads: {0}', visible(file))),
    ...servers.map((server) => vscode.l10n.t('Connects to: {0}', visible(server))),
  ];
  return fitted([question, ...parts].join(' '), details, () =>
    vscode.l10n.t(
      'This workspace provides a kubeconfig of its own, {0}. Programs: {1}. Files: {2}. Servers: {3}.',
      name.length < MAX_MESSAGE / 2 ? name : `${name.slice(0, MAX_MESSAGE / 2)}…`,
      programs.length,
      files.length,
      servers.length,
    ),
  );
}

function fitted(message: string, lines: readonly string[], summary: () => string): QuestionText {
  // The editor does not show the end of very long lines.
  const details = `${lines.map((line) => (line.match(LINE) ?? []).join('\n    ')).join('\n')}\n`;
  if (message.length <= MAX_MESSAGE) return { message, details, isShortened: false };
  const more = vscode.l10n.t(
    'This does not fit here: choose “{0}” to read all of it, then you can agree.',
    vscode.l10n.t('Show'),
  );
  return { message: `${summary()} ${more}`, details, isShortened: true };
}

// In shell order: the environment first.
function formatProgram({ command, args, env }: Program): string {
  return [
    ...env.map(({ name, value }) => `${visible(name)}=${visible(value)}`),
    formatCommand([command, ...args]),
  ].join(' ');
}
