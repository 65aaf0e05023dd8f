import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { switchesFor } from '../../src/kubernetes/policy.ts';
import { tools } from '../../src/server/mcp/tools.ts';
import { SETTING_NAMES, settingOf, settingOfSwitch } from '../../src/settings.ts';

const root = new URL('../../', import.meta.url);

describe('names of tools', () => {
  it('are unknown to the core and to the extension: they throw facts, and the server words them for a model', () => {
    const names = new RegExp(`\\b(${tools.map(({ name }) => name).join('|')})\\b`);
    const files = globSync('src/{kubernetes,extension}/**/*.ts', { cwd: root });
    assert.ok(files.length > 100);
    const found = files.flatMap((file) => {
      const [name] = names.exec(readFileSync(new URL(file, root), 'utf8')) ?? [];
      return name === undefined ? [] : [`${file} names ${name}`];
    });
    assert.deepEqual(found, []);
  });

  it('in the help of a switch are all that need it, unless it says that there are more', () => {
    const needing = (setting: string) =>
      tools
        .filter((tool) =>
          [...switchesFor(tool), ...(tool.besides ?? []).flatMap(({ needs }) => needs)].some(
            (one) => settingOfSwitch(one) === setting,
          ),
        )
        .map(({ name }) => name);
    const named = (help: string) =>
      tools.map(({ name }) => name).filter((name) => new RegExp(`\\b${name}\\b`).test(help));
    for (const setting of SETTING_NAMES) {
      const { type, help = '' } = settingOf(setting);
      if (type !== 'switch' || help.endsWith('…') || named(help).length === 0) continue;
      assert.deepEqual(named(help), needing(setting), setting);
    }
  });
});
