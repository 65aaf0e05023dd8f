import { deepEqual } from './kubernetes/apimachinery/objects.ts';
import { type FlagName, isSwitch, SETTING_NAMES, SETTINGS, type Settings, settingOf } from './settings.ts';

/** The command-line flags of the settings. */
type FlagOptions = {
  [Name in FlagName | 'reviewWrites' as (typeof SETTINGS)[Name]['flag']]: {
    type: Settings[Name] extends string[]
      ? 'list'
      : (typeof SETTINGS)[Name]['type'] extends 'switch'
        ? 'switch'
        : 'text';
    value?: string;
    default?: string;
    help: string;
  };
};

/** Parsed flag values. */
type FlagValues = { readonly [flag: string]: string | boolean | readonly (string | boolean)[] | undefined };

export const SETTING_FLAGS = Object.fromEntries(
  SETTING_NAMES.map(settingOf).flatMap(({ type, flag, value, help, default: usual }) =>
    flag === undefined
      ? []
      : [
          [
            flag,
            type === 'switch'
              ? { type, default: String(usual), help }
              : { type: type === 'list' || type === 'paths' ? 'list' : 'text', value, help },
          ],
        ],
  ),
) as FlagOptions;

/** The arguments that pass settings to a server. */
export function flagsOf(settings: Settings): string[] {
  return SETTING_NAMES.flatMap((name) => {
    const { type, flag, modes, default: usual } = settingOf(name);
    if (flag === undefined) return [];
    const value = settings[name];
    if (modes) return [`--${flag}=${value ? modes[0] : modes[1]}`];
    if (type === 'switch') return value === usual ? [] : [value ? `--${flag}` : `--${flag}=false`];
    const isUsual = Array.isArray(usual) && usual.length > 0;
    if (isUsual && deepEqual(value, usual)) return [];
    // An empty flag overrides a non-empty default.
    if (isUsual && [value].flat().length === 0) return [`--${flag}=`];
    return [value].flat().flatMap((one) => (one ? [`--${flag}=${one}`] : []));
  });
}

/**
 * The settings given by flags.
 * @throws Error for a switch that is neither true nor false.
 */
export function settingsOf(values: FlagValues): Pick<Settings, FlagName> {
  const given = SETTING_NAMES.flatMap((name) => {
    const { type, flag, modes, default: usual } = settingOf(name);
    if (flag === undefined || modes) return [];
    const value = values[flag];
    if (isSwitch(name)) return [[name, toBoolean(`--${flag}`, value) ?? SETTINGS[name].default]];
    if (type === 'text') return [[name, value]];
    const given = [value ?? (Array.isArray(usual) ? usual : [])].flat();
    return [[name, given.filter((one) => one !== '')]];
  });
  return Object.fromEntries(given) as Pick<Settings, FlagName>;
}

function toBoolean(option: string, value: unknown): boolean | undefined {
  if (value === undefined) return undefined;
  if (value !== 'true' && value !== 'false') throw new Error(`${option} takes true or false, not "${value}".`);
  return value === 'true';
}
