/** A template that a tool must render before it is YAML, and the evidence. */
export interface Template {
  kind: string;
  /** The first template mark, and its line, from 1. */
  mark: string;
  line: number;
}

/** Marks of template languages, the most specific first. */
const LANGUAGES: readonly (readonly [RegExp, string])[] = [
  [
    /\{\{-?\s*(?:\.|\$|\/\*|(?:if|with|range|include|define|template|end|else|tpl|toYaml|printf|lookup|block)\b)[^\n]*/,
    'a Helm template',
  ],
  [/\{%-?[^\n]*|\{\{(?:(?!\{\{)[^\n|])*\|[^\n]*/, 'a Jinja template'],
  [/<%[^\n]*/, 'an ERB template'],
  [/\{\{[^\n]*/, 'a template'],
];
const MAX_MARK_LENGTH = 60;

/** Recognises a template; only for texts that failed to parse, as quoted YAML may contain any of these marks. */
export function templateIn(text: string): Template | undefined {
  for (const [pattern, kind] of LANGUAGES) {
    const found = pattern.exec(text);
    if (!found) continue;
    const mark = found[0].replace(/(?<=\}\}|%\}|%>).*/, '').trim();
    return { kind, mark: mark.slice(0, MAX_MARK_LENGTH), line: text.slice(0, found.index).split('\n').length };
  }
  return undefined;
}
