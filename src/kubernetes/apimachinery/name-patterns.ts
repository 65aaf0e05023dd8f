/** Tests a text against a pattern in which `*` matches anything, ignoring case. */
export function matcher(pattern: string): (text: string) => boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  const expression = new RegExp(`^${escaped.join('.*')}$`, 'is');
  return (text) => expression.test(text);
}

/** Does one of the patterns match the name? */
export function matchesAny(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => matcher(pattern)(name));
}
