import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Names that public DNS cannot resolve, so no foreign web page can be served under them. */
const OUT_OF_REACH = ['.localhost', '.internal', '.svc', '.svc.cluster.local'];

/**
 * Guards against DNS rebinding, where a web page makes a browser talk to a local server: the Host must be an allowed
 * name, or one that no such page can have.
 */
export class HostNames {
  readonly #hosts: ReadonlySet<string>;
  /** The ends of names that are allowed whatever comes before them. */
  readonly #ends: readonly string[];
  readonly #origins: ReadonlySet<string>;

  /** @param hosts names, with a port or, for any, without; `*.example.com` is every name below that. */
  constructor(hosts: readonly string[], origins: readonly string[]) {
    this.#hosts = new Set(hosts.map((host) => host.toLowerCase()));
    const below = [...this.#hosts].filter((host) => host.startsWith('*.'));
    this.#ends = [...OUT_OF_REACH, ...below.map((host) => host.slice(1))];
    this.#origins = new Set(origins);
  }

  /** May a request with this Host header be answered? */
  allowsHost(header: string | undefined): boolean {
    const name = nameOf(header);
    if (name === undefined) return false;
    const forms = [name, (header ?? '').toLowerCase()];
    if (forms.some((form) => this.#hosts.has(form) || this.#ends.some((end) => form.endsWith(end)))) return true;
    // IP addresses are not names, and a name without a dot belongs to this machine or network.
    return name.startsWith('[') || isIP(name) !== 0 || !name.includes('.');
  }

  /** May a page of this origin use the server? Its own and listed ones may. Without Origin, it is no browser. */
  allowsOrigin(origin: string | undefined, host: string | undefined): boolean {
    return origin === undefined || this.isListed(origin) || (URL.canParse(origin) && new URL(origin).host === host);
  }

  /** Is this origin on the list? */
  isListed(origin: string): boolean {
    return this.#origins.has(origin);
  }
}

/** The server's origin as the sender sees it; for a request whose Host was allowed. */
export function originOf({ headers, socket }: IncomingMessage): string {
  return `${'encrypted' in socket ? 'https' : 'http'}://${headers.host}`;
}

/** The name in a Host header, without the port; undefined when invalid. */
function nameOf(header: string | undefined): string | undefined {
  if (header === undefined || !/^(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i.test(header)) return undefined;
  if (!URL.canParse(`http://${header}`)) return undefined;
  return header.replace(/:\d+$/, '').toLowerCase();
}
