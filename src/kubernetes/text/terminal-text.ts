/** A link of a terminal (OSC 8) shows a text and leads elsewhere: where it leads is what counts. */
const LINK = String.raw`(?:\x1b\]|\x9d)8;[^;\x07\x1b\x9c\n]*;([^\x07\x1b\x9c\n]*)(?:\x07|\x1b\\|\x9c)`;
const LINKS = new RegExp(LINK, 'g');
/** Control sequences of terminals (ECMA-48). */
const SEQUENCES = [
  String.raw`(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]`,
  String.raw`(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)`,
  String.raw`\x1b[ -/]*[0-~]`,
];
const SEQUENCE = new RegExp(SEQUENCES.join('|'), 'g');

/** What a program wrote to a terminal, as lines of text: without colours and movements, the targets of links in their place. */
export function terminalLines(text: string): string[] {
  return text
    .replace(LINKS, ' $1 ')
    .replace(SEQUENCE, '')
    .split(/[\r\n]+/);
}
