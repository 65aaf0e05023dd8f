/** `npm run docs`: regenerates the tables of the READMEs from package.json and the tools. */
import { readFileSync, writeFileSync } from 'node:fs';
import { switchesFor } from '../src/kubernetes/policy.ts';
import type { Toolset } from '../src/kubernetes/rules.ts';
import type { Tool } from '../src/server/core/tool.ts';
import { tools } from '../src/server/mcp/tools.ts';
import { fullName, SETTING_NAMES, SETTINGS, type Switch, settingOf, settingOfSwitch } from '../src/settings.ts';

interface Manifest {
  contributes: {
    commands: { command: string; title: string }[];
    menus: { commandPalette: { command: string; when: string }[] };
  };
}

/** Each README with the texts of its language, and the parts that it has: tools describe themselves in English only. */
export const READMES = {
  'README.md': {
    texts: 'package.nls.json',
    parts: ['commands', 'settings', 'tools'],
    words: ['setting', 'default', 'or'],
  },
  'README.zh-cn.md': {
    texts: 'package.nls.zh-cn.json',
    parts: ['commands', 'settings'],
    words: ['设置', '默认值', '或'],
  },
} as const;
type Readme = keyof typeof READMES;

const root = new URL('../', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, root), 'utf8');

/** Refills each `<!-- name -->…<!-- /name -->` in the text. @throws when one of them is missing. */
export function withTables(file: Readme, readme: string): string {
  const { contributes } = JSON.parse(read('package.json')) as Manifest;
  const { texts: source, parts, words } = READMES[file];
  const texts = JSON.parse(read(source)) as Record<string, string>;
  const textOf = (key: string) => texts[key.replaceAll('%', '')] ?? key;
  const contents = {
    commands: () => commands(contributes, textOf),
    settings: () => settings(textOf, words),
    tools: () =>
      table(
        ['tool', '', 'needs'],
        tools.map((tool) => [code(tool.name), firstSentence(tool.description), needs(tool)]),
      ),
  };
  return parts.reduce((text: string, name) => {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${file} has no ${begin} … ${end}.`);
    return `${text.slice(0, from)}${begin}\n\n${contents[name]()}\n\n${text.slice(to)}`;
  }, readme);
}

// Commands hidden from the palette belong to a menu or button, which explains them.
function commands({ commands, menus }: Manifest['contributes'], textOf: (key: string) => string): string {
  const hidden = new Set(menus.commandPalette.filter(({ when }) => when === 'false').map(({ command }) => command));
  const titles = commands.filter(({ command }) => !hidden.has(command)).map(({ title }) => textOf(title));
  // Two commands that do the same in two places have one title.
  return [...new Set(titles)].map((title) => `**${title}**`).join(' · ');
}

function settings(textOf: (key: string) => string, [setting, usual, or]: readonly [string, string, string]): string {
  const rows = SETTING_NAMES.map((name) => {
    const { default: value, choices = [] } = settingOf(name);
    const empty = value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
    const [paragraph = ''] = textOf(`setting.${name}`).split('\n\n');
    const others = choices.filter((other) => other !== value).map((other) => `, ${or} ${code(other)}`);
    const choice = empty ? choices.map(code).join(', ') : `${code(String(value))}${others.join('')}`;
    return [
      code(fullName(name)),
      choice,
      paragraph.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1').replace(/`#([\w.]+)#`/g, '`$1`'),
    ];
  });
  return table([setting, usual, ''], rows);
}

function needs(tool: Tool): string {
  const { toolset = 'core' } = tool;
  return [neededSettings(tool), ...(isUsual(toolset) ? [] : [`the toolset ${code(toolset)}`])]
    .filter((text) => text !== '')
    .join('; ');
}

/** The settings that switch the tool on, and what some calls need besides; empty if it needs none. */
export function neededSettings(tool: Tool): string {
  const { besides = [] } = tool;
  return [
    settingsText(switchesFor(tool)),
    ...besides.map((one) => `for ${one.for} also ${settingsText(one.needs)}`),
  ].join('; ');
}

/** Is this set of tools on by default? */
export function isUsual(toolset: Toolset): boolean {
  return SETTINGS.toolsets.default.some((usual) => usual === toolset);
}

function settingsText(switches: readonly Switch[]): string {
  return switches.map((one) => code(fullName(settingOfSwitch(one)))).join(' and ');
}

function firstSentence(text: string): string {
  return /^.*?[.:](?= [A-Z]|$)/s.exec(text)?.[0] ?? text;
}

/** As Markdown code. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** A Markdown table. */
export function table(header: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

if (import.meta.main)
  for (const file of Object.keys(READMES) as Readme[]) writeFileSync(new URL(file, root), withTables(file, read(file)));
