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
  const parts = partsOf(value);
  // One look at each place of the text, which is long, instead of one search for each part.
  for (let at = 0; at + PART <= text.length; at += 1) {
    const part = text.slice(at, at + PART);
    if (parts.has(part))
      return `${JSON.stringify(part)} of ${JSON.stringify(value)} in …${text.slice(Math.max(0, at - 200), at + 100)}…`;
  }
  return undefined;
}

const known = new Map<string, ReadonlySet<string>>();

function partsOf(value: string): ReadonlySet<string> {
  const made = known.get(value);
  if (made) return made;
  const parts = new Set<string>();
  for (const form of formsOf(value)) {
    for (let at = 0; at + PART <= form.length; at += 1) {
      const part = form.slice(at, at + PART);
      // Parts with hardly a letter (quotes, spaces, escapes) occur in any text.
      if (new Set(part.match(/[A-Za-z0-9]/g)).size >= 5) parts.add(part);
    }
  }
  known.set(value, parts);
  return parts;
}
