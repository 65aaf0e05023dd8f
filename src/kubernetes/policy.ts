import { resourceNameOf } from './apimachinery/api-resource.ts';
import type { RequestTarget } from './apimachinery/request-target.ts';
import type { Access } from './client/request.ts';

/** What the human has switched on. */
export interface Switches {
  list: boolean;
  create: boolean;
  update: boolean;
  delete: boolean;
  /** Running commands in containers. */
  exec: boolean;
}

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
  /** Kinds that are neither read nor written: `secrets`, `*.example.com`, `pods/log`; patterns. */
  deniedKinds: readonly string[];
  /** Kinds that are not written; patterns. */
  readOnlyKinds: readonly string[];
}

/** A tool as far as permissions go. */
export interface Guarded {
  name: string;
  access: Access;
}

/** The full name of VS Code's setting for a switch. */
export function settingOf(name: keyof Switches): string {
  return `mcpK8s.enable${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** Subresources that hand out credentials: of no use to an agent but to escape. */
const CREDENTIALS = ['serviceaccounts/token'];

/** Every permission decision; asked when tools are listed, when one is called, and for each request to the API server. */
export class Policy {
  readonly #rules: Rules;

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /** The namespaces that may be used; empty: all. */
  get namespaces(): readonly string[] {
    return this.#rules.namespaces;
  }

  /** Why the tool may not be used, in words for the model and the human behind it; undefined when it may. */
  toolRefusal({ name, access }: Guarded): string | undefined {
    const needed = name === 'list_resources' ? 'list' : access;
    if (needed === 'read' || this.#rules.switches[needed]) return undefined;
    return `${name} is switched off. Only the human can switch it on: the setting ${settingOf(needed)} in VS Code, or the flag --enable-${needed} of the server.`;
  }

  /** Is this kind of access switched on? */
  permits(access: Access): boolean {
    return access === 'read' || this.#rules.switches[access];
  }

  /** Can there be more contexts than the one that the server was started for? */
  get mayOfferContexts(): boolean {
    return this.#rules.contexts.length > 0;
  }

  /** May this context be named in a call? `own` is the one that the server was started for. */
  allowsContext(context: string, own: string | undefined): boolean {
    return context === own || matchesAny(context, this.#rules.contexts);
  }

  /** Is nothing written in this context? */
  isProtected(context: string): boolean {
    return matchesAny(context, this.#rules.protectedContexts);
  }

  /**
   * Why a request may not leave the process; undefined when it may. `namespaced` says what the cluster serves the kind as;
   * undefined, for a kind that is not known, counts as namespaced.
   */
  requestRefusal(
    context: string,
    access: Access,
    target: RequestTarget | undefined,
    namespaced: (target: RequestTarget) => boolean | undefined,
  ): string | undefined {
    const { namespaces, deniedKinds, readOnlyKinds } = this.#rules;
    if (access !== 'read') {
      if (!this.permits(access)) return `A request to ${access} is not permitted here and was not sent.`;
      if (this.isProtected(context))
        return `Context "${context}" is protected: nothing is written there, whatever is switched on.`;
      const { writeContexts = [] } = this.#rules;
      if (writeContexts.length > 0 && !writeContexts.includes(context))
        return `Writing was allowed for context "${writeContexts.join('", "')}", not for "${context}": the user has to allow it there first.`;
    }
    if (!target) return undefined;
    const kind = resourceNameOf({ group: target.group, name: target.resource });
    const whole = target.subresource ? [kind, `${kind}/${target.subresource}`] : [kind];
    const denied = whole.find((name) => matchesAny(name, deniedKinds));
    if (denied) return `The kind ${denied} is closed to agents here.`;
    if (whole.some((name) => CREDENTIALS.includes(name))) return 'Tokens are not handed out to agents.';
    const readOnly = access === 'read' ? undefined : whole.find((name) => matchesAny(name, readOnlyKinds));
    if (readOnly) return `The kind ${readOnly} may be read but not written here.`;
    if (namespaces.length === 0) return undefined;
    if (target.namespace !== undefined) {
      return namespaces.includes(target.namespace) ? undefined : this.#outside(`Namespace "${target.namespace}"`);
    }
    if (kind === 'namespaces' || (namespaced(target) ?? true)) return this.#outside('All namespaces together');
    return access === 'read' ? undefined : this.#outside(`The cluster-scoped kind ${kind}`);
  }

  #outside(what: string): string {
    return `${what} is outside of what is allowed here. Allowed namespaces: ${this.#rules.namespaces.join(', ')}.`;
  }
}

function matchesAny(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => toExpression(pattern).test(name));
}

function toExpression(pattern: string): RegExp {
  const escaped = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 'i');
}
