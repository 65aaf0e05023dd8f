/**
 * A field selector in text form for the objects that have these values, whatever signs are in them; undefined fields
 * are left out, and so is the selector when there is none.
 */
export function fieldSelector(fields: Readonly<Record<string, string>>): string;
export function fieldSelector(fields: Readonly<Record<string, string | undefined>>): string | undefined;
export function fieldSelector(fields: Readonly<Record<string, string | undefined>>): string | undefined {
  const terms = Object.entries(fields).flatMap(([field, value]) =>
    value === undefined ? [] : [`${field}=${value.replace(/[\\,=]/g, '\\$&')}`],
  );
  return terms.length === 0 ? undefined : terms.join(',');
}

/**
 * The only value that a selector in text form lets a field have, the first where it contradicts itself. Undefined when
 * it lets it have several, and for what the API server would not take.
 */
export function demandedField(selector: string, field: string): string | undefined {
  const demanded: string[] = [];
  for (const term of selector.match(/(?:\\[\s\S]|[^\\,])+|\\$/g) ?? []) {
    // As the API server reads it: the first sign parts field and value.
    const [, name, sign, value] = /^((?:[^=!]|!(?!=))*)(!=|==?)((?:\\[\\,=]|[^\\,=])*)$/.exec(term) ?? [];
    if (value === undefined) return undefined;
    if (name === field && sign !== '!=') demanded.push(value.replace(/\\([\\,=])/g, '$1'));
  }
  return demanded[0];
}
