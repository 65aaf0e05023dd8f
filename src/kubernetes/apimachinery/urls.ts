/** A URL or path without slashes at its end, so that a path can follow. */
export function withoutEndingSlashes(url: string): string {
  return url.replace(/(?<!\/)\/+$/, '');
}
