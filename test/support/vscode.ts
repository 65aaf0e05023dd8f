// The VS Code API that the pure parts of the extension use, for tests outside VS Code.

/** Texts as with English as the display language. */
export const l10n = {
  t: (message: string, ...values: unknown[]) =>
    message.replace(/\{(\d+)\}/g, (placeholder, index) => String(values[Number(index)] ?? placeholder)),
};
