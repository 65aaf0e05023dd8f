/** A part of a diagnosis. */
export type Section =
  | { type: 'text'; text: string }
  | { type: 'finding'; level: string; steps: readonly string[] }
  | { type: 'evidence'; title: string; lines: readonly string[] };

/** How a finding names what it concerns, and what it was told by: each is a step nearer to the cause. */
const CONCERNED = /^((?:[a-z]+ )?[a-z]+ [\w.<>/-]+): (.+)$/s;
const TOLD = '; its log says: ';

/** The parts of a diagnosis, in its order. */
export function sectionsOf(lines: readonly string[]): Section[] {
  const sections: Section[] = [];
  for (const line of lines) {
    const last = sections.at(-1);
    const [, level, text] = /^(Cause|Symptom|Risk): (.+)$/.exec(line) ?? [];
    if (level !== undefined && text !== undefined) sections.push({ type: 'finding', level, steps: stepsOf(text) });
    else if (/^\S.*:$/.test(line)) sections.push({ type: 'evidence', title: line.slice(0, -1), lines: [] });
    else if (last?.type === 'evidence' && !/^(Owned by|Conditions): |^Not readable|^Too many/.test(line))
      sections[sections.length - 1] = { ...last, lines: [...last.lines, line.replace(/^ {2}/, '')] };
    else if (line !== '') sections.push({ type: 'text', text: line });
  }
  return sections;
}

function stepsOf(text: string): string[] {
  const at = text.indexOf(TOLD);
  const [said, told] = at < 0 ? [text, []] : [text.slice(0, at), [`its log says: ${text.slice(at + TOLD.length)}`]];
  const [, concerned, rest] = CONCERNED.exec(said) ?? [];
  return [...(concerned !== undefined && rest !== undefined ? [concerned, rest] : [said]), ...told];
}
