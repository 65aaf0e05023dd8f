// What the pure parts of the extension use of VS Code, for tests outside of it.

/** Texts as they are when the display language is English. */
export const l10n = {
  t: (message: string, ...values: unknown[]) =>
    message.replace(/\{(\d+)\}/g, (placeholder, index) => String(values[Number(index)] ?? placeholder)),
};
