/** A block scalar as written in a text. */
export interface Block {
  /** `|` or `>`, with optional indentation and chomping indicators. */
  header: string;
  /** Indentation of the surrounding lines. */
  indent: number;
  /** The lines after the header. */
  source: string;
}

/**
 * A block scalar's text as kubectl's library reads it, which treats a line with more spaces than the indentation as
 * content. Undefined if a tab stands in the indentation.
 */
export function blockText({ header, indent, source }: Block): string | undefined {
  const explicit = /[1-9]/.exec(header)?.[0];
  const lines = source.replace(/\n$/, '').split('\n');
  const width = explicit ? indent + Number(explicit) : detectedIndent(lines, indent);
  if (lines.some((line) => leading(line) < width && line[leading(line)] === '\t')) return undefined;
  if (!explicit && /^ *\t/.test(lines.find((line) => leading(line) < line.length) ?? '')) return undefined;
  const contents = lines.map((line) => line.slice(Math.min(leading(line), width)));
  const last = contents.findLastIndex((line) => line !== '');
  const text = header.startsWith('>') ? folded(contents.slice(0, last + 1)) : contents.slice(0, last + 1).join('\n');
  if (header.includes('-')) return text;
  const end = last >= 0 ? '\n' : '';
  return header.includes('+') ? text + end + '\n'.repeat(source === '' ? 0 : contents.length - last - 1) : text + end;
}

function detectedIndent(lines: readonly string[], indent: number): number {
  const first = lines.findIndex((line) => leading(line) < line.length);
  const blank = lines.slice(0, first < 0 ? lines.length : first + 1);
  return Math.max(indent + 1, 1, ...blank.map(leading));
}

function leading(line: string): number {
  return line.length - line.replace(/^ +/, '').length;
}

/** Joins lines, except those indented further and their neighbours. */
function folded(lines: readonly string[]): string {
  let text = '';
  let breaks = 0;
  let before: string | undefined;
  for (const line of lines) {
    if (line === '') {
      breaks += 1;
      continue;
    }
    const joins = before !== undefined && !/^[ \t]/.test(before) && !/^[ \t]/.test(line);
    if (joins && breaks === 0) text += ' ';
    else text += '\n'.repeat(joins || before === undefined ? breaks : breaks + 1);
    text += line;
    breaks = 0;
    before = line;
  }
  return text;
}
