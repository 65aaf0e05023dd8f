import { resourceNameOf } from './apimachinery/api-resource.ts';
import type { KindNames } from './apimachinery/built-in-kinds.ts';
import { HELM_OPERATIONS, type HelmOperation, isHelmRead } from './apimachinery/helm-operations.ts';
import { nearest } from './apimachinery/nearest.ts';
import type { RequestTarget } from './apimachinery/request-target.ts';
import type { Discovery } from './client/discovery.ts';
import type { Access, GuardedRequest } from './client/request.ts';
import { isAboutOne, isReleaseStorage } from './enumeration.ts';
import { isBuiltIn, KindPatterns, matcher } from './kind-patterns.ts';

/** What the human has switched on. */
export interface Switches extends Record<HelmOperation, boolean> {
  /** Being told names that nobody has given. */
  list: boolean;
  create: boolean;
  update: boolean;
  delete: boolean;
  /** Running commands in containers. */
  exec: boolean;
}

/** What is on unless the user says otherwise: what reads. */
export const DEFAULT_SWITCHES: Switches = {
  list: true,
  create: false,
  update: false,
  delete: false,
  exec: false,
  ...(Object.fromEntries(HELM_OPERATIONS.map((operation) => [operation, isHelmRead(operation)])) as Record<
    HelmOperation,
    boolean
  >),
};

/** What the human allows. Patterns may hold `*`. */
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
  toolsets: readonly Toolset[];
}

/** Tools that are switched on and off together. */
export const TOOLSETS = ['core', 'helm'] as const;
export type Toolset = (typeof TOOLSETS)[number];

/** A tool as far as permissions go. */
export interface Guarded {
  name: string;
  access: Access;
  /** Lists objects and does nothing else. */
  lists?: boolean;
  /** What of Helm it does. */
  operation?: HelmOperation;
  /** `core` unless given. */
  toolset?: Toolset;
}

/** What a policy needs to know of a cluster. */
export type KnownKinds = Pick<Discovery, 'known' | 'isNamespaced'>;

/** The full name of VS Code's setting for a switch. */
export function settingOf(name: keyof Switches): string {
  return `mcpK8s.enable${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** The server's flag for a switch. */
export function flagOf(name: keyof Switches): string {
  return `--enable-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

const SETTINGS = {
  'allow-context': 'mcpK8s.allowedContexts',
  'deny-kind': 'mcpK8s.deniedKinds',
  'read-only-kind': 'mcpK8s.readOnlyKinds',
} as const;

/** Subresources that hand out credentials: of no use to an agent but to escape. */
const CREDENTIALS = new KindPatterns(['serviceaccounts/token']);

/** Every permission decision; asked when tools are listed, when one is called, and for each request to the API server. */
export class Policy {
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
  toolRefusal({ name, access, lists, operation, toolset = 'core' }: Guarded): string | undefined {
    const { switches, toolsets } = this.#rules;
    if (!toolsets.includes(toolset))
      return `${name} belongs to the toolset ${toolset}, which is switched off. Only the user can switch it on: the setting mcpK8s.toolsets in VS Code, or the flag --toolsets of the server.`;
    // What tells names needs the switch for that, too.
    const own = operation ?? (lists || access === 'read' ? undefined : access);
    const off = [own, lists ? ('list' as const) : undefined].find((one) => one !== undefined && !switches[one]);
    return off && `${name} is switched off. Only the user can switch it on: ${switchText(off)}.`;
  }

  /** Is this kind of access switched on? What Helm does is permitted as a whole. */
  permits(access: Access, operation?: HelmOperation): boolean {
    if (access === 'read') return true;
    return operation === undefined ? this.#rules.switches[access] : this.#permitsHelm(access, operation);
  }

  #permitsHelm(access: Access, operation: HelmOperation): boolean {
    const { switches, toolsets } = this.#rules;
    return toolsets.includes('helm') && access !== 'exec' && !isHelmRead(operation) && switches[operation];
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
    return strayText(`allowed context "${missing}" is not in the kubeconfig`, nearest(missing, names), 'allow-context');
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
    for (const [patterns, what, flag] of [
      [this.#denied, 'denied', 'deny-kind'],
      [this.#readOnly, 'read-only', 'read-only-kind'],
    ] as const) {
      const stray = patterns.stray(known?.resources);
      if (!stray) continue;
      const unlisted = known?.missing.length ? `, which could not list ${known.missing.join(', ')}` : '';
      return strayText(`${what} kind "${stray.pattern}" is no kind of this cluster${unlisted}`, stray.nearest, flag);
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
    return `${what} is outside of what is allowed here. Allowed namespaces: ${this.#rules.namespaces.join(', ')}.`;
  }
}

/** Where the user turns a switch on. */
function switchText(name: keyof Switches): string {
  return `the setting ${settingOf(name)} in VS Code, or the flag ${flagOf(name)} of the server`;
}

function strayText(problem: string, close: readonly string[], flag: keyof typeof SETTINGS): string {
  const advice = close.length > 0 ? ` Nearest: ${close.join(', ')}.` : '';
  return `The ${problem}.${advice} Nothing is read or written until the user corrects the setting ${SETTINGS[flag]} in VS Code, or the flag --${flag} of the server.`;
}

function matchesAny(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => matcher(pattern)(name));
}
