import {
  allowText,
  type FlagName,
  isWriteSwitch,
  SETTINGS,
  type Switch,
  settingOfSwitch,
  settingPlace,
} from '../settings.ts';
import type { Access, WriteAccess } from './apimachinery/access.ts';
import { resourceNameOf } from './apimachinery/api-resource.ts';
import type { KindNames } from './apimachinery/built-in-kinds.ts';
import { type ClusterPlace, concerns, strayPatterns } from './apimachinery/cluster-match.ts';
import { type HelmOperation, isHelmRead } from './apimachinery/helm-operations.ts';
import { matcher, matchesAny } from './apimachinery/name-patterns.ts';
import { nearest } from './apimachinery/nearest.ts';
import type { RequestTarget } from './apimachinery/request-target.ts';
import type { KnownKinds, RequestRules } from './client/guard.ts';
import type { GuardedRequest } from './client/request.ts';
import { isAboutOne, isReleaseStorage } from './enumeration.ts';
import { isBuiltIn, KindPatterns } from './kind-patterns.ts';
import { type ClusterRules, type ReviewMode, type Rules, stricterReview, type Toolset } from './rules.ts';

/** A tool, as far as permissions are concerned. */
export interface Guarded {
  name: string;
  access: Access;
  /** The switch it needs; by default that of its access. */
  switch?: Switch | undefined;
  /** Further switches that it needs. */
  also?: readonly Switch[] | undefined;
  /** Default: `core`. */
  toolset?: Toolset | undefined;
  /** It can tell of any namespace and kind, whatever is asked. */
  unconfined?: true | undefined;
}

/** Subresources that issue credentials: an agent needs them only to escape its limits. */
const CREDENTIALS = new KindPatterns(['serviceaccounts/token']);

/** Makes every permission decision: when tools are listed or called, and for each request to the API server. */
export class Policy implements RequestRules {
  readonly #listeners = new Set<() => void>();
  #rules: Rules;
  #denied: KindPatterns;
  #readOnly: KindPatterns;
  /** What holds anyway, and the entry of the rules that narrows it. */
  readonly #narrows: { within: Policy; entry: ClusterRules } | undefined;
  readonly #placed = new Map<string, Policy>();

  constructor(rules: Rules, narrows?: { within: Policy; entry: ClusterRules }) {
    this.#rules = rules;
    this.#narrows = narrows;
    this.#denied = new KindPatterns(rules.deniedKinds);
    this.#readOnly = new KindPatterns(rules.readOnlyKinds);
  }

  /**
   * Replaces the rules: also what is under way is judged by the new ones from its next request on, and what is read
   * without end at once.
   */
  follow(rules: Rules): void {
    this.#rules = rules;
    this.#denied = new KindPatterns(rules.deniedKinds);
    this.#readOnly = new KindPatterns(rules.readOnlyKinds);
    this.#placed.clear();
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` when the rules are replaced, until the returned function is called. */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * What holds in one cluster: this, and each entry of the rules that concerns it. What either refuses is refused, so
   * an entry never widens. Ask again after a change of the rules.
   */
  in(place: ClusterPlace): Policy {
    const key = JSON.stringify([place.name, place.server]);
    let placed = this.#placed.get(key);
    if (!placed) {
      const entries = (this.#rules.clusters ?? []).filter((entry) => concerns(entry, place));
      placed = entries.reduce<Policy>((within, entry) => new Policy(entry.rules, { within, entry }), this);
      this.#placed.set(key, placed);
    }
    return placed;
  }

  /** The rules in force; others after each change. */
  get rules(): Rules {
    return this.#rules;
  }

  /** Does it depend on the cluster? */
  get differsByCluster(): boolean {
    return (this.#rules.clusters ?? []).length > 0;
  }

  /** The least that a user is asked before a write, whatever is set otherwise. */
  get review(): ReviewMode {
    return this.#narrows ? stricterReview(this.#narrows.within.review, this.#narrows.entry.review) : 'off';
  }

  /** The namespaces that may be used; empty: all, or none where an entry allows none of those that are allowed. */
  get namespaces(): readonly string[] {
    return this.#confined ?? [];
  }

  /** Undefined: not confined to any. */
  get #confined(): readonly string[] | undefined {
    const { namespaces } = this.#rules;
    const own = namespaces.length > 0 ? namespaces : undefined;
    const wider = this.#narrows ? this.#narrows.within.#confined : undefined;
    return own && wider ? wider.filter((name) => own.includes(name)) : (own ?? wider);
  }

  /** Why the tool may not be used, worded for the model and its user; undefined when it may. */
  toolRefusal(tool: Guarded): string | undefined {
    return this.#narrows?.within.toolRefusal(tool) ?? this.#toolRefusal(tool);
  }

  #toolRefusal(tool: Guarded): string | undefined {
    const { name, toolset = 'core', unconfined } = tool;
    if (!this.hasToolset(toolset))
      return `${name} belongs to the toolset ${toolset}, which is switched off${this.#where}. Only the user can switch it on: ${this.#placeText('toolsets')}.`;
    const { namespaces, deniedKinds } = this.#rules;
    if (unconfined && namespaces.length + deniedKinds.length > 0)
      return `${name} may tell of every namespace and kind, and here only some are allowed. Only the user can change that: ${this.#placeText(namespaces.length > 0 ? 'allowedNamespaces' : 'deniedKinds')}.`;
    return this.#needRefusal(name, switchesFor(tool));
  }

  /** Why what needs these switches may not be done, worded like that of a tool; undefined when it may. */
  needRefusal(what: string, needs: readonly Switch[]): string | undefined {
    return this.#narrows?.within.needRefusal(what, needs) ?? this.#needRefusal(what, needs);
  }

  #needRefusal(what: string, needs: readonly Switch[]): string | undefined {
    const needed = needs.find((one) => !this.#rules.switches[one]);
    if (needed === undefined) return undefined;
    return `${what} is switched off${this.#where}. Only the user can switch it on: ${this.#switchText(needed)}.`;
  }

  /** Is this set of tools on? */
  hasToolset(toolset: Toolset): boolean {
    return this.#rules.toolsets.includes(toolset) && this.#narrows?.within.hasToolset(toolset) !== false;
  }

  /** Is this kind of access on? Helm's requests are permitted as a whole, by Helm's own switch. */
  permits(access: Access, operation?: HelmOperation): boolean {
    if (access === 'read') return true;
    if (this.#narrows?.within.permits(access, operation) === false) return false;
    const { switches, toolsets } = this.#rules;
    if (operation === undefined) return switches[access] === true;
    return toolsets.includes('helm') && access !== 'exec' && !isHelmRead(operation) && switches[operation] === true;
  }

  /** Where the user switches this kind of access on, as a sentence; undefined when it is on. */
  accessRefusal(access: WriteAccess, operation?: HelmOperation): string | undefined {
    if (this.permits(access, operation)) return undefined;
    return (
      this.#narrows?.within.accessRefusal(access, operation) ??
      `Only the user can switch it on: ${this.#switchText(operation ?? access)}.`
    );
  }

  /** May there be contexts besides the one the server was started for? */
  get mayOfferContexts(): boolean {
    return this.#narrows?.within.mayOfferContexts ?? this.#rules.contexts.length > 0;
  }

  /** May a call name this context? `own` is the one the server was started for. */
  allowsContext(context: string, own: string | undefined): boolean {
    return (
      this.#narrows?.within.allowsContext(context, own) ??
      (context === own || matchesAny(context, this.#rules.contexts))
    );
  }

  /**
   * Names an allowed context that the kubeconfig lacks; undefined when there is none. Patterns are not checked: they
   * may match future contexts.
   */
  contextProblem(names: readonly string[]): string | undefined {
    const isMissing = (name: string) => !name.includes('*') && !names.some(matcher(name));
    const missing = this.#rules.contexts.find(isMissing);
    if (missing !== undefined)
      return strayText(
        `allowed context "${missing}" is not in the kubeconfig`,
        nearest(missing, names),
        this.#placeText('allowedContexts'),
      );
    // An entry for a misspelt context would protect nothing.
    for (const { contexts, place } of this.#rules.clusters ?? []) {
      const stray = contexts.find(isMissing);
      if (stray === undefined) continue;
      return strayText(`context "${stray}" is not in the kubeconfig`, nearest(stray, names), `contexts in ${place}`);
    }
    return undefined;
  }

  /**
   * Warns of patterns of clusters that concern none of these, and so narrow nothing: a cluster may be added later, but
   * the pattern may also be misspelt.
   */
  clusterWarnings(places: readonly ClusterPlace[]): string[] {
    return (this.#rules.clusters ?? []).flatMap((entry) =>
      strayPatterns(entry, places).map(
        (pattern) => `"${pattern}" in ${entry.place} concerns no cluster of the kubeconfig, so it narrows nothing.`,
      ),
    );
  }

  /** Are writes forbidden in this context? */
  isProtected(context: string): boolean {
    return matchesAny(context, this.#rules.protectedContexts) || this.#narrows?.within.isProtected(context) === true;
  }

  /** Is this kind, or a subresource of it, closed to agents? `known` are the kinds of the cluster. */
  deniesKind(
    target: Pick<RequestTarget, 'group' | 'version' | 'resource' | 'subresource'>,
    known: readonly KindNames[],
  ): boolean {
    return this.#denied.match(target, known) !== undefined || this.#narrows?.within.deniesKind(target, known) === true;
  }

  /**
   * Names a denied or read-only kind that matches nothing in a cluster with these kinds and so protects nothing;
   * undefined when there is none. `missing` are groups the cluster could not list.
   */
  kindProblem(known?: { resources: readonly KindNames[]; missing: readonly string[] }): string | undefined {
    return this.#narrows?.within.kindProblem(known) ?? this.#kindProblem(known);
  }

  #kindProblem(known: KnownKinds['known']): string | undefined {
    for (const [patterns, what, setting] of [
      [this.#denied, 'denied', 'deniedKinds'],
      [this.#readOnly, 'read-only', 'readOnlyKinds'],
    ] as const) {
      const stray = patterns.stray(known?.resources);
      if (!stray) continue;
      const unlisted = known?.missing.length ? `, which could not list ${known.missing.join(', ')}` : '';
      return strayText(
        `${what} kind "${stray.pattern}" is no kind of this cluster${unlisted}`,
        stray.nearest,
        this.#placeText(setting),
      );
    }
    return undefined;
  }

  /** Why a request may not be sent; undefined when it may. An unknown kind counts as namespaced. */
  requestRefusal(context: string, request: GuardedRequest, cluster: KnownKinds): string | undefined {
    const refused = this.#narrows?.within.requestRefusal(context, request, cluster);
    return refused ?? this.#requestRefusal(context, request, cluster);
  }

  #requestRefusal(
    context: string,
    { access, target, listed, operation, created, names, metrics }: GuardedRequest,
    cluster: KnownKinds,
  ): string | undefined {
    if (access !== 'read') {
      if (!this.permits(access, operation))
        return `A request to ${access} is not permitted here and was not sent.${operation ? '' : ` ${this.accessRefusal(access)}`}`;
      if (this.isProtected(context))
        return `Context "${context}" is protected: nothing is written there, whatever is switched on.`;
      const { writeContexts = [] } = this.#rules;
      if (writeContexts.length > 0 && !writeContexts.includes(context))
        return `Writing was allowed for context "${writeContexts.join('", "')}", not for "${context}": the user has to allow it there first.`;
    }
    if (metrics && !this.hasToolset('metrics'))
      return `Metrics are switched off. Only the user can switch them on: ${this.#placeText('toolsets')}.`;
    if (!target) return undefined;
    const kind = resourceNameOf({ group: target.group, name: target.resource });
    const namespaced = cluster.isNamespaced(target) ?? true;
    return (
      // Releases are shown redacted and written only by Helm, even where their kind is denied.
      (operation && isReleaseStorage(created === undefined ? target : { ...target, name: created }, listed)
        ? undefined
        : this.#kindRefusal(access, target, names, cluster)) ??
      this.#namespaceRefusal(access, target, kind, namespaced) ??
      (listed && !this.#rules.switches.list && !isAboutOne(target, listed, namespaced)
        ? `This would list ${kind}, and listing is switched off: only what is named, in a namespace that is named, is read. Only the user can switch it on: ${this.#switchText('list')}.`
        : undefined)
    );
  }

  #kindRefusal(
    access: Access,
    target: RequestTarget,
    names: KindNames | undefined,
    { known }: KnownKinds,
  ): string | undefined {
    // All names of a built-in kind are known here; any other kind may be what an unknown word means.
    const problem = known || !isBuiltIn(target) ? this.#kindProblem(known) : undefined;
    if (problem) return problem;
    const resources = known?.resources;
    const denied = this.#denied.match(target, resources, names);
    if (denied) return `The kind ${denied} is closed to agents here${this.#by('deniedKinds')}.`;
    if (CREDENTIALS.match(target)) return 'Tokens are not handed out to agents.';
    const readOnly = access === 'read' ? undefined : this.#readOnly.match(target, resources, names);
    if (readOnly) return `The kind ${readOnly} may be read but not written here${this.#by('readOnlyKinds')}.`;
    // A rule may mean it, by a name that only the cluster knows. A manifest gives the names of what is new there.
    const isListed = hasListed(known, target.group);
    const isNamed = isBuiltIn(target) || resources?.some((one) => isOf(target, one)) || (isListed && names);
    const rules = access === 'read' ? [this.#denied] : [this.#denied, this.#readOnly];
    if (isNamed || !rules.some((patterns) => patterns.concerns(target, isListed))) return undefined;
    return `The cluster has not said which kind ${resourceNameOf({ group: target.group, name: target.resource })} is, and a rule here may be about it: nothing was sent.`;
  }

  #namespaceRefusal(access: Access, target: RequestTarget, kind: string, namespaced: boolean): string | undefined {
    const { namespaces } = this.#rules;
    if (namespaces.length === 0) return undefined;
    if (target.namespace !== undefined && !namespaces.includes(target.namespace))
      return this.#outside(`Namespace "${target.namespace}"`);
    // A namespace's labels and annotations decide what is allowed in it: those confined to it must not change them.
    if (kind === 'namespaces' && access !== 'read') return this.#outside('A write to a Namespace itself');
    if (target.namespace !== undefined) return undefined;
    if (kind === 'nodes' && target.subresource === 'proxy')
      return this.#outside('What a node tells of the pods of all namespaces');
    if (kind === 'namespaces' || namespaced) return this.#outside('All namespaces together');
    return access === 'read' ? undefined : this.#outside(`The cluster-scoped kind ${kind}`);
  }

  #outside(what: string): string {
    return `${what} is outside of what is allowed here. Allowed namespaces: ${this.#rules.namespaces.join(', ')}. ${allowText(this.#placeText('allowedNamespaces'))}`;
  }

  get #where(): string {
    return this.#narrows ? ' in this cluster' : '';
  }

  #by(setting: FlagName): string {
    return this.#narrows ? `, by ${this.#placeText(setting)}` : '';
  }

  /** Where the user turns a switch on. */
  #switchText(name: Switch): string {
    return this.#placeText(settingOfSwitch(name));
  }

  #placeText(setting: FlagName): string {
    if (!this.#narrows) return settingPlace(setting);
    const { place, isReadOnly } = this.#narrows.entry;
    return `${isReadOnly && isWriteSwitch(setting) ? 'read-only' : SETTINGS[setting].flag} in ${place}`;
  }
}

/** Has the cluster listed all kinds of the group? Neither one of its versions nor what announces groups is missing. */
function hasListed(known: KnownKinds['known'], group: string): boolean {
  return known !== undefined && !known.missing.some((what) => what.startsWith('/apis') || what.startsWith(`${group}/`));
}

function isOf({ group, resource }: RequestTarget, kind: KindNames): boolean {
  return kind.group === group && kind.name === resource;
}

/** The switches that a tool needs. */
export function switchesFor({ access, switch: own, also = [] }: Omit<Guarded, 'name'>): Switch[] {
  const first = own ?? (access === 'read' ? undefined : access);
  return first === undefined ? [...also] : [first, ...also];
}

function strayText(problem: string, close: readonly string[], place: string): string {
  const advice = close.length > 0 ? ` Nearest: ${close.join(', ')}.` : '';
  return `The ${problem}.${advice} Nothing is read or written until the user corrects ${place}.`;
}
