import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { argumentsOf } from '../../src/server/command-line/option.ts';
import { flagsOf, SETTING_FLAGS, settingsOf } from '../../src/setting-flags.ts';
import { type FlagName, SETTING_NAMES, SETTINGS, type Settings, settingOf } from '../../src/settings.ts';
import { DEFAULT_SETTINGS } from '../support/settings.ts';

const text = fc.string({ minLength: 1 });
const values = {
  switch: fc.boolean(),
  modes: fc.boolean(),
  text: fc.option(text, { nil: undefined }),
  list: fc.array(text, { maxLength: 3 }),
  paths: fc.array(text, { maxLength: 3 }),
  choice: fc.constantFrom('preview', 'never'),
  map: fc.dictionary(fc.string(), fc.constantFrom('red', 'none')),
};
const settings = fc.record(
  Object.fromEntries(SETTING_NAMES.map((name) => [name, values[settingOf(name).type]])),
) as unknown as fc.Arbitrary<Settings>;

/** The settings that a server parses from its arguments. */
function received(args: readonly string[]): Pick<Settings, FlagName> {
  const given = args.map((arg) => (/^--enable-[a-z-]+$/.test(arg) ? `${arg}=true` : arg));
  return settingsOf(parseArgs({ args: given, options: argumentsOf(SETTING_FLAGS) }).values);
}

describe('the flags of settings', () => {
  it('hand to a server what is set, whatever it is', () => {
    fc.assert(
      fc.property(settings, ({ openResults: _, contextColors: __, reviewWrites, ...given }) => {
        const flags = flagsOf({ ...DEFAULT_SETTINGS, ...given, reviewWrites });
        assert.deepEqual(received(flags), given);
        assert.ok(flags.includes(`--review=${reviewWrites ? 'required' : 'off'}`));
      }),
    );
  });

  it('are needed by nothing that is as it always is', () => {
    const { openResults: _, contextColors: ___, reviewWrites: __, ...usual } = DEFAULT_SETTINGS;
    assert.deepEqual(received([]), usual);
    assert.deepEqual(flagsOf(DEFAULT_SETTINGS), ['--review=required']);
  });

  it('are one for every setting that the server has to know, each with its help', () => {
    const flags = SETTING_NAMES.map((name) => settingOf(name).flag).filter((flag) => flag !== undefined);
    assert.equal(new Set(flags).size, flags.length);
    assert.deepEqual(Object.keys(SETTING_FLAGS), flags);
    for (const { help } of Object.values(SETTING_FLAGS)) assert.ok(help);
    for (const name of SETTING_NAMES.filter((one) => one.startsWith('enable'))) {
      const words = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      assert.equal(settingOf(name).flag, words);
      assert.equal(settingOf(name).type, 'switch');
    }
    assert.equal(SETTINGS.reviewWrites.flag, 'review');
  });
});
