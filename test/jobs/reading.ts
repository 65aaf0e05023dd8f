/** The pattern's captured groups. @throws where an agent could not continue. */
export function read(text: string, pattern: RegExp): string[] {
  const match = pattern.exec(text);
  if (!match) throw new Error(`An agent looks for ${pattern} in:\n${text}`);
  return match.slice(1);
}

/** The rows of a table, keyed by column name; none if the answer has no table. */
export function readTable(text: string): Record<string, string>[] {
  const [header, ...rows] = text.split('\n').filter((line) => line.includes('\t'));
  const names = header?.split('\t') ?? [];
  return rows.map((row) => {
    const cells = row.split('\t');
    return Object.fromEntries(names.map((name, column) => [name, cells[column] ?? '']));
  });
}
