import { isObject, type JsonObject } from '../../../kubernetes/apimachinery/objects.ts';
import { oneLine } from '../../../kubernetes/text/one-line.ts';

/** Of a name that a token says, in characters. */
const MAX_NAME = 200;

/** What a JWT says, whoever made it: for texts about it only. Undefined for a token of another form. */
export function claimsOf(token: string): JsonObject | undefined {
  const [head, payload, signature, ...more] = token.split('.');
  if (!head || !payload || signature === undefined || more.length > 0) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return isObject(claims) ? claims : undefined;
  } catch {
    return undefined;
  }
}

/** The audiences of a token. */
export function audiencesOf({ aud }: JsonObject): string[] {
  return [aud].flat().filter((one) => typeof one === 'string');
}

/** Is the token for one of these, as far as it says for whom it is? */
export function isFor(claims: JsonObject, audiences: readonly string[]): boolean {
  return audiencesOf(claims).some((audience) => audiences.includes(audience));
}

/** When the token ends, in milliseconds since 1970. */
export function endOf({ exp }: JsonObject): number | undefined {
  return typeof exp === 'number' && Number.isFinite(exp) ? exp * 1000 : undefined;
}

/** The scopes of a token: a text with blanks, or a list as some issuers write it. */
export function scopesOf({ scope, scp }: JsonObject): string[] {
  return [scope ?? scp].flat().flatMap((one) => (typeof one === 'string' ? one.split(' ') : []));
}

/** Says that a token is for others. */
export function wrongAudience(claims: JsonObject, wanted: readonly string[]): string {
  return `The token is for ${quoted(audiencesOf(claims)) || 'nobody'}; it has to be for ${quoted(wanted)}.`;
}

/** Says that a token is not of this issuer. */
export function wrongIssuer({ iss }: JsonObject, wanted: string): string {
  return `The token is of the issuer ${quoted([String(iss ?? '')])}; it has to be of ${quoted([wanted])}.`;
}

/** Says since when a token has been of no use. */
export function ended(claims: JsonObject): string {
  const at = new Date(endOf(claims) ?? Number.NaN);
  return `The token ended${Number.isNaN(at.valueOf()) ? '' : ` at ${at.toISOString()}`}: sign in again.`;
}

/** Names from outside, as part of a text. */
export function quoted(names: readonly string[]): string {
  return names
    .slice(0, 5)
    .map((name) => `"${oneLine(name.slice(0, MAX_NAME))}"`)
    .join(', ');
}
