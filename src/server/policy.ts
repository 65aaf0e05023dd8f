import type { Access } from '../kubernetes/client.ts';

/** What the human has switched on. */
export interface Switches {
  list: boolean;
  create: boolean;
  update: boolean;
  delete: boolean;
  /** Running commands in containers. */
  exec: boolean;
}

/** What a permission is asked for. */
export interface Guarded {
  name: string;
  access: Access;
}

/** Every permission decision; asked when tools are listed, when one is called, and for each request to the API server. */
export class Policy {
  readonly #switches: Switches;

  constructor(switches: Switches) {
    this.#switches = switches;
  }

  /** May a request of this kind leave the process? */
  permits(access: Access): boolean {
    return access === 'read' || this.#switches[access];
  }

  /** Why the tool may not be used, in words for the model and the human behind it; undefined when it may. */
  refusal({ name, access }: Guarded): string | undefined {
    const needed = name === 'list_resources' ? 'list' : access;
    if (needed === 'list' ? this.#switches.list : this.permits(needed)) return undefined;
    const setting = `mcpK8s.enable${needed.charAt(0).toUpperCase()}${needed.slice(1)}`;
    return `${name} is switched off. Only the human can switch it on: the setting ${setting} in VS Code, or the flag --enable-${needed} of the server.`;
  }
}
