import { credentialsInCommands } from './commands.ts';
import { encodedLinesIn } from './encoded-texts.ts';
import { knownCredentialsIn } from './known-credentials.ts';
import { isMasked, withMaskedMarkers } from './markers.ts';
import { namedValuesIn } from './named-values.ts';
import { plainText } from './plain-text.ts';
import { privateKeysIn } from './private-keys.ts';
import { valuesOfSecretsIn } from './secret-manifests.ts';
import { merged, type Span } from './spans.ts';
import { userInfoIn } from './user-info.ts';

/** Letters of full width, each of which is one character of ASCII to a reader. */
const WIDE = /[\uff01-\uff5e]/g;

/**
 * Where credentials stand in a plain text (see plainText): under a name that says so, in addresses and commands, and what
 * says itself what it is. The one recogniser for texts and for the strings of objects. What is redacted already is none.
 */
export function credentialsIn(text: string): Span[] {
  const seen = withMaskedMarkers(text).replace(WIDE, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0));
  const spans = [
    ...namedValuesIn(seen),
    ...userInfoIn(seen),
    ...credentialsInCommands(seen),
    ...privateKeysIn(seen),
    ...valuesOfSecretsIn(seen),
    ...encodedLinesIn(seen, holdsCredential),
    ...knownCredentialsIn(seen),
  ];
  return merged(spans).filter(({ start, end }) => !isMasked(seen.slice(start, end)));
}

/** True when there is a credential in the text, whatever controls it is written with. */
export function holdsCredential(text: string): boolean {
  return credentialsIn(plainText(text)).length > 0;
}
