import { withUse } from './secret-references.ts';

/** `API key`, as written in sentences. */
const QUALIFIER =
  /\b(?:api|access|secret|private|licen[cs]e|master|encryption|signing|shared|account|unseal|recovery|auth|ssh)[ -]$/i;
/** Before the name of an annotation. */
const DOMAIN = /^(?:checksum|[a-z0-9-]+(?:\.[a-z0-9-]+)+)\/$/;
const CHECKSUM = 'checksum/';
const MAX_DOMAIN = 254;

/** The name of which this word is the end, with what stands before it. */
export function fullName(text: string, start: number, word: string): string {
  if (text.charAt(start - 1) === '/') return domainBefore(text, start) + word;
  if (!/^(?:keys?|secrets?)$/i.test(word)) return word;
  const before = text.slice(Math.max(0, start - 20), start);
  return /^k/i.test(word) && QUALIFIER.test(before) ? `api_${word}` : withUse(before, word);
}

/** With the slash that ends it. */
function domainBefore(text: string, start: number): string {
  let from = start - 1;
  const least = Math.max(0, start - MAX_DOMAIN);
  while (from > least && isInDomain(text.charCodeAt(from - 1))) from -= 1;
  const domain = text.slice(from, start);
  // Without a dot it is a folder or a namespace.
  if (!domain.includes('.') && domain !== CHECKSUM) return '';
  return DOMAIN.test(domain) && !/[\w/:@]/.test(text.charAt(from - 1)) ? domain : '';
}

/** Small letters, digits, hyphens and dots; by their codes, because paths are frequent. */
function isInDomain(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 45 && code <= 57 && code !== 47);
}
