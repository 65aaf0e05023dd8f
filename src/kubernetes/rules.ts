import { type Settings, type Switches, switchesOf } from '../settings.ts';
import type { ClusterPatterns } from './apimachinery/cluster-match.ts';

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
  /** What holds in some clusters besides; each entry narrows, and none widens. */
  clusters?: readonly ClusterRules[];
}

/** What holds besides in the clusters that it concerns. */
export interface ClusterRules extends ClusterPatterns {
  rules: Rules;
  /** Are its switches for writes off because it says so of all of them? */
  isReadOnly: boolean;
  /** The least that a user is asked; `off` leaves it as it is. */
  review: ReviewMode;
  /** Where the user wrote it, such as `clusters[0] of team.yaml`. */
  place: string;
}

/** From the laxest: `off`: never ask; `elicit`: ask where the client can; `required`: no write without approval. */
export const REVIEW_MODES = ['off', 'elicit', 'required'] as const;
export type ReviewMode = (typeof REVIEW_MODES)[number];

/** The mode that asks more. */
export function stricterReview(one: ReviewMode, other: ReviewMode): ReviewMode {
  return REVIEW_MODES.indexOf(one) > REVIEW_MODES.indexOf(other) ? one : other;
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
