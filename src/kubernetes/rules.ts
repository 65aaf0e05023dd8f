import { type Settings, type Switches, switchesOf } from '../settings.ts';

/** What the user allows. Patterns may hold `*`. */
export interface Rules {
  switches: Switches;
  /** Contexts that may be used besides the one that the server was started for; patterns. */
  contexts: readonly string[];
  /** Namespaces outside of which nothing is read or written; empty: all. */
  namespaces: readonly string[];
  /** Contexts in which nothing is written whatever the switches say; patterns. */
  protectedContexts: readonly string[];
  /** The only contexts in which anything is written, by their names; none or absent: all. */
  writeContexts?: readonly string[];
  /** Kinds that are neither read nor written, see `KindPatterns`: `secrets`, `*.example.com`, `pods/log`. */
  deniedKinds: readonly string[];
  /** Kinds that are not written, see `KindPatterns`. */
  readOnlyKinds: readonly string[];
  /** The sets of tools that are on. */
  toolsets: readonly string[];
}

/** Tools that are switched on and off together. */
export const TOOLSETS = ['core', 'helm'] as const;
export type Toolset = (typeof TOOLSETS)[number];

/** The settings as far as they count: those of the editor, or what a server was told of them. */
export type RuleSettings = Omit<Settings, 'reviewWrites' | 'openResults'> & Pick<Rules, 'writeContexts'>;

/** What settings allow. */
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
