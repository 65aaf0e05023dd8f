/** A terminal hyperlink (OSC 8) shows a text and leads elsewhere: only the target is kept. */
const LINK = String.raw`(?:\x1b\]|\x9d)8;[^;\x07\x1b\x9c\n]*;([^\x07\x1b\x9c\n]*)(?:\x07|\x1b\\|\x9c)`;
const LINKS = new RegExp(LINK, 'g');
/** Terminal control sequences (ECMA-48). */
const SEQUENCES = [
  String.raw`(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]`,
  String.raw`(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)`,
  String.raw`\x1b[ -/]*[0-~]`,
];
const SEQUENCE = new RegExp(SEQUENCES.join('|'), 'g');

/** Terminal output as lines of text: without colours and cursor movements, links replaced by their targets. */
export function terminalLines(text: string): string[] {
  return text
    .replace(LINKS, ' $1 ')
    .replace(SEQUENCE, '')
    .split(/[\r\n]+/);
}
