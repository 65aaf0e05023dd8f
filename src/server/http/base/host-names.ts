import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Names that no public DNS server can hold, so that no web page of another's can be served under them. */
const OUT_OF_REACH = ['.localhost', '.internal', '.svc', '.svc.cluster.local'];

/**
 * Guards against DNS rebinding, with which a web page makes a browser talk to a server behind its back: the Host has to be a
 * name that was allowed, or one that such a page cannot have.
 */
export class HostNames {
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;

  constructor(hosts: readonly string[], origins: readonly string[]) {
    this.#hosts = new Set(hosts.map((host) => host.toLowerCase()));
    this.#origins = new Set(origins);
  }

  /** May a request with this Host header be answered? */
  allowsHost(header: string | undefined): boolean {
    const name = nameOf(header);
    if (name === undefined) return false;
    if (this.#hosts.has(name) || this.#hosts.has((header ?? '').toLowerCase())) return true;
    // An address is no name, and a name without a dot is this machine's or this network's.
    if (name.startsWith('[') || isIP(name) !== 0 || !name.includes('.')) return true;
    return OUT_OF_REACH.some((end) => name.endsWith(end));
  }

  /** May a page of this origin use the server? Its own pages may, and those that were allowed. Without an Origin it is no browser. */
  allowsOrigin(origin: string | undefined, host: string | undefined): boolean {
    return origin === undefined || this.isListed(origin) || (URL.canParse(origin) && new URL(origin).host === host);
  }

  /** Was this origin allowed by name? */
  isListed(origin: string): boolean {
    return this.#origins.has(origin);
  }
}

/** Where a request was sent to, as its sender sees it; for one whose Host may be answered. */
export function originOf({ headers, socket }: IncomingMessage): string {
  return `${'encrypted' in socket ? 'https' : 'http'}://${headers.host}`;
}

/** The name in a Host header, without the port; undefined for what is none. */
function nameOf(header: string | undefined): string | undefined {
  if (header === undefined || !/^(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i.test(header)) return undefined;
  if (!URL.canParse(`http://${header}`)) return undefined;
  return header.replace(/:\d+$/, '').toLowerCase();
}
