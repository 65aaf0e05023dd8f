/** What ends a terminal's string: BEL, or the string terminator in either form (ECMA-48). */
const END = String.raw`(?:\x07|\x1b\\|\x9c)`;
const BEGIN = String.raw`\x90\x98\x9d-\x9f`;

/**
 * A pattern for a terminal's strings: commands to the system, the device or the application, which are no text. Of
 * several beginnings only the first is tried: what has no end for it has none for the others, and looking for each would
 * take quadratic time.
 */
export const CONTROL_STRING = String.raw`(?:\x1b[\]PX^_]|[${BEGIN}](?<![${BEGIN}][^\x07\x1b\x9c\n${BEGIN}]*[${BEGIN}]))[^\x07\x1b\x9c\n]*${END}`;

/** A pattern for the other sequences that begin with ESC. */
export const ESCAPE_SEQUENCE = String.raw`\x1b[ -/]*[0-~]`;

/** A pattern for what stands between the borders of strings, with its beginning by ESC if it has one, up to an end. */
const ENDED = new RegExp(String.raw`(\x1b\]|(?<![^\x07\x1b\x9c\n])|(?<=\x1b\\))([^\x07\x1b\x9c\n]*)${END}`, 'g');

/** Replaces terminal hyperlinks (OSC 8), which show a text and lead elsewhere, by their targets between spaces. */
export function withTargets(text: string): string {
  return text.replace(ENDED, (whole, begin: string, content: string) => {
    const own = begin === '' ? null : /^8;[^;]*;(.*)$/s.exec(content);
    if (own) return ` ${own[1]} `;
    const link = /\x9d8;[^;]*;(.*)$/s.exec(content);
    return link ? `${begin}${content.slice(0, link.index)} ${link[1]} ` : whole;
  });
}
