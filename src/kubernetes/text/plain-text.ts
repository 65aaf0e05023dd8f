/** What is seen of no text; tabs and line ends are. */
const UNSEEN = String.raw`(?![\t\n\r])[\p{Cc}\p{Default_Ignorable_Code_Point}]`;
/** Control sequences as terminals know them (ECMA-48), and as loggers write them into JSON. */
const SEQUENCES = [
  String.raw`(?:\x1b\[|\x9b|\\(?:u001[bB]|x1[bB]|033|e)\[)[0-?]*[ -/]*[@-~]`,
  String.raw`(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)`,
  String.raw`\x1b[ -/]*[0-~]`,
  // What was struck over.
  String.raw`[^\n\x08]\x08`,
];
const INVISIBLE = new RegExp([...SEQUENCES, UNSEEN].join('|'), 'gu');
const SUSPECT = new RegExp(String.raw`${UNSEEN}|\\(?:u001[bB]|x1[bB]|033|e)\[`, 'u');

/** The text as a reader sees it, without terminal sequences, controls and characters of no width. Lines stay lines. */
export function plainText(text: string): string {
  return SUSPECT.test(text) ? text.replace(INVISIBLE, '') : text;
}
