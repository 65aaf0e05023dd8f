import { type FlagName, fullName, SETTINGS, type Switch, settingOfSwitch } from '../settings.ts';
import type { Access } from './apimachinery/access.ts';
import { resourceNameOf } from './apimachinery/api-resource.ts';
import type { KindNames } from './apimachinery/built-in-kinds.ts';
import { type HelmOperation, isHelmRead } from './apimachinery/helm-operations.ts';
import { nearest } from './apimachinery/nearest.ts';
import type { RequestTarget } from './apimachinery/request-target.ts';
import type { KnownKinds, RequestRules } from './client/guard.ts';
import type { GuardedRequest } from './client/request.ts';
import { isAboutOne, isReleaseStorage } from './enumeration.ts';
import { isBuiltIn, KindPatterns, matcher } from './kind-patterns.ts';
import type { Rules, Toolset } from './rules.ts';

/** A tool as far as permissions go. */
export interface Guarded {
  name: string;
  access: Access;
  /** The switch that it needs; the one of its access unless given. */
  switch?: Switch | undefined;
  /** `core` unless given. */
  toolset?: Toolset | undefined;
}

/** Subresources that hand out credentials: of no use to an agent but to escape. */
const CREDENTIALS = new KindPatterns(['serviceaccounts/token']);

/** Every permission decision; asked when tools are listed, when one is called, and for each request to the API server. */
export class Policy implements RequestRules {
  readonly #rules: Rules;
  readonly #denied: KindPatterns;
  readonly #readOnly: KindPatterns;

  constructor(rules: Rules) {
    this.#rules = rules;
    this.#denied = new KindPatterns(rules.deniedKinds);
    this.#readOnly = new KindPatterns(rules.readOnlyKinds);
  }

  /** The namespaces that may be used; empty: all. */
  get namespaces(): readonly string[] {
    return this.#rules.namespaces;
  }

  /** Why the tool may not be used, in words for the model and the user behind it; undefined when it may. */
  toolRefusal(tool: Guarded): string | undefined {
    const { name, toolset = 'core' } = tool;
    if (!this.#rules.toolsets.includes(toolset))
      return `${name} belongs to the toolset ${toolset}, which is switched off. Only the user can switch it on: ${placeText('toolsets')}.`;
    const needed = switchOf(tool);
    if (needed === undefined || this.#rules.switches[needed]) return undefined;
    return `${name} is switched off. Only the user can switch it on: ${switchText(needed)}.`;
  }

  /** Is this kind of access switched on? What Helm does is permitted as a whole, by the switch of its own. */
  permits(access: Access, operation?: HelmOperation): boolean {
    if (access === 'read') return true;
    const { switches, toolsets } = this.#rules;
    if (operation === undefined) return switches[access] === true;
    return toolsets.includes('helm') && access !== 'exec' && !isHelmRead(operation) && switches[operation] === true;
  }

  /** Can there be more contexts than the one that the server was started for? */
  get mayOfferContexts(): boolean {
    return this.#rules.contexts.length > 0;
  }

  /** May this context be named in a call? `own` is the one that the server was started for. */
  allowsContext(context: string, own: string | undefined): boolean {
    return context === own || matchesAny(context, this.#rules.contexts);
  }

  /**
   * What is wrong with the allowed contexts: one that the kubeconfig does not have; undefined when nothing is. A pattern speaks
   * also of contexts that are yet to come.
   */
  contextProblem(names: readonly string[]): string | undefined {
    const missing = this.#rules.contexts.find((name) => !name.includes('*') && !names.some(matcher(name)));
    if (missing === undefined) return undefined;
    return strayText(
      `allowed context "${missing}" is not in the kubeconfig`,
      nearest(missing, names),
      'allowedContexts',
    );
  }

  /** Is nothing written in this context? */
  isProtected(context: string): boolean {
    return matchesAny(context, this.#rules.protectedContexts);
  }

  /** Is this kind, or a subresource of it, closed to agents? `known` are the kinds of the cluster. */
  deniesKind(
    target: Pick<RequestTarget, 'group' | 'version' | 'resource' | 'subresource'>,
    known: readonly KindNames[],
  ): boolean {
    return this.#denied.match(target, known) !== undefined;
  }

  /**
   * What is wrong with the denied and read-only kinds: one that means nothing in a cluster with these kinds, which protects
   * nothing either; undefined when nothing is. `missing` are groups that the cluster could not list.
   */
  kindProblem(known?: { resources: readonly KindNames[]; missing: readonly string[] }): string | undefined {
    for (const [patterns, what, setting] of [
      [this.#denied, 'denied', 'deniedKinds'],
      [this.#readOnly, 'read-only', 'readOnlyKinds'],
    ] as const) {
      const stray = patterns.stray(known?.resources);
      if (!stray) continue;
      const unlisted = known?.missing.length ? `, which could not list ${known.missing.join(', ')}` : '';
      return strayText(`${what} kind "${stray.pattern}" is no kind of this cluster${unlisted}`, stray.nearest, setting);
    }
    return undefined;
  }

  /** Why a request may not leave the process; undefined when it may. A kind that is not known counts as namespaced. */
  requestRefusal(
    context: string,
    { access, target, listed, operation, created }: GuardedRequest,
    cluster: KnownKinds,
  ): string | undefined {
    if (access !== 'read') {
      if (!this.permits(access, operation)) return `A request to ${access} is not permitted here and was not sent.`;
      if (this.isProtected(context))
        return `Context "${context}" is protected: nothing is written there, whatever is switched on.`;
      const { writeContexts = [] } = this.#rules;
      if (writeContexts.length > 0 && !writeContexts.includes(context))
        return `Writing was allowed for context "${writeContexts.join('", "')}", not for "${context}": the user has to allow it there first.`;
    }
    if (!target) return undefined;
    const kind = resourceNameOf({ group: target.group, name: target.resource });
    const namespaced = cluster.isNamespaced(target) ?? true;
    return (
      // Releases are shown redacted and written by Helm alone, whatever else of their kind is closed.
      (operation && isReleaseStorage(created === undefined ? target : { ...target, name: created }, listed)
        ? undefined
        : this.#kindRefusal(access, target, cluster)) ??
      this.#namespaceRefusal(access, target, kind, namespaced) ??
      (listed && !this.#rules.switches.list && !isAboutOne(target, listed, namespaced)
        ? `This would list ${kind}, and listing is switched off: only what is named, in a namespace that is named, is read. Only the user can switch it on: ${switchText('list')}.`
        : undefined)
    );
  }

  #kindRefusal(access: Access, target: RequestTarget, { known }: KnownKinds): string | undefined {
    // A kind of Kubernetes itself has no names but those that are known here; any other may be what an unknown word means.
    const problem = known || !isBuiltIn(target) ? this.kindProblem(known) : undefined;
    if (problem) return problem;
    const resources = known?.resources;
    const denied = this.#denied.match(target, resources);
    if (denied) return `The kind ${denied} is closed to agents here.`;
    if (CREDENTIALS.match(target)) return 'Tokens are not handed out to agents.';
    const readOnly = access === 'read' ? undefined : this.#readOnly.match(target, resources);
    return readOnly && `The kind ${readOnly} may be read but not written here.`;
  }

  #namespaceRefusal(access: Access, target: RequestTarget, kind: string, namespaced: boolean): string | undefined {
    const { namespaces } = this.#rules;
    if (namespaces.length === 0) return undefined;
    if (target.namespace !== undefined && !namespaces.includes(target.namespace))
      return this.#outside(`Namespace "${target.namespace}"`);
    // What its labels and annotations permit inside of it is not for those to change who are kept inside.
    if (kind === 'namespaces' && access !== 'read') return this.#outside('A write to a Namespace itself');
    if (target.namespace !== undefined) return undefined;
    if (kind === 'namespaces' || namespaced) return this.#outside('All namespaces together');
    return access === 'read' ? undefined : this.#outside(`The cluster-scoped kind ${kind}`);
  }

  #outside(what: string): string {
    return `${what} is outside of what is allowed here. Allowed namespaces: ${this.#rules.namespaces.join(', ')}. ${allowText('allowedNamespaces')}`;
  }
}

/** How the user allows more. */
export function allowText(setting: 'allowedContexts' | 'allowedNamespaces'): string {
  return `Only the user can allow more: ${placeText(setting)}.`;
}

/** The switch that a tool needs; undefined for one that anybody may use. */
export function switchOf({ access, switch: own }: Omit<Guarded, 'name'>): Switch | undefined {
  return own ?? (access === 'read' ? undefined : access);
}

/** Where the user turns a switch on. */
function switchText(name: Switch): string {
  return placeText(settingOfSwitch(name));
}

function strayText(problem: string, close: readonly string[], setting: FlagName): string {
  const advice = close.length > 0 ? ` Nearest: ${close.join(', ')}.` : '';
  return `The ${problem}.${advice} Nothing is read or written until the user corrects ${placeText(setting)}.`;
}

function placeText(setting: FlagName): string {
  return `the setting ${fullName(setting)} in VS Code, or the flag --${SETTINGS[setting].flag} of the server`;
}

function matchesAny(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => matcher(pattern)(name));
}
