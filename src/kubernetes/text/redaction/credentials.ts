import { mayListAccounts, passwordsInAccountLists } from './account-lists.ts';
import { credentialsInCommandLists, mayListCommand } from './command-lists.ts';
import { credentialsInCommands, mayBeCommand } from './commands.ts';
import { NAME_HINT } from './credential-names.ts';
import { encodedLinesIn, encodedTextsIn } from './encoded-texts.ts';
import { encodedViewsOf, mayBeEncoded } from './encoded-views.ts';
import { knownCredentialsIn } from './known-credentials.ts';
import { isMasked, withMaskedMarkers } from './markers.ts';
import { namedValuesIn } from './named-values.ts';
import { plainText, zeroViewsOf } from './plain-text.ts';
import { privateKeysIn } from './private-keys.ts';
import { valuesOfSecretsIn } from './secret-manifests.ts';
import { merged, type Span } from './spans.ts';
import { sqlValuesIn } from './sql-values.ts';
import { tableColumnsIn } from './table-columns.ts';
import { endOf, startOf } from './text-views.ts';
import type { Unpacking } from './unpacking.ts';
import { userInfoIn } from './user-info.ts';

const NAME = new RegExp(NAME_HINT);
/** An address, letters that read as others, or something long. */
const SIGN = /@|[^\t\n\r -~]|[\w+/=.$~-]{12}/;
/** No list is without one of these; most names are. */
const LISTED = /[[\s]/;
/** Full-width letters, each of which reads as one ASCII character. */
const WIDE = /[\uff01-\uff5e]/g;

/**
 * The credentials in a plain text (see plainText): values under a credential's name, in addresses and commands, and
 * values recognisable by themselves. The only recogniser, for texts and for strings of objects. Markers do not count.
 */
export function credentialsIn(plain: string, unpacking: Unpacking): Span[] {
  const spans = zeroViewsOf(plain).flatMap(({ text, placeOf }) =>
    credentialsInLines(text, unpacking).map(({ start, end }) => ({ start: placeOf(start), end: placeOf(end - 1) + 1 })),
  );
  return merged(spans);
}

function credentialsInLines(text: string, unpacking: Unpacking): Span[] {
  const seen = withMaskedMarkers(text).replace(WIDE, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0));
  const spans = [...spansIn(seen), ...encodedLinesIn(seen), ...encodedTextsIn(seen, holdsCredential, unpacking)];
  for (const view of encodedViewsOf(seen)) {
    for (const { text: line, placeOf } of zeroViewsOf(view.text))
      for (const { start, end } of spansIn(line))
        spans.push({ start: startOf(view, placeOf(start)), end: endOf(view, placeOf(end - 1)) });
  }
  return merged(spans).filter(({ start, end }) => !isMasked(seen.slice(start, end)));
}

/** False for most short strings, which have nothing that the recogniser looks for. */
export function mayHoldCredential(text: string): boolean {
  return SIGN.test(text) || NAME.test(text) || mayBeCommand(text) || mayBeEncoded(text) || mayBeList(text);
}

function mayBeList(text: string): boolean {
  return LISTED.test(text) && (mayListCommand(text) || mayListAccounts(text));
}

function spansIn(text: string): Span[] {
  return [
    ...namedValuesIn(text),
    ...userInfoIn(text),
    ...tableColumnsIn(text),
    ...sqlValuesIn(text),
    ...credentialsInCommands(text),
    ...(LISTED.test(text) ? [...credentialsInCommandLists(text), ...passwordsInAccountLists(text)] : []),
    ...privateKeysIn(text),
    ...valuesOfSecretsIn(text),
    ...knownCredentialsIn(text),
  ].filter(({ start, end }) => end > start);
}

/** Does the text contain a credential, even one written with control characters? */
export function holdsCredential(text: string, unpacking: Unpacking): boolean {
  return credentialsIn(plainText(text), unpacking).length > 0;
}
