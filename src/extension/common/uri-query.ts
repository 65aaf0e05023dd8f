/**
 * VS Code decodes the query, which makes separators and parts of names indistinguishable: encode these so that
 * decoding leaves them alone.
 */
const SIGNS: Record<string, string> = { '%': '~25', '&': '~26', '~': '~7E' };

/** A name for the query of a URI. */
export function escaped(name: string): string;
export function escaped(name: string | undefined): string | undefined;
export function escaped(name: string | undefined): string | undefined {
  return name?.toWellFormed().replace(/[%&]|~(?=25|26|7E)/g, (sign) => SIGNS[sign] ?? sign);
}

/** The name that was escaped. */
export function unescaped(text: string | undefined): string | undefined {
  return text?.replace(/~(25|26|7E)/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** The context in the decoded query of one of our URIs. */
export function contextInQuery(query: string): string | undefined {
  return unescaped(/(?:^|&)context=([^&]*)/.exec(query)?.[1]);
}

/** The folder in it, in a workspace whose folders differ. */
export function folderInQuery(query: string): string | undefined {
  return unescaped(/(?:^|&)folder=([^&]*)/.exec(query)?.[1]);
}
