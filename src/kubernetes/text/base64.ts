/** Standard base64, padded. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Base64 as Go decodes it: without its line breaks; undefined for anything else. */
export function strictBase64(text: string): string | undefined {
  const joined = text.replace(/[\r\n]/g, '');
  return BASE64.test(joined) ? joined : undefined;
}
