/** The start of a YAML line: the list items that begin in it, then a key or a value. */
interface Line {
  /** The columns of its dashes; nested lists have several. */
  dashes: number[];
  /** The column of the text. */
  column: number;
  text: string;
}

/** A key with its content below: without a value, or with a block scalar. */
const OWNER = /^("[^"]*"|'[^']*'|[^\s:#-][^:]*):(?: ([|>])\S*)?$/;
const MAX_ITEM_LENGTH = 60;

/**
 * The place of a line in YAML as we write it: `spec.template.spec.containers[name: web]`; '' at the top. List items are
 * identified by their first line.
 */
export function placeOfLine(lines: readonly string[], index: number): string {
  const { dashes, column: start } = parse(lines[index] ?? '');
  let isItem = dashes.length > 0;
  let column = dashes[0] ?? start;
  let place = '';
  for (let at = index - 1; at >= 0 && (column > 0 || isItem); at -= 1) {
    const line = parse(lines[at] ?? '');
    if (line.text === '') continue;
    const outer = line.dashes[0] ?? line.column;
    const isOwner = isItem ? line.column <= column && outer <= column : line.column < column;
    const isBeside = isItem && line.dashes.includes(column);
    let found = '';
    if (isOwner && !isBeside) {
      const [, key, block] = OWNER.exec(line.text) ?? [];
      if (key === undefined) continue;
      // Indentation inside a block scalar is no level of its own.
      place = `.${key}${block ? '' : place}`;
      column = line.column;
      isItem = false;
    } else if (line.text.length <= MAX_ITEM_LENGTH) found = line.text;
    // The items that begin in this line and contain what was found so far.
    const around = line.dashes.filter((dash) => dash < column);
    if (around.length === 0 || (!isItem && line.column !== column)) continue;
    place = `${'[]'.repeat(around.length - 1)}[${isItem ? '' : found}]${place}`;
    column = outer;
    isItem = true;
  }
  return place.replace(/^\./, '');
}

function parse(line: string): Line {
  const [, indent = '', items = ''] = /^( *)((?:- )*)/.exec(line) ?? [];
  const dashes = Array.from({ length: items.length / 2 }, (_, item) => indent.length + 2 * item);
  return { dashes, column: indent.length + items.length, text: line.slice(indent.length + items.length) };
}
