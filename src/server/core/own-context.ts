import { findContext, type Kubeconfig } from '../../kubernetes/client/kubeconfig.ts';

/**
 * The context that the server works in unless a call names another: the one that it was started for, or else the one that was
 * current when a kubeconfig could first be read. What is switched on was switched on for that one, so a change of the current
 * context, made in a terminal and for other reasons, is told but not followed.
 */
export class OwnContext {
  readonly #given: boolean;
  #name: string | undefined;
  #latest: string | undefined;

  /** @param name the one that the server was started for, if it was for one. */
  constructor(name: string | undefined) {
    this.#given = Boolean(name);
    this.#name = name || undefined;
  }

  /** Its name, once it is known. */
  get name(): string | undefined {
    return this.#name;
  }

  /** Its name, which the first kubeconfig that leads somewhere decides; undefined as long as none does. */
  in(kubeconfig: Kubeconfig): string | undefined {
    const current = usableContext(kubeconfig);
    this.#name ??= current;
    this.#latest = current;
    return this.#name;
  }

  /** Words for a current context that has become another since; undefined while it is the same. */
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
