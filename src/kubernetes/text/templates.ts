/** What a text is that a tool has to fill in before it is YAML, and where that shows. */
export interface Template {
  kind: string;
  /** The first mark, and how many lines into the text it stands, from 1. */
  mark: string;
  line: number;
}

/** Marks of template languages, the most telling first. */
const LANGUAGES: readonly (readonly [RegExp, string])[] = [
  [
    /\{\{-?\s*(?:\.|\$|\/\*|(?:if|with|range|include|define|template|end|else|tpl|toYaml|printf|lookup|block)\b)[^\n]*/,
    'a Helm template',
  ],
  [/\{%-?[^\n]*|\{\{[^\n]*\|[^\n]*\}\}/, 'a Jinja template'],
  [/<%[^\n]*/, 'an ERB template'],
  [/\{\{[^\n]*/, 'a template'],
];
const MAX_MARK_LENGTH = 60;

/** Recognises a template; for texts that could not be read, as what is quoted in YAML may hold any of these marks. */
export function templateIn(text: string): Template | undefined {
  for (const [pattern, kind] of LANGUAGES) {
    const found = pattern.exec(text);
    if (!found) continue;
    const mark = found[0].replace(/(?<=\}\}|%\}|%>).*/, '').trim();
    return { kind, mark: mark.slice(0, MAX_MARK_LENGTH), line: text.slice(0, found.index).split('\n').length };
  }
  return undefined;
}
