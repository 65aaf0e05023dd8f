import type { IncomingMessage } from 'node:http';

/** Gives a request in absolute form the form of all others; its target counts, not its Host (RFC 9112, 3.2.2). */
export function toOriginForm(request: IncomingMessage): void {
  const { url = '' } = request;
  if (!/^https?:\/\//i.test(url)) return;
  const target = url.slice(url.indexOf('//') + 2);
  const end = target.search(/[/?#]/);
  const [host, path] = end < 0 ? [target, ''] : [target.slice(0, end), target.slice(end)];
  request.headers.host = host;
  request.url = path.startsWith('/') ? path : `/${path}`;
}
