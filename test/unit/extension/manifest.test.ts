import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { COMMANDS, PROVIDER_ID, SCHEME } from '../../../src/extension/common/ids.ts';
import { LOG_SCHEME } from '../../../src/extension/logs/log-uri.ts';
import { WORKSPACE_FILES } from '../../../src/extension/targets/kubeconfig-order.ts';
import {
  fullName,
  SECTION,
  SETTING_NAMES,
  type SettingName,
  settingOf,
  WRITE_SWITCHES,
} from '../../../src/settings.ts';

interface Property {
  type?: string;
  items?: object;
  enum?: string[];
  scope?: string;
  order?: number;
  markdownDescription?: string;
  default?: unknown;
  ignoreSync?: boolean;
}

interface Manifest {
  activationEvents: string[];
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string; title: string; category: string }[];
    mcpServerDefinitionProviders: { id: string }[];
    configuration: { properties: Record<string, Property> }[];
    menus: Record<string, { command: string; when: string; group?: string }[]>;
  };
}

const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as Manifest;
const { activationEvents, capabilities, contributes } = manifest;
const settings = Object.assign({}, ...contributes.configuration.map(({ properties }) => properties)) as Record<
  string,
  Property
>;

/** Does it grant something or point somewhere? Settings Sync must not carry that to another machine's clusters. */
function staysOnThisMachine(name: SettingName): boolean {
  const { flag, widens } = settingOf(name);
  // What only the editor reads is a taste, and a list of what is closed is welcome everywhere.
  return flag !== undefined && widens !== 'fewer entries';
}

/** Who may set it, and on which machines. VS Code lets folders set what is overridable. */
function scopeOf(name: SettingName): string {
  const { setBy, isOfMachine } = settingOf(name);
  if (setBy === 'workspace') return isOfMachine ? 'machine-overridable' : 'resource';
  return isOfMachine ? 'machine' : 'application';
}

describe('package.json', () => {
  it('contributes the commands that the code registers', () => {
    assert.deepEqual(contributes.commands.map(({ command }) => command).sort(), Object.values(COMMANDS).sort());
    assert.ok(contributes.commands.every(({ category }) => category === '%displayName%'));
  });

  it('leaves nothing to the mouse: what is a button on a row is in its menu too, and every command can be called', () => {
    const { commandPalette = [], 'view/item/context': onRows = [] } = contributes.menus;
    const isButton = ({ group }: { group?: string }) => group?.startsWith('inline') === true;
    for (const { command, when } of onRows.filter(isButton))
      assert.ok(
        onRows.some((entry) => !isButton(entry) && entry.command === command && entry.when === when),
        `${command} is not in the menu`,
      );
    const hidden = commandPalette.filter(({ when }) => when === 'false').map(({ command }) => command);
    // Called from a row of the view (Enter, or its menu) or a link; what a row is used for has a command with a question.
    assert.deepEqual(hidden, [
      ...[
        COMMANDS.openObject,
        COMMANDS.showMore,
        COMMANDS.showSelectedPods,
        COMMANDS.useContext,
        COMMANDS.useNamespace,
      ],
      ...[COMMANDS.addFavorite, COMMANDS.removeFavorite, COMMANDS.hideKind],
    ]);
  });

  it('contributes the provider and revives documents', () => {
    assert.deepEqual(
      contributes.mcpServerDefinitionProviders.map(({ id }) => id),
      [PROVIDER_ID],
    );
    const files = WORKSPACE_FILES.map((name) => `workspaceContains:${name}`);
    const schemes = [SCHEME, LOG_SCHEME].map((scheme) => `onFileSystem:${scheme}`);
    assert.deepEqual([...activationEvents].sort(), [...schemes, 'onLanguage:yaml', ...files].sort());
  });

  it('gives every setting a scope, a place and a description', () => {
    for (const [name, { scope, order, markdownDescription }] of Object.entries(settings)) {
      assert.ok(name.startsWith(`${SECTION}.`), name);
      assert.ok(scope && order && markdownDescription, name);
    }
  });

  it('has the settings of the table, as the table has them', () => {
    const wanted = SETTING_NAMES.map((name) => {
      const { type, default: usual, choices } = settingOf(name);
      const values = {
        switch: 'boolean',
        modes: 'boolean',
        list: 'array',
        text: 'string',
        paths: 'string',
        choice: 'string',
        map: 'object',
      };
      return [
        fullName(name),
        {
          type: values[type],
          ...(type === 'list' ? { items: { type: 'string' } } : {}),
          ...(type === 'map' ? { additionalProperties: { type: 'string', enum: choices } } : {}),
          ...(choices && type !== 'map'
            ? { enum: choices, enumDescriptions: choices.map((choice) => `%setting.${name}.${choice}%`) }
            : {}),
          default: usual,
          scope: scopeOf(name),
          ...(staysOnThisMachine(name) ? { ignoreSync: true } : {}),
          markdownDescription: `%setting.${name}%`,
        },
      ];
    });
    const places = contributes.configuration.flatMap(({ properties }) => Object.values(properties));
    assert.deepEqual(
      Object.entries(settings).map(([name, { order: _, ...property }]) => [name, property]),
      wanted,
    );
    const orders = contributes.configuration.map(({ properties }) =>
      Object.values(properties).map(({ order }) => order),
    );
    for (const one of orders)
      assert.deepEqual(
        one,
        one.map((_, index) => index + 1),
      );
    assert.equal(places.length, SETTING_NAMES.length);
    const { restrictedConfigurations } = capabilities.untrustedWorkspaces;
    const restricted = SETTING_NAMES.filter((name) => settingOf(name).setBy === 'workspace').map(fullName);
    assert.deepEqual([...restrictedConfigurations].sort(), restricted.sort());
  });

  it('keeps switches, paths and targets out of Settings Sync', () => {
    const synced = Object.keys(settings).filter((name) => settings[name]?.ignoreSync !== true);
    assert.deepEqual(synced.sort(), [
      'mcpK8s.contextColors',
      'mcpK8s.deniedKinds',
      'mcpK8s.openResults',
      'mcpK8s.protectedContexts',
      'mcpK8s.readOnlyKinds',
    ]);
  });

  it('leaves what protects the user out of a workspace’s reach', () => {
    const outOfReach = Object.keys(settings).filter((name) =>
      /^(application|machine)$/.test(settings[name]?.scope ?? ''),
    );
    assert.deepEqual(outOfReach.sort(), [
      'mcpK8s.contextColors',
      'mcpK8s.deniedKinds',
      'mcpK8s.helm.path',
      'mcpK8s.prometheus.url',
      'mcpK8s.protectedContexts',
      'mcpK8s.readOnlyKinds',
      'mcpK8s.reviewWrites',
    ]);
  });

  it('takes no path to another machine', () => {
    const paths = SETTING_NAMES.filter(
      (name) => settingOf(name).type === 'paths' || settingOf(name).value === '<path>',
    );
    assert.deepEqual(paths, ['kubeconfig', 'helm.path']);
    for (const name of paths) assert.match(settings[fullName(name)]?.scope ?? '', /^machine/, name);
  });

  it('has every write off by default, and restricted where there is no trust', () => {
    const writes = Object.keys(settings).filter((name) => /\.enable(?!List|Helm(?:Release|RepoList))/.test(name));
    assert.deepEqual(
      writes.sort(),
      WRITE_SWITCHES.map((name) => `${SECTION}.${name}`).sort(),
      'a switch that the user is not asked about',
    );
    for (const name of writes) assert.equal(settings[name]?.default, false, name);
    for (const name of [...writes, 'mcpK8s.kubeconfig', 'mcpK8s.context', 'mcpK8s.namespace'])
      assert.ok(capabilities.untrustedWorkspaces.restrictedConfigurations.includes(name), name);
  });
});
