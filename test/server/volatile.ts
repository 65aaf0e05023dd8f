type Replacement = readonly [pattern: RegExp, by: string];

const AGE = String.raw`\d+(?:[smhd]|m\d+s|h\d+m|d\d+h|y\d+d)`;
/** What is another with each run, in the order in which it is looked for. */
const REPLACEMENTS: readonly Replacement[] = [
  [/\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/g, '<uid>'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '<time>'],
  [/\bresourceVersion: "\d+"/g, 'resourceVersion: "<version>"'],
  [/\bcontinue="[^"]+"/g, 'continue="<token>"'],
  // Names that the controllers of Deployments and DaemonSets make up, in the alphabet that they use.
  [/-[bcdf-hj-np-tv-z2-9]{8,10}-[bcdf-hj-np-tv-z2-9]{5}\b/g, '-<hash>-<id>'],
  [/-(?=[a-z]*\d)[bcdf-hj-np-tv-z2-9]{8,10}\b/g, '-<hash>'],
  [/\bnode-\d+\b/g, '<node>'],
  [/\b127\.0\.0\.1:\d+/g, '127.0.0.1:<port>'],
  [new RegExp(`\\b${AGE}(?= (?:old|ago)\\b)`, 'g'), '<age>'],
  [new RegExp(`(?<=, )${AGE}(?=\\))`, 'g'), '<age>'],
  // At the end of a line, unless it is a value: a quantity looks the same.
  [new RegExp(`(?<=[^:\\s] )${AGE}$`, 'gm'), '<age>'],
  [/\bRolled out (?:already|after \d+\.\d s):/g, 'Rolled out <already or after seconds>:'],
  [/\b\d+\.\d s\b/g, '<seconds> s'],
  [/\btogether \S+ CPU\b/g, 'together <cpu> CPU'],
];
/** By the header of a column. */
const CELLS: Record<string, Replacement> = {
  AGE: [/^.+$/, '<age>'],
  UPDATED: [/^.+$/, '<age>'],
  CPU: [/^\d+m$/, '<cpu>'],
  'CPU OF REQUEST': [/^\d+%/, '<percent>'],
};

/** An answer without what is another with each run: what remains is what the code decides. */
export function withoutVolatile(text: string): string {
  const replaced = REPLACEMENTS.reduce((result, [pattern, by]) => result.replace(pattern, by), text);
  return withoutVolatileCells(numberedMarkers(replaced));
}

/** Markers of redacted values have other ids in each process; which of them are equal matters. */
function numberedMarkers(text: string): string {
  const ids: string[] = [];
  return text.replace(/<redacted #(\w+)>/g, (_, id: string) => {
    if (!ids.includes(id)) ids.push(id);
    return `<redacted #${ids.indexOf(id) + 1}>`;
  });
}

function withoutVolatileCells(text: string): string {
  let columns: readonly (Replacement | undefined)[] = [];
  const lines = text.split('\n').map((line) => {
    const cells = line.split('\t');
    if (cells.length > 1 && cells.every((cell) => /^[A-Z][A-Z -]*$/.test(cell))) {
      columns = cells.map((header) => CELLS[header]);
      return line;
    }
    if (cells.length !== columns.length) return line;
    return cells.map((cell, at) => cell.replace(columns[at]?.[0] ?? /$^/, columns[at]?.[1] ?? '')).join('\t');
  });
  return lines.join('\n');
}
