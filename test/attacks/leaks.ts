/** This many consecutive characters of a value count as a leak. */
const PART = 8;

/** The encodings in which a complete value may appear. */
export function formsOf(value: string): string[] {
  const encoded = [0, 1, 2].map((shift) => {
    const bytes = Buffer.from(`${'.'.repeat(shift)}${value}`);
    // Without the characters that also encode neighbouring bytes.
    return bytes.toString('base64').slice(Math.ceil((shift * 4) / 3), Math.floor((bytes.length * 4) / 3));
  });
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    JSON.stringify(JSON.stringify(value)).slice(3, -3),
    encodeURIComponent(value),
    ...encoded,
    ...encoded.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}

/** The part of the value found in the text, with its surroundings; undefined if there is none. */
export function leakOf(value: string, text: string): string | undefined {
  for (const form of formsOf(value)) {
    for (let at = 0; at + PART <= form.length; at += 1) {
      const part = form.slice(at, at + PART);
      // Parts with hardly a letter (quotes, spaces, escapes) occur in any text.
      if (new Set(part.match(/[A-Za-z0-9]/g)).size < 5) continue;
      const found = text.indexOf(part);
      if (found >= 0)
        return `${JSON.stringify(part)} of ${JSON.stringify(value)} in …${text.slice(Math.max(0, found - 200), found + 100)}…`;
    }
  }
  return undefined;
}
