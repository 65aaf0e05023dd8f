import { type Settings, type Switches, switchesOf } from '../settings.ts';

/** What the user allows. `*` is a wildcard in patterns. */
export interface Rules {
  switches: Switches;
  /** Contexts that may be used besides the one the server was started for; patterns. */
  contexts: readonly string[];
  /** Only these namespaces may be read or written; empty: all. */
  namespaces: readonly string[];
  /** Contexts that are never written to, whatever the switches say; patterns. */
  protectedContexts: readonly string[];
  /** The only contexts that may be written to, by name; empty or absent: all. */
  writeContexts?: readonly string[];
  /** Kinds that may be neither read nor written, see `KindPatterns`: `secrets`, `*.example.com`, `pods/log`. */
  deniedKinds: readonly string[];
  /** Kinds that may not be written, see `KindPatterns`. */
  readOnlyKinds: readonly string[];
  /** The enabled toolsets. */
  toolsets: readonly string[];
}

/** Tools that are switched on and off together. */
export const TOOLSETS = ['core', 'helm', 'node', 'metrics'] as const;
export type Toolset = (typeof TOOLSETS)[number];

/** The settings that matter here: the editor's, or those passed to a server. */
export type RuleSettings = Omit<Settings, 'reviewWrites' | 'openResults' | 'contextColors'> &
  Pick<Rules, 'writeContexts'>;

/** The rules that the settings amount to. */
export function rulesOf(settings: RuleSettings): Rules {
  return {
    switches: switchesOf(settings),
    contexts: settings.allowedContexts,
    namespaces: settings.allowedNamespaces,
    protectedContexts: settings.protectedContexts,
    writeContexts: settings.writeContexts ?? [],
    deniedKinds: settings.deniedKinds,
    readOnlyKinds: settings.readOnlyKinds,
    toolsets: settings.toolsets.flatMap((names) => names.split(',')).map((name) => name.trim()),
  };
}
