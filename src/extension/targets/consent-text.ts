import * as vscode from 'vscode';
import type { Program } from '../../kubernetes/client/kubeconfig-risk.ts';
import { switchWord } from '../settings/switch-text.ts';
import { isSwitch, type Provided, type ProvidedKubeconfig, type ProvidedSetting } from './provided-by-workspace.ts';
import { formatCommand, quotedWord } from './quoted-words.ts';

/** The editor does not show the end of very long lines. */
const LINE = /.{1,80}/gsu;

/** All that the user is asked to agree to, in full: every program, file and server, and every setting. */
export function formatDetails(provided: readonly Provided[]): string {
  const lines = [
    ...provided.flatMap((one) => ('path' in one ? kubeconfigLines(one) : [])),
    ...provided.flatMap((one) => ('setting' in one ? [settingLine(one)] : [])),
  ];
  return `${lines.map((line) => (line.match(LINE) ?? []).join('\n    ')).join('\n')}\n`;
}

function settingLine(one: ProvidedSetting): string {
  const line = `mcpK8s.${formatSetting(one)}`;
  const setting = isSwitch(one) ? vscode.l10n.t('{0} (agents may {1})', line, switchWord(one.setting)) : line;
  return one.context === undefined
    ? setting
    : vscode.l10n.t('{0} in the context {1}', setting, quotedWord(one.context));
}

/** A setting and its value. */
export function formatSetting({ setting, value }: ProvidedSetting): string {
  const words = [value].flat().filter((one) => one !== undefined);
  return `${setting} = ${words.length === 0 ? vscode.l10n.t('nothing') : words.map((one) => quotedWord(String(one))).join(', ')}`;
}

/** The file, with the folder if there are several, and where a link leads. */
export function kubeconfigName({ path, realPath }: Pick<ProvidedKubeconfig, 'path' | 'realPath'>): string {
  const relative = quotedWord(vscode.workspace.asRelativePath(path));
  return realPath === path ? relative : vscode.l10n.t('{0} (a link to {1})', relative, quotedWord(realPath));
}

function kubeconfigLines(kubeconfig: ProvidedKubeconfig): string[] {
  const { programs, files, servers } = kubeconfig.risk;
  return [
    vscode.l10n.t('Kubeconfig: {0}', kubeconfigName(kubeconfig)),
    ...programs.map((program) => vscode.l10n.t('Runs: {0}', formatProgram(program))),
    ...files.map((file) => vscode.l10n.t('Reads: {0}', quotedWord(file))),
    ...servers.map((server) => vscode.l10n.t('Connects to: {0}', quotedWord(server))),
  ];
}

// In shell order: the environment first.
function formatProgram({ command, args, env }: Program): string {
  return [
    ...env.map(({ name, value }) => `${quotedWord(name)}=${quotedWord(value)}`),
    formatCommand([command, ...args]),
  ].join(' ');
}
