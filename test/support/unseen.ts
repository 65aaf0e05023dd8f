import fc from 'fast-check';

/** Every character of these properties of Unicode, and those that are drawn blank without having one. */
export const UNSEEN_SIGNS: readonly string[] = [
  ...Array.from({ length: 0x110000 }, (_, code) => String.fromCodePoint(code)).filter((sign) =>
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.test(sign),
  ),
  ...['\u2800', '\u{1d159}', '\u{13441}', '\u{13442}', '\u{16fe4}'],
];

/** Any text, and words with unseen characters in them. */
export const textWithUnseen = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.oneof(fc.constantFrom(...UNSEEN_SIGNS), fc.constantFrom('a', 'é', ' ', '[', '\\', '"', '⚠')) }),
);
