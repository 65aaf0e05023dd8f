import { matchesAny } from '../../kubernetes/apimachinery/name-patterns.ts';
import { type SettingName, type Settings, settingOf, type Widening } from '../../settings.ts';

/** Does the workspace's value of a setting allow more than the user's own? */
type Widens = (own: unknown, asked: unknown, user: Settings) => boolean;

/** When a value widens the user's own. Other values apply at once; a wider one waits for the user's answer. */
const WIDENS: Record<Widening, Widens> = {
  never: () => false,
  'turned on': (own, asked) => asked === true && own !== true,
  'turned off': (own, asked) => own === true && asked !== true,
  'another context': (own, asked, { allowedContexts }) =>
    asked !== own && !(typeof asked === 'string' && matchesAny(asked, allowedContexts)),
  // About the default namespace only, not about which ones are allowed.
  'another namespace': (own, asked, { allowedNamespaces }) =>
    own !== undefined && asked !== own && !allowedNamespaces.some((name) => name === asked),
  // A pattern that matches another as a text covers all that the other matches: only a star matches a star.
  'more entries': (own, asked) => entries(asked).some((pattern) => !matchesAny(pattern, entries(own))),
  'more, where none means all': (own, asked) =>
    entries(own).length > 0 &&
    (entries(asked).length === 0 || entries(asked).some((name) => !entries(own).includes(name))),
  'another value': (own, asked) => asked !== own,
  'fewer entries': (own, asked) => entries(own).some((pattern) => !entries(asked).includes(pattern)),
};

/** Does the workspace's value of a setting allow more than the user's own? */
export function widens(name: SettingName, user: Settings, asked: Settings): boolean {
  return WIDENS[settingOf(name).widens](user[name], asked[name], user);
}

/** The user's own settings, with those of the workspace's that narrow them or are `isTrusted`. */
export function effectiveSettings(
  user: Settings,
  asked: Settings,
  provided: readonly SettingName[],
  isTrusted: (name: SettingName) => boolean,
): Settings {
  const counted = provided.filter((name) => !widens(name, user, asked) || isTrusted(name));
  return { ...user, ...Object.fromEntries(counted.map((name) => [name, asked[name]])) };
}

function entries(value: unknown): readonly string[] {
  return Array.isArray(value) ? value : [];
}
