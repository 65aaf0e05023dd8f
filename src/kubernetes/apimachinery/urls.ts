/** A URL or path without slashes at its end, so that a path can follow. */
export function withoutEndingSlashes(url: string): string {
  return url.replace(/(?<!\/)\/+$/, '');
}

/** A server's URL as requests continue it, as in client-go: without credentials, a query, or slashes in a row. */
export function baseUrl(server: string): string {
  if (!URL.canParse(server)) return withoutEndingSlashes(server);
  const { protocol, host, pathname } = new URL(server);
  return withoutEndingSlashes(`${protocol}//${host}${pathname.replace(/\/{2,}/g, '/')}`);
}

/** A URL with its scheme in small letters, as parsers of URLs have it: what compares schemes then needs no parser. */
export function withPlainScheme(url: string): string {
  return url.replace(/^[a-z][a-z\d+.-]*(?=:\/\/)/i, (scheme) => scheme.toLowerCase());
}
