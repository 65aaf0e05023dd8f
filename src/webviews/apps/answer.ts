/** A piece of an answer, in the form that its lines have. */
export type Block =
  | { type: 'lines'; lines: readonly string[] }
  | { type: 'table'; header: readonly string[]; rows: readonly (readonly string[])[] }
  | { type: 'diff'; lines: readonly string[] };

/** The pieces of a tool's answer, which is text: a view knows no more than the model. */
export function blocksOf(text: string): Block[] {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  let plain: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const end = Math.max(tableEnd(lines, at), diffEnd(lines, at));
    if (end === at) {
      plain.push(lines[at] ?? '');
      at += 1;
      continue;
    }
    if (plain.length > 0) blocks.push({ type: 'lines', lines: plain });
    plain = [];
    blocks.push(isDiff(lines, at) ? { type: 'diff', lines: lines.slice(at, end) } : tableOf(lines.slice(at, end)));
    at = end;
  }
  if (plain.length > 0) blocks.push({ type: 'lines', lines: plain });
  return blocks;
}

function tableOf(lines: readonly string[]): Block {
  const [header = [], ...rows] = lines.map((line) => line.split('\t'));
  return { type: 'table', header, rows };
}

/** Where a table ends that begins here: a header and rows, all with as many cells. */
function tableEnd(lines: readonly string[], at: number): number {
  const cells = lines[at]?.split('\t').length ?? 0;
  let end = at + 1;
  while (cells > 1 && lines[end]?.split('\t').length === cells) end += 1;
  return end > at + 1 ? end : at;
}

function isDiff(lines: readonly string[], at: number): boolean {
  return /^--- /.test(lines[at] ?? '') && /^\+\+\+ /.test(lines[at + 1] ?? '');
}

function diffEnd(lines: readonly string[], at: number): number {
  if (!isDiff(lines, at)) return at;
  let end = at + 2;
  while (/^[-+@ ]/.test(lines[end] ?? '') && !isDiff(lines, end)) end += 1;
  return end;
}
