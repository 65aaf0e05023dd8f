/** What a PKCS #10 certificate request asks for. */
export interface CertificateRequestContent {
  /** As `CN=alice`, in order. */
  subject: string[];
  commonNames: string[];
  organizations: string[];
  /** As `DNS:shop.example.com`. */
  names: string[];
}

const BEGIN = '-----BEGIN CERTIFICATE REQUEST-----';
const END = '-----END CERTIFICATE REQUEST-----';
const MAX_CHARACTERS = 100_000;

const ATTRIBUTES: Record<string, string> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'street',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.17': 'postalCode',
};
const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';
const ALTERNATIVE_NAMES = '2.5.29.17';

/** Tags of DER. */
const TAG = { octets: 0x04, oid: 0x06, sequence: 0x30, set: 0x31, attributes: 0xa0, boolean: 0x01 };

/** Reads base64 of PEM, as in `spec.request`; undefined for anything but exactly one well-formed request. */
export function certificateRequestOf(encoded: unknown): CertificateRequestContent | undefined {
  if (typeof encoded !== 'string' || encoded.length > MAX_CHARACTERS) return undefined;
  const pem = Buffer.from(encoded, 'base64').toString('latin1');
  const [begin, end] = [pem.indexOf(BEGIN), pem.indexOf(END)];
  // Of several blocks, another reader may take another one.
  if (begin < 0 || end < begin || pem.split('-----BEGIN').length !== 2) return undefined;
  const body = pem.slice(begin + BEGIN.length, end).replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(body)) return undefined;
  try {
    return contentOf(Buffer.from(body, 'base64'));
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

class DerError extends Error {
  override name = 'DerError';
}

interface Value {
  tag: number;
  content: Buffer;
}

function contentOf(der: Buffer): CertificateRequestContent {
  const [whole, ...rest] = valuesIn(der);
  if (rest.length > 0) throw new DerError();
  const [info] = valuesIn(within(whole, TAG.sequence));
  const [, name, , attributes] = valuesIn(within(info, TAG.sequence));
  const parts = valuesIn(within(name, TAG.sequence)).flatMap((set) =>
    valuesIn(within(set, TAG.set)).map((pair) => {
      const [type, value] = valuesIn(within(pair, TAG.sequence));
      const oid = oidOf(within(type, TAG.oid));
      return { key: ATTRIBUTES[oid] ?? oid, text: textOf(value) };
    }),
  );
  const all = (key: string) => parts.filter((part) => part.key === key).map(({ text }) => text);
  return {
    subject: parts.map(({ key, text }) => `${key}=${text}`),
    commonNames: all('CN'),
    organizations: all('O'),
    names: attributes === undefined ? [] : namesIn(within(attributes, TAG.attributes)),
  };
}

function namesIn(attributes: Buffer): string[] {
  return valuesIn(attributes).flatMap((attribute) => {
    const [type, values] = valuesIn(within(attribute, TAG.sequence));
    if (oidOf(within(type, TAG.oid)) !== EXTENSION_REQUEST) return [];
    return valuesIn(within(values, TAG.set)).flatMap((extensions) =>
      valuesIn(within(extensions, TAG.sequence)).flatMap((extension) => {
        const [id, second, third] = valuesIn(within(extension, TAG.sequence));
        if (oidOf(within(id, TAG.oid)) !== ALTERNATIVE_NAMES) return [];
        const [names] = valuesIn(within(second?.tag === TAG.boolean ? third : second, TAG.octets));
        return valuesIn(within(names, TAG.sequence)).map(nameOf);
      }),
    );
  });
}

function nameOf({ tag, content }: Value): string {
  switch (tag) {
    case 0x81:
      return `email:${content.toString('latin1')}`;
    case 0x82:
      return `DNS:${content.toString('latin1')}`;
    case 0x86:
      return `URI:${content.toString('latin1')}`;
    case 0x87:
      return `IP:${addressOf(content)}`;
    default:
      return `0x${content.toString('hex')}`;
  }
}

function addressOf(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  return (bytes.toString('hex').match(/.{1,4}/g) ?? []).join(':');
}

function textOf(value: Value | undefined): string {
  switch (value?.tag) {
    // UTF8String, NumericString, PrintableString, IA5String
    case 0x0c:
    case 0x12:
    case 0x13:
    case 0x16:
      return value.content.toString('utf8');
    // T61String
    case 0x14:
      return value.content.toString('latin1');
    // BMPString
    case 0x1e:
      if (value.content.length % 2 !== 0) throw new DerError();
      return Buffer.from(value.content).swap16().toString('utf16le');
    default:
      throw new DerError();
  }
}

function within(value: Value | undefined, tag: number): Buffer {
  if (value?.tag !== tag) throw new DerError();
  return value.content;
}

/** The values in a DER content, one after the other. */
function valuesIn(der: Buffer): Value[] {
  const values: Value[] = [];
  for (let at = 0; at < der.length; ) {
    const [tag = 0, first] = [der[at], der[at + 1]];
    if (first === undefined || (tag & 0x1f) === 0x1f) throw new DerError();
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    // DER has no indefinite length, and nothing here is longer than 3 bytes of length can say.
    if (first === 0x80 || lengthBytes > 3) throw new DerError();
    const start = at + 2 + lengthBytes;
    if (start > der.length) throw new DerError();
    const length = lengthBytes === 0 ? first : der.readUIntBE(at + 2, lengthBytes);
    if (start + length > der.length) throw new DerError();
    values.push({ tag, content: der.subarray(start, start + length) });
    at = start + length;
  }
  return values;
}

function oidOf(bytes: Buffer): string {
  const numbers: number[] = [];
  let number = 0;
  for (const byte of bytes) {
    number = number * 128 + (byte & 0x7f);
    if (!Number.isSafeInteger(number)) throw new DerError();
    if (byte & 0x80) continue;
    numbers.push(number);
    number = 0;
  }
  const [first = 0, ...rest] = numbers;
  const head = Math.min(2, Math.floor(first / 40));
  return [head, first - head * 40, ...rest].join('.');
}
