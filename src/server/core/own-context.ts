import { findContext, type Kubeconfig } from '../../kubernetes/client/kubeconfig.ts';

/**
 * The default context of calls: the one that the server was started for, or else the one that was current when a
 * kubeconfig was first readable. Permissions were switched on for that one, so a change of the current context, made in
 * a terminal for other reasons, is reported but not followed.
 */
export class OwnContext {
  readonly #given: boolean;
  #name: string | undefined;
  #latest: string | undefined;

  /** @param name the context that the server was started for, if any. */
  constructor(name: string | undefined) {
    this.#given = Boolean(name);
    this.#name = name || undefined;
  }

  /** Its name, once it is known. */
  get name(): string | undefined {
    return this.#name;
  }

  /** Its name, set by the first kubeconfig that has a usable context; undefined until then. */
  in(kubeconfig: Kubeconfig): string | undefined {
    const current = usableContext(kubeconfig);
    this.#name ??= current;
    this.#latest = current;
    return this.#name;
  }

  /** Explains that the current context has changed since; undefined while it is the same. */
  get change(): string | undefined {
    if (this.#given || this.#latest === undefined || this.#latest === this.#name) return undefined;
    return `The kubeconfig's current context is "${this.#latest}" now. This server keeps "${this.#name}", which was current at its start, until it is started again.`;
  }
}

function usableContext(kubeconfig: Kubeconfig): string | undefined {
  try {
    return findContext(kubeconfig, undefined).name;
  } catch {
    return undefined;
  }
}
